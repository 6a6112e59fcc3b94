"""Parts of labelled photographs: a face, a square without one, a square of anything."""

from __future__ import annotations

import cv2
import numpy as np

from vidsent.faces.detector_network import LANDMARKS
from vidsent.training.facedet import Photo

Rng = np.random.Generator

NEARBY = 0.15  # of a box's side, around it, that is still the face
TRIES = 30  # squares tried for a part without a face
COARSEST = 72  # pixels, smallest such part


def cover(image: np.ndarray, side: int, rng: Rng) -> np.ndarray:
    """A random square of `side` pixels out of `image`, enlarged or shrunk to fill it."""
    scale = side / min(image.shape[:2]) * rng.uniform(1.0, 2.2)
    size = max(side, round(image.shape[1] * scale)), max(side, round(image.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    grown = cv2.resize(image, size, interpolation=how)
    x, y = rng.integers(0, size[0] - side + 1), rng.integers(0, size[1] - side + 1)
    return grown[y : y + side, x : x + side].copy()


def cut(
    photo: Photo, face: int, longer: float, rng: Rng
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A face with little around it, its box `longer` pixels long: patch, box, landmarks.

    Some come grey and coarse, as faces of emotion data sets do.
    """
    x, y, width, height = photo.boxes[face]
    margins = rng.uniform(-0.05, 0.4, 4) * [width, height, width, height]
    left, top = np.maximum([x - margins[0], y - margins[1]], 0).astype(int)
    right = int(min(x + width + margins[2], photo.image.shape[1]))
    bottom = int(min(y + height + margins[3], photo.image.shape[0]))
    patch = photo.image[top : max(bottom, top + 2), left : max(right, left + 2)]
    scale = longer / max(width, height)
    size = max(2, round(patch.shape[1] * scale)), max(2, round(patch.shape[0] * scale))
    if rng.random() < 0.4:
        coarse = max(24, int(rng.normal(50, 8)))
        grey = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY)
        grey = cv2.resize(grey, (coarse, coarse), interpolation=cv2.INTER_AREA)
        patch = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    how = cv2.INTER_AREA if size[0] < patch.shape[1] else cv2.INTER_LINEAR
    ratio = np.array(size) / [max(right - left, 2), max(bottom - top, 2)]
    corner = np.array([left, top], np.float32)
    box = np.concatenate([([x, y] - corner) * ratio, ([x + width, y + height] - corner) * ratio])
    return cv2.resize(patch, size, interpolation=how), box, (photo.landmarks[face] - corner) * ratio


def faceless(photo: Photo, rng: Rng) -> Photo | None:
    """The largest square without a face that a few tries find: clothes, hands, streets, or None.

    What a detector takes for a face lies near faces: prints on shirts, backs of heads.
    """
    height, width = photo.image.shape[:2]
    low = photo.boxes[:, :2] - NEARBY * photo.boxes[:, 2:]
    high = photo.boxes[:, :2] + (1 + NEARBY) * photo.boxes[:, 2:]
    best = (0, 0, 0)
    for _ in range(TRIES):
        side = int(rng.uniform(0.2, 0.9) * min(height, width))
        x, y = int(rng.integers(0, width - side + 1)), int(rng.integers(0, height - side + 1))
        free = ((low >= [x + side, y + side]) | (high <= [x, y])).any(1).all()
        if free and side > best[2]:
            best = (x, y, side)
    x, y, side = best
    if side < COARSEST:
        return None
    image = photo.image[y : y + side, x : x + side]
    none, points = np.zeros((0, 4), np.float32), np.zeros((0, LANDMARKS, 2), np.float32)
    return Photo(photo.name, image, none, points, np.zeros(0, bool), none, none)
