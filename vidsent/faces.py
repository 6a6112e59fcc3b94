"""Find the faces of a picture and cut them out the way the expression CNN was trained on them.

`FaceDetector` is all that the pipeline knows of a detector. This module has no memory: who is
who from picture to picture is the business of `tracks`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from vidsent.expression import CROP_SIZE

CASCADE = "haarcascade_frontalface_alt2.xml"  # Lienhart et al. 2003; comes with OpenCV 4
DETECTION_SIDE = 640  # pixels, longest side of the picture that is searched
SMALLEST_FACE = 28  # pixels in that picture; smaller ones cannot be read anyway
SCALE_STEP = 1.1
NEIGHBOURS = 5  # overlapping hits that make a face
CROP_MARGIN = 1.0  # side of the crop by the longer side of the box


class Detections(NamedTuple):
    """N faces: boxes (N, 4) float32 x, y, width, height in pixels; scores (N,) float32."""

    boxes: np.ndarray
    scores: np.ndarray


class FaceDetector(Protocol):
    """Anything that finds faces in a picture."""

    def detect(self, image: np.ndarray) -> Detections:
        """Faces of `image` (H, W, 3) uint8 RGB, best first."""


class HaarDetector:
    """OpenCV's boosted cascade: upright, frontal faces only. One instance serves one thread."""

    def __init__(self) -> None:
        folder = Path(cv2.__file__).parent / "data"
        self._cascade = cv2.CascadeClassifier(str(folder / CASCADE))

    def detect(self, image: np.ndarray) -> Detections:
        shrink = min(1.0, DETECTION_SIDE / max(image.shape[:2]))
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        if shrink < 1:
            grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        if min(grey.shape) < SMALLEST_FACE:
            return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))
        boxes, _, weights = self._cascade.detectMultiScale3(
            grey,
            scaleFactor=SCALE_STEP,
            minNeighbors=NEIGHBOURS,
            minSize=(SMALLEST_FACE, SMALLEST_FACE),
            outputRejectLevels=True,
        )
        scores = np.asarray(weights, np.float32).reshape(-1)
        order = np.argsort(-scores, kind="stable")
        found = np.asarray(boxes, np.float32).reshape(-1, 4) / shrink
        return Detections(found[order], scores[order])


def crop(image: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The face in `box` (x, y, width, height) of an RGB picture as (48, 48) uint8 grey.

    The crop is square around the middle of the box; what lies outside the picture repeats the
    edge. Training and inference cut faces with this function alone.
    """
    x, y, width, height = (float(value) for value in box)
    side = max(width, height) * CROP_MARGIN
    left, top = round(x + (width - side) / 2), round(y + (height - side) / 2)
    size = max(2, round(side))
    rows = np.clip(np.arange(top, top + size), 0, image.shape[0] - 1)
    columns = np.clip(np.arange(left, left + size), 0, image.shape[1] - 1)
    face = cv2.cvtColor(image[rows[:, None], columns], cv2.COLOR_RGB2GRAY)
    shrinking = size > CROP_SIZE
    return cv2.resize(
        face,
        (CROP_SIZE, CROP_SIZE),
        interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR,
    )
