"""Scenes spoiled as bad cameras and old films do, and what only looks like a face put into them.

A detector that never meets distractors takes a blob of the colour of skin for a face, and the
round letters of a title too.
"""

from __future__ import annotations

import cv2
import numpy as np

# Sides in pixels of the smallest face that a person still makes out, by eye on such images: per
# pixel of blur (standard deviation), of a streak's length, per grey level of noise, and in the
# dark or at a poor JPEG quality.
PER_BLUR, PER_STREAK, PER_NOISE, COARSE = 9.0, 4.0, 1.5, 20.0
POOR = 25

OCCLUDED = 0.12  # share of faces with something before them

PARTS = 3  # rows and columns into which a face is cut before they are shuffled
SHUFFLED = 0.6  # share of distractors that are shuffled parts; the others are blurred to nothing
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&?!@%"
MAX_LETTERS = 9  # letters of a word
HEIGHTS = (10.0, 120.0)  # pixels of a capital letter
BLUR = 0.2  # standard deviation of that blur, of the patch's side


def occlude(image: np.ndarray, boxes: np.ndarray, rng: np.random.Generator) -> None:
    """Cover a part of some faces (N, 4) with a plain patch or one of the image, in place."""
    side = len(image)
    for left, top, right, bottom in boxes:
        if rng.random() > OCCLUDED:
            continue
        size = rng.uniform(0.2, 0.5, 2) * [right - left, bottom - top]
        x, y = rng.uniform([left, top], np.maximum([right, bottom] - size, [left, top]) + 1e-3)
        x1, y1 = max(0, int(x)), max(0, int(y))
        x2, y2 = min(side, int(x + size[0])), min(side, int(y + size[1]))
        if x2 - x1 < 2 or y2 - y1 < 2:
            continue
        if rng.random() < 0.5:
            image[y1:y2, x1:x2] = rng.integers(0, 256, 3)
        else:
            u, v = rng.integers(0, side - (x2 - x1)), rng.integers(0, side - (y2 - y1))
            image[y1:y2, x1:x2] = image[v : v + y2 - y1, u : u + x2 - x1].copy()


def degrade(image: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Light, colour, blur, noise and compression of a bad camera or an old film.

    Returns the image and the side in pixels of the smallest face that is still one in it.
    """
    finest = 0.0
    levels = np.linspace(0, 1, 256)
    dark = rng.random() < 0.12
    gamma = rng.uniform(1.5, 3.5) if dark else np.exp(rng.normal(0, 0.25))
    gain = rng.uniform(0.3, 0.8) if dark else rng.uniform(0.7, 1.3)
    tint = rng.normal(1, 0.06, 3)[None, :] * gain
    table = 255 * (levels[:, None] ** gamma * tint + rng.normal(0, 0.05))
    image = cv2.LUT(image, np.clip(table, 0, 255).astype(np.uint8)[None])
    if rng.random() < 0.2:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        image = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    if rng.random() < 0.15:
        sigma = rng.uniform(0.5, 2.2)
        image = cv2.GaussianBlur(image, (0, 0), sigma)
        finest = max(finest, PER_BLUR * sigma)
    if rng.random() < 0.1:
        length = int(rng.integers(3, 9))
        kernel = np.full((1, length) if rng.random() < 0.5 else (length, 1), 1 / length)
        image = cv2.filter2D(image, -1, kernel)
        finest = max(finest, PER_STREAK * length)
    if rng.random() < 0.12:
        strength = rng.uniform(3, 16)
        noise = rng.normal(0, strength, (*image.shape[:2], 1))
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
        finest = max(finest, PER_NOISE * strength)
    if rng.random() < 0.25:
        quality = int(rng.integers(12, 80))
        packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        again = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        assert again is not None
        image, finest = again, max(finest, COARSE if quality < POOR else 0.0)
    return image, max(finest, COARSE if dark else 0.0)


def scramble(patch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A face (H, W, 3) uint8 made unrecognisable: its parts out of place, or all blurred."""
    return shuffled_parts(patch, rng) if rng.random() < SHUFFLED else blurred_out(patch)


def shuffled_parts(patch: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The parts of the patch in another order, each turned by some quarter turns."""
    side = max(1, min(patch.shape[:2]) // PARTS)
    square = cv2.resize(patch, (PARTS * side, PARTS * side), interpolation=cv2.INTER_AREA)
    tiles = square.reshape(PARTS, side, PARTS, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    turned = [np.rot90(tiles[index], int(rng.integers(4))) for index in rng.permutation(len(tiles))]
    rows = [np.hstack(turned[row : row + PARTS]) for row in range(0, len(turned), PARTS)]
    return np.ascontiguousarray(np.vstack(rows))


def blurred_out(patch: np.ndarray) -> np.ndarray:
    """The patch with light and colour but without features."""
    return cv2.GaussianBlur(patch, (0, 0), BLUR * min(patch.shape[:2]) + 1)


def rings(side: float, rng: np.random.Generator) -> np.ndarray:
    """Nested ovals in any colours, as in buttons, balls and letters: (H, W, 3) uint8."""
    height = max(6, round(side))
    width = max(6, round(height * rng.uniform(0.6, 1.1)))
    patch = np.empty((height, width, 3), np.uint8)
    patch[:] = rng.integers(0, 256, 3)
    for share in np.sort(rng.uniform(0.2, 0.95, int(rng.integers(1, 4))))[::-1]:
        axes = max(1, round(share * width / 2)), max(1, round(share * height / 2))
        color = tuple(int(v) for v in rng.integers(0, 256, 3))
        angles = (0, 360) if rng.random() < 0.7 else (0, 180)  # a half is a shade or a shine
        cv2.ellipse(patch, (width // 2, height // 2), axes, 0, *angles, color, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(patch, (0, 0), rng.uniform(0.1, 1.2))


def paste_distractors(
    image: np.ndarray, patches: list[np.ndarray], taken: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Paste patches into `image`, in place, where no box of `taken` (N, 4) is.

    Boxes are left, top, right, bottom. Returns `taken` with the places now used; a patch that
    finds no free place at once is left out.
    """
    for patch in patches:
        spot = paste(image, patch, taken, rng)
        taken = taken if spot is None else np.vstack([taken, spot])
    return taken


def paste(
    image: np.ndarray, patch: np.ndarray, taken: np.ndarray, rng: np.random.Generator
) -> np.ndarray | None:
    """Paste a patch into `image`, in place; where it lies now, (4,), or None for no free place."""
    height, width = patch.shape[:2]
    spot = _free_spot(len(image), width, height, taken, rng)
    if spot is not None:
        x, y = spot[:2].astype(int)
        image[y : y + height, x : x + width] = patch
    return spot


def draw_word(image: np.ndarray, taken: np.ndarray, rng: np.random.Generator) -> None:
    """Write a word into `image`, in place, where no box of `taken` (N, 4) is."""
    count = int(rng.integers(1, MAX_LETTERS + 1))
    word = "".join(LETTERS[index] for index in rng.integers(0, len(LETTERS), count))
    font = int(rng.integers(0, 8)) | (cv2.FONT_ITALIC if rng.random() < 0.2 else 0)
    height = np.exp(rng.uniform(*np.log(HEIGHTS)))
    scale = height / 22  # Hershey's capitals are about 22 pixels high
    stroke = max(1, round(height * rng.uniform(0.04, 0.25)))
    edge = stroke + 2 * max(1, round(height * rng.uniform(0.02, 0.12)))
    (width, above), below = cv2.getTextSize(word, font, scale, edge)
    spot = _free_spot(len(image), width + edge, above + below + edge, taken, rng)
    if spot is None:
        return
    corner = int(spot[0]) + edge // 2, int(spot[3]) - below - edge // 2
    line = cv2.LINE_AA
    if rng.random() < 0.6:
        color = tuple(int(v) for v in rng.integers(0, 256, 3))
        cv2.putText(image, word, corner, font, scale, color, edge, line)
    color = tuple(int(v) for v in rng.integers(0, 256, 3))
    cv2.putText(image, word, corner, font, scale, color, stroke, line)


def _free_spot(
    side: int, width: int, height: int, taken: np.ndarray, rng: np.random.Generator
) -> np.ndarray | None:
    """A place drawn at random, left, top, right, bottom, or None where a box of `taken` is."""
    if max(width, height) >= side:
        return None
    x, y = int(rng.integers(0, side - width)), int(rng.integers(0, side - height))
    spot = np.array([x, y, x + width, y + height], np.float32)
    meets = ((taken[:, :2] < spot[2:]) & (spot[:2] < taken[:, 2:])).all(1)
    return None if meets.any() else spot
