"""Spoil a picture as bad cameras, old films and hands before faces do."""

from __future__ import annotations

import cv2
import numpy as np

Rng = np.random.Generator

# Sides in pixels of the smallest face that a person still makes out, by eye on such pictures: per
# pixel of blur (standard deviation), of a streak's length, per grey level of noise, and in the
# dark or at a poor JPEG quality.
PER_BLUR, PER_STREAK, PER_NOISE, COARSE = 9.0, 4.0, 1.5, 20.0
POOR = 25

OCCLUDED = 0.12  # share of faces with something before them


def occlude(image: np.ndarray, boxes: np.ndarray, rng: Rng) -> None:
    """Cover a part of some faces (N, 4) with a plain patch or one of the picture, in place."""
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


def degrade(image: np.ndarray, rng: Rng) -> tuple[np.ndarray, float]:
    """Light, colour, blur, noise and compression of a bad camera or an old film.

    Returns the picture and the side in pixels of the smallest face that is still one in it.
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
