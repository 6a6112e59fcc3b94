"""Soft-edged shapes on an image: masks from signed distances, and the blending of colours.

Pictures are (H, W, 3) float32 in [0, 1]; masks and fields are (H, W) float32. Edges are
smoothed over one pixel from the distance itself, so nothing is drawn larger and shrunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

Color = Sequence[float]


def rgb(code: str) -> np.ndarray:
    """(3,) float32 in [0, 1] of a colour written as "#rrggbb"."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255


def inside(distance: np.ndarray, softness: float) -> np.ndarray:
    """1 where `distance` is well below zero, 0 well above, smooth over `softness` around zero."""
    return smooth(0.5 - distance / softness)


def smooth(x: np.ndarray | float) -> np.ndarray:
    """0 below 0, 1 above 1, and a curve without corners between."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3 - 2 * x)


def bump(u: np.ndarray, v: np.ndarray, at: Sequence[float], width: Sequence[float]) -> np.ndarray:
    """A Gaussian hill of height 1 at `at` (u, v), with standard deviations `width`."""
    return np.exp(-0.5 * (((u - at[0]) / width[0]) ** 2 + ((v - at[1]) / width[1]) ** 2))


def paint(image: np.ndarray, color: np.ndarray, mask: np.ndarray) -> None:
    """Blend `color` (3,) or (H, W, 3) over `image` where `mask` says so, in place."""
    image += (color - image) * mask[..., None]


def shade(image: np.ndarray, tint: np.ndarray, mask: np.ndarray) -> None:
    """Multiply `image` by `tint` (3,) where `mask` says so, in place."""
    image *= 1 + (tint - 1) * mask[..., None]


def blur(field: np.ndarray, sigma: float) -> np.ndarray:
    """`field` smoothed by a Gaussian of `sigma` pixels."""
    return cv2.GaussianBlur(field, (0, 0), sigma)


def grid(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixel columns and rows as two (height, width) float32 fields."""
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    return columns, rows


def to_bytes(image: np.ndarray) -> np.ndarray:
    """The image as (H, W, 3) uint8."""
    return (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)


@cache
def grain(width: int, height: int, seed: int) -> np.ndarray:
    """Still noise (height, width, 1) within one step of 255; without it smooth skies show bands."""
    noise = np.random.default_rng(seed).uniform(-0.5, 0.5, (height, width, 1)).astype(np.float32)
    return noise * 1.6 / 255
