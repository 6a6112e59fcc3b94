"""A lake without a soul in it: rain, thunder, a clear night, sunrise. Only the captions speak."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from scripts.example_films.film import SIZE, Both, Caption, Film, Segment
from scripts.example_films.sdf import blur, grain, grid, inside, paint, rgb, smooth, to_bytes

WIDTH, HEIGHT = SIZE
DURATION_S = 32.0
SHORE = 226  # row where water begins
STAR_COUNT, DROP_COUNT = 90, 180
FLASHES_S = (8.9, 9.25, 11.0)  # lightning
SUNRISE_S = (18.0, 31.0)

# Colours of the sky at its top, in its middle and at the horizon, by seconds.
SKY = (
    (0.0, ("#3c4756", "#566372", "#76818b")),
    (8.0, ("#252c3a", "#343e4e", "#4a5563")),
    (14.0, ("#161d33", "#232f4b", "#3c4b66")),
    (19.0, ("#1d2a52", "#4b4f80", "#a06f86")),
    (24.0, ("#3f67a0", "#b9909f", "#f0a878")),
    (32.0, ("#5d9bd0", "#b5cfe0", "#fbdca6")),
)
HILLS = (  # (height above the shore in pixels, roughness seed, how much of the sky is in it)
    (74, 3, 0.62),
    (50, 11, 0.40),
    (26, 23, 0.20),
)
FOREST = rgb("#141f26")
SUN, GLOW = rgb("#fff3cf"), rgb("#ffb066")

CAPTIONS = (
    Caption(
        1.0,
        4.0,
        Both("You left in the rain. I am sad and I miss you.", "你走后一直下雨，我好想你。"),
        "sadness",
    ),
    Caption(
        4.6,
        7.8,
        Both("I cried all night. I feel so lonely.", "我哭了一整夜，好孤独，好难过。"),
        "sadness",
    ),
    Caption(
        9.2,
        12.0,
        Both("Thunder! I am so scared and afraid.", "打雷了！太可怕了，我好害怕。"),
        "fear",
    ),
    Caption(
        12.8,
        15.6,
        Both("How dare you lie to me! I was so angry.", "你骗了我！我真的很生气。"),
        "anger",
    ),
    Caption(16.6, 18.8, Both("Then the rain stopped.", "后来，雨停了。"), "neutral"),
    Caption(
        20.0,
        22.8,
        Both("Wow! What a surprise, the light is back.", "哇！真让人惊讶，光又回来了。"),
        "surprise",
    ),
    Caption(
        23.8,
        27.2,
        Both("The sun is up. What a beautiful morning!", "太阳出来了，美好的早晨，真开心！"),
        "happiness",
    ),
    Caption(
        28.0, 31.0, Both("Thank you. I am so happy again.", "谢谢你，我又开心快乐了。"), "happiness"
    ),
)


def film() -> Film:
    """The film without a face."""
    return Film(
        name="words",
        duration_s=DURATION_S,
        image=image,
        captions=CAPTIONS,
        languages=("en", "zh"),
        segments=tuple(Segment(c.start_s, c.end_s, None, c.label, "words") for c in CAPTIONS),
        title=Both("After the rain", "雨后"),
        credit=Both("Drawn by this project's own script", "由本项目的脚本绘制"),
    )


def image(t_s: float) -> np.ndarray:
    """The film at t_s, (360, 640, 3) uint8 RGB."""
    scene = _sky(t_s)
    _stars(scene, t_s)
    _sun(scene, t_s)
    _hills(scene, t_s)
    _mist(scene, t_s)
    _water(scene, t_s)
    _rain(scene, t_s)
    flash = sum(np.exp(-(((t_s - at) / 0.07) ** 2)) for at in FLASHES_S)
    scene += 0.24 * flash * (1 - scene)
    return to_bytes(scene + grain(WIDTH, HEIGHT, seed=2))


def _sky(t_s: float) -> np.ndarray:
    """The whole image filled with sky (H, W, 3); the horizon's colour goes on below the shore."""
    colors = _sky_colors(t_s)
    height = np.linspace(0, HEIGHT / SHORE, HEIGHT, dtype=np.float32)[:, None]
    lower, upper = smooth((height - 0.45) / 0.6), smooth(height / 0.6)
    column = colors[0] + (colors[1] - colors[0]) * upper
    column += (colors[2] - column) * lower
    return np.repeat(column[:, None], WIDTH, axis=1).astype(np.float32)


def _sky_colors(t_s: float) -> np.ndarray:
    """(3, 3) float32: top, middle, horizon."""
    stops = [at for at, _ in SKY]
    palette = np.array([[rgb(code) for code in codes] for _, codes in SKY])
    mixed = [np.interp(t_s, stops, palette[:, i, k]) for i in range(3) for k in range(3)]
    return np.array(mixed, np.float32).reshape(3, 3)


def _stars(scene: np.ndarray, t_s: float) -> None:
    seen = float(smooth((t_s - 13.5) / 3) * smooth((23 - t_s) / 4))
    if seen <= 0:
        return
    chance = np.random.default_rng(5)
    x, y = chance.integers(4, WIDTH - 4, STAR_COUNT), chance.integers(4, SHORE - 70, STAR_COUNT)
    twinkle = 0.65 + 0.35 * np.sin(2.1 * t_s + chance.uniform(0, 6.3, STAR_COUNT))
    field = np.zeros((HEIGHT, WIDTH), np.float32)
    field[y, x] = chance.uniform(0.4, 1.0, STAR_COUNT) * twinkle
    paint(scene, np.ones(3, np.float32), np.clip(blur(field, 0.7) * 2.6 * seen, 0, 1))


def _sun(scene: np.ndarray, t_s: float) -> None:
    rise = float(smooth((t_s - SUNRISE_S[0]) / (SUNRISE_S[1] - SUNRISE_S[0])))
    if rise <= 0:
        return
    columns, rows = grid(HEIGHT, WIDTH)
    r = np.hypot(columns - 424, rows - (SHORE + 10 - 118 * rise))
    paint(scene, GLOW, 0.75 * rise * np.exp(-r / 85))
    paint(scene, SUN, np.exp(-np.clip(r - 15, 0, None) / 5) * smooth(rise * 3))


def _hills(scene: np.ndarray, t_s: float) -> None:
    horizon = _sky_colors(t_s)[2]
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    for (_, _, haze), ridge in zip(HILLS, _ridges(), strict=True):
        color = FOREST * (0.75 + 0.5 * horizon.mean()) * (1 - haze) + horizon * haze
        paint(scene, color, inside(ridge - rows, 1.6))


@cache
def _ridges() -> tuple[np.ndarray, ...]:
    """Top row of each chain of hills, (W,) float32, far to near."""
    x = np.arange(WIDTH, dtype=np.float32) / WIDTH
    ridges = []
    for height, seed, _ in HILLS:
        chance = np.random.default_rng(seed)
        line = np.zeros(WIDTH, np.float32)
        for octave in range(6):
            frequency = 2 * np.pi * 1.3 * 1.9**octave
            line += np.sin(frequency * x + chance.uniform(0, 6.3)).astype(np.float32) / 1.8**octave
        ridges.append(SHORE - height * (0.62 + 0.20 * line))
    return tuple(ridges)


def _mist(scene: np.ndarray, t_s: float) -> None:
    """Low cloud that drifts over the shore."""
    shift = 9.0 * t_s
    columns, rows = grid(HEIGHT, WIDTH)
    wave = np.sin((columns + shift) / 97) + np.sin((columns - 0.6 * shift) / 61 + 2) + 2
    bank = np.exp(-0.5 * ((rows - SHORE + 12 + 5 * wave) / 13) ** 2)
    paint(scene, _sky_colors(t_s)[2] * 1.06, (0.11 * wave * bank).astype(np.float32))


def _water(scene: np.ndarray, t_s: float) -> None:
    """The lake mirrors what stands above it, broken by ripples that grow towards us."""
    depth = np.arange(1, HEIGHT - SHORE + 1, dtype=np.float32)[:, None]
    columns = np.arange(WIDTH, dtype=np.float32)[None]
    near = depth / (HEIGHT - SHORE)
    phase = 260 / (depth + 9) * 3.2 + 2.6 * t_s
    sway = np.sin(phase + columns / 70) + 0.6 * np.sin(1.7 * phase - columns / 43 + 1)
    rows = SHORE - 1 - depth * 1.5 + sway * (0.6 + 7 * near)
    mirror = cv2.remap(
        scene,
        np.broadcast_to(columns + 1.5 * sway * near, rows.shape).astype(np.float32),
        np.clip(rows, 0, SHORE - 1).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    dim = (0.80 - 0.25 * near + 0.05 * sway)[..., None]
    scene[SHORE:] = mirror * dim


def _rain(scene: np.ndarray, t_s: float) -> None:
    strength = float(smooth((17.2 - t_s) / 4.5)) * (0.75 + 0.25 * float(smooth((t_s - 6) / 3)))
    if strength <= 0:
        return
    chance = np.random.default_rng(17)
    start, speed = chance.uniform(0, 1, (DROP_COUNT, 2)), chance.uniform(430, 640, DROP_COUNT)
    field = np.zeros((HEIGHT, WIDTH), np.uint8)
    for (x, y), fall in zip(start, speed, strict=True):
        top = (y * 500 + fall * t_s) % 460 - 60
        left = (x * 760 - 0.14 * fall * t_s) % 760 - 60
        foot = (round((left - 0.14 * fall / 25) * 16), round((top + fall / 25) * 16))
        cv2.line(field, (round(left * 16), round(top * 16)), foot, 150, 1, cv2.LINE_AA, 4)
    paint(scene, rgb("#c9d3dc"), blur(field.astype(np.float32) / 255, 0.6) * 0.5 * strength)
