"""A second round of training on what the first one taught: new faces, and its own mistakes.

FER2013's tiles show ten times as many faces as the photographs, and far more expressions, but
nobody drew boxes there; the detector of the first round knows where they are.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from vidsent.faces.boxes import iou
from vidsent.faces.detection import FaceDetector
from vidsent.training.data.aligned_faces import CANVAS, GREY, MIN_OVERLAP
from vidsent.training.data.face_photos import Photo
from vidsent.training.data.fer import read_split

SIDE = 128  # pixels to which a tile is enlarged
SURE = 0.5  # score from which an answer on a tile is taken for its label
MISTAKEN = 0.25  # score from which an answer on an image without a face is worth learning from
SEARCHED = 320  # pixels at which these are searched


def pseudo_label_tiles(
    data: Path, detector: FaceDetector, count: int, seed: int = 0
) -> list[Photo]:
    """Up to `count` training tiles of FER2013 with the one face that the detector finds there.

    Raises DataError when the set is missing.
    """
    tiles = read_split(data / "fer2013", "train").images
    chosen = np.random.default_rng(seed).permutation(len(tiles))[:count]
    labelled = (_label(f"fer2013/{index:05}.jpg", tiles[index], detector) for index in chosen)
    return [photo for photo in labelled if photo is not None]


def hard_negatives(photos: list[Photo], detector: FaceDetector) -> list[Photo]:
    """Those of some images without a face in which the detector finds one."""
    return [p for p in photos if len(detector.detect(p.image, SEARCHED, MISTAKEN).boxes)]


def _label(name: str, tile: np.ndarray, detector: FaceDetector) -> Photo | None:
    margin = (CANVAS - SIDE) // 2
    image = cv2.resize(tile, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    image = cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
    edges = (margin,) * 4
    canvas = cv2.copyMakeBorder(image, *edges, cv2.BORDER_CONSTANT, value=(GREY,) * 3)
    found = detector.detect(canvas, CANVAS, SURE)
    place = np.array([[margin, margin, SIDE, SIDE]], np.float32)
    if len(found.boxes) != 1 or iou(found.boxes, place)[0, 0] < MIN_OVERLAP:
        return None
    box = found.boxes - np.array([margin, margin, 0, 0], np.float32)
    landmarks = found.landmarks - np.float32(margin)
    return Photo(name, image, box, landmarks, *np.zeros((2, 1), bool))
