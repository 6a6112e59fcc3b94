"""Bring the images of data sets to the crops that inference makes: found, then aligned.

Data sets come as tight tiles, or as loose ones; a film does not. Each is laid into a larger
image, the shipped detector finds the face there, and `crops.align` cuts it out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from vidsent.faces.alignment import align
from vidsent.faces.boxes import iou
from vidsent.faces.detection import Detections, FaceDetector
from vidsent.faces.expression import CROP_SIZE
from vidsent.training.data.face_photos import random_square, read_photos
from vidsent.training.data.fer import enlarged

log = logging.getLogger(__name__)

CANVAS = 256  # pixels, side of the image that a tile is laid into
SIDES = (80, 180)  # pixels, side of the enlarged tile
GREY = 128
MIN_OVERLAP = 0.2  # IoU of a found box and the tile's place; the tile is looser than the box
MIN_SCORE = 0.2  # score that suffices where a face is known to be


class Pasted(NamedTuple):
    """An image (H, W, 3) uint8 RGB with a tile in it, and the tile's box x, y, width, height."""

    image: np.ndarray
    box: np.ndarray


def paste(tile: np.ndarray, scene: np.ndarray, side: int, rng: np.random.Generator) -> Pasted:
    """Grey `tile` (S, S) uint8 enlarged to `side` pixels, anywhere in the RGB `scene`."""
    image = scene.copy()
    face = cv2.resize(tile, (side, side), interpolation=cv2.INTER_CUBIC)
    x = int(rng.integers(0, image.shape[1] - side + 1))
    y = int(rng.integers(0, image.shape[0] - side + 1))
    image[y : y + side, x : x + side] = face[..., None]
    return Pasted(image, np.array([x, y, side, side], np.float32))


def landmarks_at(found: Detections, box: np.ndarray) -> np.ndarray | None:
    """Landmarks (5, 2) of the surest face where `box` is, or None."""
    if not len(found.boxes):
        return None
    there = np.flatnonzero(iou(found.boxes, box[None])[:, 0] >= MIN_OVERLAP)
    return found.landmarks[there[0]] if len(there) else None  # best first


def align_tiles(tiles: np.ndarray, data: Path) -> np.ndarray:
    """Tiles (N, 48, 48) uint8 found in photographs without other faces and aligned, (N, 96, 96).

    One that is not found is enlarged as it is, being framed much the same; they are counted.
    """
    backgrounds = [p.image for p in read_photos(data, "train") if not len(p.boxes)]
    detector, rng = FaceDetector.shared(), np.random.default_rng(0)
    crops = list(_aligned(tiles, backgrounds, detector, rng))
    log.info("%d of %d faces were not found", sum(crop is None for crop in crops), len(crops))
    plain = enlarged(tiles)
    return np.stack([t if crop is None else crop for t, crop in zip(plain, crops, strict=True)])


def _aligned(
    tiles: np.ndarray,
    backgrounds: Sequence[np.ndarray],
    detector: FaceDetector,
    rng: np.random.Generator,
) -> Iterator[np.ndarray | None]:
    for tile in tiles:
        scene = random_square(backgrounds[int(rng.integers(len(backgrounds)))], CANVAS, rng)
        pasted = paste(tile, scene, int(rng.integers(*SIDES)), rng)
        landmarks = landmarks_at(detector.detect(pasted.image, CANVAS, MIN_SCORE), pasted.box)
        yield None if landmarks is None else align(pasted.image, landmarks)


def align_image(
    image: np.ndarray, detector: FaceDetector, cut: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """The face that fills an RGB image as an aligned crop (96, 96) uint8.

    Where the detector sees none, the crop is what `cut` makes of the image.
    """
    side, margin = CANVAS // 2, CANVAS // 4
    canvas = np.full((CANVAS, CANVAS, 3), GREY, np.uint8)
    how = cv2.INTER_AREA if image.shape[0] > side else cv2.INTER_CUBIC
    canvas[margin : margin + side, margin : margin + side] = cv2.resize(
        image, (side, side), interpolation=how
    )
    place = np.array([margin, margin, side, side], np.float32)
    landmarks = landmarks_at(detector.detect(canvas, CANVAS, MIN_SCORE), place)
    return cut(image) if landmarks is None else align(canvas, landmarks)


def center_crop(image: np.ndarray, share: float = 1.0) -> np.ndarray:
    """The middle `share` of a square RGB image as a grey crop (96, 96) uint8."""
    inset = round(image.shape[0] * (1 - share) / 2)
    part = image[inset : image.shape[0] - inset, inset : image.shape[1] - inset]
    grey = cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA)
