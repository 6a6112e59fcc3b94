"""Photographs with planted faces, for the tests of the detector's training and measures."""

from __future__ import annotations

import numpy as np

from vidsent.faces.detector_network import LANDMARKS
from vidsent.training.data.face_photos import Photo

WHITE, GREY = 255, 60  # of a face, of what is around it
MIDDLE = (WHITE + GREY) // 2


def photo(
    width: int = 160,
    height: int = 120,
    box: tuple[int, int, int, int] = (50, 30, 40, 52),
    name: str = "portrait/0040.jpg",
) -> Photo:
    """A grey image with one face: a white ellipse that fills its box."""
    image = np.full((height, width, 3), GREY, np.uint8)
    x, y, w, h = box
    yy, xx = np.mgrid[:height, :width] + 0.5
    inside = ((xx - x - w / 2) / (w / 2)) ** 2 + ((yy - y - h / 2) / (h / 2)) ** 2 <= 1
    image[inside] = WHITE
    spots = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
    return made(image, np.array([box], np.float32), (spots * [w, h] + [x, y])[None], name)


def made(image: np.ndarray, boxes: np.ndarray, landmarks: np.ndarray, name: str) -> Photo:
    """A photograph whose faces the reference found and nobody else."""
    nobody = np.zeros(len(boxes), bool)
    return Photo(name, image, boxes, landmarks.astype(np.float32), nobody, nobody)


def empty(level: int = 20) -> Photo:
    """An image of noise without a face."""
    image = np.random.default_rng(level).integers(0, level, (90, 130, 3), dtype=np.uint8)
    boxes, landmarks = np.zeros((0, 4), np.float32), np.zeros((0, LANDMARKS, 2))
    return made(image, boxes, landmarks, "background/0040.jpg")


def extent(image: np.ndarray) -> np.ndarray:
    """Left, top, right, bottom of what is white."""
    rows, columns = np.nonzero(image.min(2) > MIDDLE)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
