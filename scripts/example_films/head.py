"""The actor's head: a height field lit by a soft lamp, the folds in its skin, neck and hair.

Eyes, brows, nose holes and mouth are painted on it by `features`.
"""

from __future__ import annotations

import numpy as np

from scripts.example_films.canvas import PIXEL, Canvas
from scripts.example_films.muscles import Muscles
from scripts.example_films.sdf import blur, bump, inside, paint, rgb, shade, smooth

SKIN, BLUSH = rgb("#ecbd9c"), rgb("#e27a62")
HAIR, HAIR_LIGHT = rgb("#37231d"), rgb("#8a5a42")
CLOTH, COLLAR = rgb("#2c6472"), rgb("#3d7f8e")
FOLD = np.array([0.66, 0.48, 0.43], np.float32)  # what a fold leaves of the light
DEPTH_OF_TONE = np.array([0.85, 1.08, 1.22], np.float32)  # shadows on skin turn red, not grey
LAMP = np.array([-0.30, -0.50, 0.81], np.float32)  # towards the light: left, up, front
CHIN_V = 1.32
EYE_U, EYE_V = 0.40, -0.05


def groove(c: Canvas, distance: np.ndarray, width: float, strength: np.ndarray | float) -> None:
    """A fold in the skin: darkens along the line where `distance` is zero."""
    shade(c.image, FOLD, np.exp(-0.5 * (distance / width) ** 2) * strength)


def neck(c: Canvas) -> None:
    """Neck and shoulders."""
    u, v = c.body_u, c.body_v
    a = np.abs(u)
    throat = inside(a - 0.50 - 0.10 * smooth((v - 1.25) / 0.5), 0.03) * inside(0.7 - v, 0.03)
    tone = 0.74 - 0.16 * u - 0.30 * bump(u, v, (0.05, 1.22), (0.6, 0.22))
    paint(c.image, SKIN * tone[..., None] ** DEPTH_OF_TONE, throat)
    line = 1.62 + 0.30 * np.clip(a - 0.4, 0, None) ** 1.6 + 0.10 * np.clip(0.5 - a, 0, None)
    light = 1.0 - 0.16 * u[..., None] - 0.18 * np.clip(v - 1.7, 0, 1)[..., None]
    paint(c.image, CLOTH * light, inside(line - v, 0.03))
    band = inside(np.abs(v - line - 0.07) - 0.065, 0.03) * inside(a - 0.66, 0.1)
    paint(c.image, COLLAR * light, band)


def skin(c: Canvas, m: Muscles) -> None:
    """The face's surface in its light."""
    facing, gloss = _light(c, m)
    light = (0.46 + 0.62 * facing)[..., None]
    color = SKIN * light**DEPTH_OF_TONE
    a = np.abs(c.u)
    rise = 0.10 * max(m.cheek, m.smile)
    warm = bump(a, c.v, (0.56, 0.40 - rise), (0.20, 0.14)) * (0.20 + 0.16 * m.smile)
    warm += 0.16 * bump(c.u, c.v, (0, 0.42), (0.14, 0.08))
    paint(color, BLUSH * light, warm)
    color += 0.09 * gloss[..., None]
    paint(c.image, color, inside(_outline(c, m), 1.6 * PIXEL))


def _outline(c: Canvas, m: Muscles) -> np.ndarray:
    """Below zero inside the face; about distance in units."""
    v = c.flat_v
    below = np.abs(v / (CHIN_V + 0.20 * m.jaw)) ** 2.1
    above = np.abs(v / 1.42) ** 2.4
    width = 1.0 - 0.10 * smooth((v - 0.30) / 0.9)
    return (np.abs(c.flat_u / width) ** 2.3 + np.where(v > 0, below, above)) ** (1 / 2.3) - 1


def _light(c: Canvas, m: Muscles) -> tuple[np.ndarray, np.ndarray]:
    """Diffuse light and gloss on the relief, both (h, w) in [0, 1]."""
    slope_v, slope_u = np.gradient(blur(_relief(c, m), 1.3), PIXEL)
    steep = 1 / np.sqrt(1 + slope_u**2 + slope_v**2)
    halfway = LAMP + np.array([0, 0, 1], np.float32)
    halfway /= np.linalg.norm(halfway)
    facing, shine = (
        np.clip((-slope_u * way[0] - slope_v * way[1] + way[2]) * steep, 0, 1)
        for way in (LAMP, halfway)
    )
    return facing, shine**26


def _relief(c: Canvas, m: Muscles) -> np.ndarray:
    """Height of the face towards the viewer, (h, w) in units."""
    u, v, a = c.u, c.v, np.abs(c.u)
    ball = 1.12 - (c.flat_u / 1.12) ** 2 - (c.flat_v / (1.62 + 0.1 * m.jaw)) ** 2
    lift = 0.10 * max(m.cheek, 0.7 * m.smile)
    height = 0.95 * np.sqrt(np.clip(ball, 0.01, None))
    height += (
        0.16 * np.exp(-0.5 * (u / 0.10) ** 2) * smooth((v + 0.42) / 0.85) * inside(v - 0.44, 0.16)
    )
    height += 0.12 * bump(u, v, (0, 0.40), (0.13, 0.10))  # tip of the nose
    height += 0.07 * bump(a, v, (0.165, 0.45 - 0.04 * m.wrinkle), (0.06, 0.065))
    height += 0.06 * bump(a, v, (0.38, -0.40), (0.26, 0.11))  # brow ridges
    height -= 0.13 * bump(a, v, (EYE_U, EYE_V - 0.03), (0.20, 0.12))  # eye sockets
    height += (0.06 + 0.08 * max(m.cheek, m.smile)) * bump(a, v, (0.58, 0.38 - lift), (0.22, 0.17))
    height += 0.08 * bump(u, v, (0, 0.78), (0.34, 0.22))  # around the mouth
    height += 0.09 * bump(u, v, (0, 1.15 + 0.18 * m.jaw), (0.22, 0.12))  # chin
    height -= 0.05 * bump(u, v, (0, 0.98 + 0.15 * m.jaw), (0.20, 0.06))
    height -= 0.02 * bump(u, v, (0, 0.60), (0.035, 0.07))
    return height


def folds(c: Canvas, m: Muscles) -> None:
    """The lines that muscles draw into the skin."""
    _cheek_folds(c, m)
    _brow_folds(c, m)
    _eye_folds(c, m)
    below_lip = 0.20 + 0.30 * m.chin
    groove(c, c.v - 0.985 - 0.16 * m.jaw, 0.035, below_lip * inside(np.abs(c.u) - 0.2, 0.2))


def _cheek_folds(c: Canvas, m: Muscles) -> None:
    """From the wings of the nose past the corners of the mouth."""
    a, t = np.abs(c.u), (c.v - 0.40) / 0.45
    pull = max(m.smile, 0.6 * m.upper_lip)
    curve = 0.215 + (0.26 + 0.10 * pull) * t + 0.09 * pull * np.sin(np.pi * np.clip(t, 0, 1))
    strength = 0.08 + 0.50 * m.smile + 0.40 * m.upper_lip + 0.30 * m.wrinkle + 0.15 * m.sulk
    ends = smooth(t / 0.35) * inside(t - 0.95, 0.6)
    groove(c, a - curve, 0.032, min(strength, 0.75) * ends)


def _brow_folds(c: Canvas, m: Muscles) -> None:
    """Between the brows, on the bridge of the nose and across the forehead."""
    a = np.abs(c.u)
    knit = min(0.6, 0.45 * m.frown + 0.3 * m.wrinkle)
    groove(
        c, a - 0.065 - 0.06 * (c.v + 0.36), 0.024, knit * bump(c.u, c.v, (0, -0.38), (0.2, 0.07))
    )
    groove(c, c.v + 0.20, 0.024, 0.6 * m.wrinkle * inside(a - 0.10, 0.10))
    raised = max(m.inner_brow, m.outer_brow)
    bend = 0.10 if m.outer_brow < 0.5 * m.inner_brow else -0.05
    for level in (-0.66, -0.76, -0.86):
        line = c.v - level - bend * c.u**2
        groove(c, line, 0.016, 0.30 * raised * inside(a - 0.40, 0.35))


def _eye_folds(c: Canvas, m: Muscles) -> None:
    """Bags under the eyes and crow's feet."""
    a = np.abs(c.u)
    tight = max(m.cheek, m.squint)
    bag = EYE_V + 0.19 - 0.03 * tight - 2.0 * (a - EYE_U) ** 2
    groove(c, c.v - bag, 0.026, (0.14 + 0.30 * tight) * inside(np.abs(a - EYE_U) - 0.15, 0.14))
    for slant in (-0.5, 0.0, 0.5):
        line = c.v - EYE_V - 0.02 - slant * (a - 0.58)
        fade = smooth((a - 0.68) / 0.06) * inside(a - 0.78, 0.12)
        groove(c, line, 0.014, 0.28 * m.cheek * fade)


def back_hair(c: Canvas) -> None:
    """The hair behind head and neck."""
    paint(c.image, _hair_color(c) * 0.62, inside(_hair_radius(c) - 1, 0.03))


def front_hair(c: Canvas) -> None:
    """A bob with a side parting: over the forehead and down both cheeks."""
    u, v = c.flat_u, c.flat_v
    parting = -0.34
    x = np.clip(
        np.where(u > parting, (u - parting) / (0.99 - parting), (parting - u) / (0.97 + parting)),
        0,
        1,
    )
    drop = 1 - np.sqrt(1 - x * x)
    line = -1.06 + np.where(u > parting, 0.26 * x + 0.72 * drop, 0.10 * x + 0.90 * drop)
    lock = 0.93 - 0.15 * smooth((v + 0.15) / 1.1)
    opening = np.maximum(line - v, np.abs(u) - lock)
    over = inside(np.maximum(_hair_radius(c) - 1, -opening), 0.03)
    on_face = inside(_outline(c, Muscles()), 0.03)
    shade(c.image, FOLD, 0.45 * inside(-opening - 0.06, 0.18) * (1 - over) * on_face)
    depth = np.clip(0.70 + 1.1 * np.clip(opening, 0, 0.28), 0, 1)
    paint(c.image, _hair_color(c) * depth[..., None], over)


def _hair_radius(c: Canvas) -> np.ndarray:
    """1 on the outline of the hair, 0 in its middle."""
    u, v = np.abs(c.flat_u), c.flat_v + 0.10
    crown = ((u / 1.20) ** 2.4 + np.abs(v / 1.50) ** 2.4) ** (1 / 2.4)
    bob = ((u / (1.20 + 0.03 * np.sin(2.4 * v))) ** 5 + np.abs(v / 1.34) ** 5) ** (1 / 5)
    return np.where(v < 0, crown, bob + (crown - bob) * smooth(0.5 - v / 0.8))


def _hair_color(c: Canvas) -> np.ndarray:
    """Strands run along the outline; the lamp lays a sheen across them."""
    r = _hair_radius(c)
    strand = np.sin(61 * r) + np.sin(97 * r + 1.3 + c.flat_u) + np.sin(173 * r + 0.4 - 2 * c.flat_v)
    strand = strand / 6 + 0.5
    sheen = bump(c.flat_u, c.flat_v, (-0.55, -1.05), (0.42, 0.22))
    sheen += 0.7 * bump(c.flat_u, c.flat_v, (0.75, -0.80), (0.25, 0.30))
    sheen += 0.4 * bump(np.abs(c.flat_u), c.flat_v, (1.06, 0.55), (0.12, 0.35))
    amount = np.clip(0.11 * strand + sheen * (0.25 + 0.5 * strand), 0, 1)
    return HAIR + (HAIR_LIGHT - HAIR) * amount[..., None]
