"""The actor's eyes, brows, nose holes and mouth, painted on the skin that `head` lights."""

from __future__ import annotations

import numpy as np

from scripts.example_films.canvas import PIXEL, Canvas
from scripts.example_films.head import EYE_U, EYE_V, FOLD, groove
from scripts.example_films.muscles import Muscles
from scripts.example_films.sdf import bump, inside, paint, rgb, shade, smooth

WHITE, IRIS, PUPIL, LASH = rgb("#f3ece6"), rgb("#5c3a22"), rgb("#140c0a"), rgb("#1f1411")
LIP, THROAT, TONGUE, TEETH = rgb("#bd655f"), rgb("#41181a"), rgb("#b05353"), rgb("#f4eee6")
BROW = rgb("#3b271f")
DARK = np.array([0.40, 0.26, 0.25], np.float32)
EYE_HALF = 0.235  # half the width of an eye, in units
IRIS_RADIUS = 0.105
MOUTH_V = 0.80


def eye(c: Canvas, m: Muscles, side: int) -> None:
    """One eye; `side` is -1 on the left of the image, 1 on the right."""
    c = c.window(u=(side * EYE_U - 0.45, side * EYE_U + 0.45), v=(EYE_V - 0.45, EYE_V + 0.35))
    s = (c.u * side - EYE_U) / EYE_HALF  # -1 at the nose, 1 at the temple
    upper, lower, crease = _lids(s, m)
    v = c.v - EYE_V
    across = inside(np.abs(s) - 0.97, 0.12)
    shade(c.image, FOLD, 0.30 * inside(np.maximum(crease - v, v - upper), 0.05) * across)
    groove(c, v - crease, 0.014, 0.55 * across * (1 - 0.5 * m.blink))
    within = inside(np.maximum(upper - v, v - lower), 1.5 * PIXEL) * inside(np.abs(s) - 1, 0.06)
    paint(c.image, WHITE * (1 - 0.16 * np.abs(s))[..., None], within)
    _iris(c, v, side, within)
    shade(c.image, DARK, within * np.exp(-np.clip(v - upper, 0, None) / 0.022) * 0.65)
    lash = np.abs(v - upper) - 0.012 - 0.010 * np.clip(s + 0.5, 0, 1.5)
    paint(c.image, LASH, inside(lash, 2 * PIXEL) * inside(np.abs(s) - 0.99, 0.10) * 0.95)
    groove(c, v - lower, 0.011, 0.5 * across)


def _lids(s: np.ndarray, m: Muscles) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """v of the upper lid, the lower lid and the crease above, over the middle of the eye."""
    arc = np.clip(1 - s * s, 0, None)
    tilt = -0.012 * s
    up = (
        0.105
        + 0.070 * m.wide
        - 0.032 * m.squint
        - 0.026 * m.cheek
        - 0.014 * m.frown
        - 0.045 * m.lids
    )
    down = 0.066 + 0.014 * m.wide - 0.030 * m.squint - 0.034 * m.cheek
    sag = 0.030 * m.lids * s  # tired lids hang at the temples
    up *= 1 - m.blink
    lower = tilt + down * (1 - 0.3 * m.blink) * arc**0.8
    upper = np.minimum(tilt + sag - up * arc**0.62 + 0.04 * m.blink * arc, lower)
    crease = tilt + sag - (up + 0.055) * arc**0.6
    return upper, lower, crease


def _iris(c: Canvas, v: np.ndarray, side: int, within: np.ndarray) -> None:
    u = c.u - side * EYE_U - c.gaze[0]
    v = v + 0.014 - c.gaze[1]
    r = np.hypot(u, v)
    glow = 0.70 + 3.0 * np.clip(r, 0, 0.11) + 0.9 * np.clip(v / 0.1, 0, 1)
    paint(c.image, IRIS * glow[..., None], within * inside(r - IRIS_RADIUS, 1.5 * PIXEL))
    rim = np.exp(-0.5 * ((r - IRIS_RADIUS) / 0.012) ** 2)
    shade(c.image, DARK, within * rim)
    paint(c.image, PUPIL, within * inside(r - 0.048, 1.5 * PIXEL))
    glint = np.hypot(u + 0.035, v + 0.038) - 0.021
    paint(c.image, np.ones(3, np.float32), within * inside(glint, 1.6 * PIXEL))


def brow(c: Canvas, m: Muscles, side: int) -> None:
    """One brow; `side` as in `eye`."""
    c = c.window(u=(side * EYE_U - 0.5, side * EYE_U + 0.5), v=(-0.9, 0.1))
    inner = 0.15 - 0.045 * m.frown
    s = (c.u * side - inner) / (0.74 - inner)  # 0 at the nose, 1 at the temple
    t = np.clip(s, 0, 1)
    arch = -0.32 - 0.10 * np.sin(np.pi * (0.15 + 0.78 * t))
    lift = 0.17 * m.inner_brow * (1 - t) ** 1.5
    lift += (
        0.17
        * m.outer_brow
        * smooth(0.25 + 1.5 * t)
        * (1 - 0.25 * t)
        * (1 - 0.5 * (1 - t) * m.inner_brow)
    )
    sink = m.frown * (0.15 * (1 - t) ** 1.2 + 0.035) * (1 - 0.75 * min(1.0, m.inner_brow))
    sink += 0.05 * m.wrinkle
    line = arch - lift + sink
    thick = 0.050 * (1 - 0.70 * t**1.7) * smooth((s + 0.08) / 0.25)
    mask = inside(np.abs(c.v - line) - thick, 0.036) * inside(-s, 0.10) * inside(s - 1, 0.08)
    strands = 0.93 + 0.07 * np.sin(140 * (c.u * side + 0.7 * c.v))
    paint(c.image, BROW, mask * strands * 0.94)


def nostrils(c: Canvas, m: Muscles) -> None:
    """Holes, wings and the shadow below the nose."""
    c = c.window(u=(-0.5, 0.5), v=(0.1, 0.8))
    a = np.abs(c.u)
    flare = 0.02 * (m.wrinkle + 0.5 * m.frown)
    hole = np.hypot((a - 0.085 - flare) / 0.048, (c.v - 0.485) / 0.022) - 1
    shade(c.image, DARK, 0.9 * inside(hole * 0.03, 0.035))
    wing = (np.hypot((a - 0.13 - flare) / 0.085, (c.v - 0.44) / 0.095) - 1) * 0.08
    rim = 0.32 * smooth((a - 0.13) / 0.06) + 0.22 * smooth((c.v - 0.47) / 0.04)
    groove(c, wing, 0.019, rim)
    shade(c.image, FOLD, 0.32 * bump(c.u, c.v, (0.03, 0.55), (0.16, 0.035)))


def mouth(c: Canvas, m: Muscles) -> None:
    """Lips and what is seen between them."""
    c = c.window(u=(-0.8, 0.8), v=(0.4, 1.5))
    round_jaw = m.jaw * (1 - min(1.0, m.smile + m.stretch))
    half = (
        0.37 + 0.12 * m.smile + 0.09 * m.stretch - 0.03 * m.press - 0.13 * round_jaw - 0.03 * m.chin
    )
    corner = MOUTH_V - 0.01 - 0.12 * m.smile + 0.12 * m.sulk + 0.05 * m.stretch + 0.04 * m.jaw
    corner += 0.08 * round_jaw
    middle = (
        MOUTH_V + 0.01 * m.smile - 0.04 * m.chin - 0.06 * m.upper_lip - 0.02 * m.part - 0.04 * m.jaw
    )
    gap = 0.15 * m.part + 0.36 * m.jaw
    s = c.u / half
    arc = np.clip(1 - s * s, 0, None)
    upper = corner + (middle - corner) * arc ** (0.9 - 0.35 * min(1.0, round_jaw))
    bend = 0.9 - 0.15 * min(1.0, gap / 0.05) - 0.22 * min(1.0, round_jaw)
    lower = np.maximum(corner + (middle + gap - corner) * arc**bend, upper)
    if gap > 0.004:
        _inside_mouth(c, m, s, upper, lower, half, middle + gap)
    _lips(c, m, s, upper, lower)
    for side in (-1, 1):
        dimple = bump(c.u * side, c.v, (half + 0.015, corner), (0.04, 0.045))
        shade(c.image, FOLD, (0.30 + 0.25 * m.smile + 0.3 * m.sulk) * dimple)


def _lips(c: Canvas, m: Muscles, s: np.ndarray, upper: np.ndarray, lower: np.ndarray) -> None:
    arc = np.clip(1 - s * s, 0, None)
    full = 1 - 0.72 * m.press - 0.15 * m.smile
    bow = 1 - 0.22 * np.exp(-0.5 * (s / 0.13) ** 2)
    top = np.maximum(0.070 * full * arc**0.75 * bow, 0.004)
    low = np.maximum((0.105 * full + 0.02 * m.chin) * arc**0.65, 0.004)
    span = inside(np.abs(s) - 0.99, 0.07)
    above = inside(np.maximum(upper - top - c.v, c.v - upper), 0.026) * span
    below = inside(np.maximum(lower - c.v, c.v - lower - low), 0.026) * span
    roll = np.sin(np.pi * np.clip((c.v - lower) / low, 0, 1))
    paint(c.image, LIP * 0.82, above * 0.88)
    paint(c.image, LIP * (0.92 + 0.20 * roll)[..., None], below * 0.88)
    under = float(lower.max()) + 0.105 * full + 0.045
    shade(c.image, FOLD, 0.40 * bump(c.u, c.v, (0, under), (0.2, 0.03)))
    for edge in (upper, lower):
        line = np.exp(-0.5 * ((c.v - edge) / 0.011) ** 2) * span
        shade(c.image, DARK, 0.62 * line)


def _inside_mouth(
    c: Canvas,
    m: Muscles,
    s: np.ndarray,
    upper: np.ndarray,
    lower: np.ndarray,
    half: float,
    floor: float,
) -> None:
    within = inside(np.maximum(upper - c.v, c.v - lower), 2 * PIXEL) * inside(
        np.abs(s) - 0.97, 0.06
    )
    paint(c.image, THROAT, within)
    tongue = np.hypot(c.u / (half * 0.62), (c.v - floor - 0.03) / (0.12 + 0.1 * m.jaw)) - 1
    paint(c.image, TONGUE, within * inside(tongue * 0.2, 0.12) * 0.8)
    row = inside(c.v - upper - 0.105 * np.clip(1 - s * s, 0, None) ** 0.4, 0.03)
    lines = 1 - 0.13 * np.exp(-0.5 * ((np.mod(c.u, 0.09) - 0.045) / 0.006) ** 2)
    light = lines * (1 - 0.35 * s * s)
    paint(c.image, TEETH * light[..., None], within * row * inside(np.abs(s) - 0.88, 0.12))
    if m.stretch > 0:  # clenched: the lower teeth show as well
        row = inside(lower - 0.055 - c.v, 0.03) * m.stretch
        paint(
            c.image, TEETH * 0.86 * light[..., None], within * row * inside(np.abs(s) - 0.8, 0.12)
        )
    shade(c.image, DARK, within * np.exp(-np.clip(c.v - upper, 0, None) / 0.02) * 0.6)
