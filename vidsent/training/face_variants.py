"""Photographs made harder in one stated way each, boxes and landmarks moved alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from vidsent.faces.detection import PADDING
from vidsent.training.facedet import Photo
from vidsent.training.scenes import moved

Change = Callable[[Photo], Photo]

TILTS = (0, 15, 30, 45, 60, 90)  # degrees
GAMMA = 3.0  # a third of full light becomes a twenty-seventh
BLUR = 3.0  # pixels, standard deviation; about a fortieth of the side of a portrait's face
SHRINK = 3  # times; a portrait's face is then about 40 pixels


def turned(photo: Photo, degrees: float) -> Photo:
    """The picture turned counter-clockwise on a grey canvas that holds all of it.

    A face is taken for an ellipse, and its box drawn around that.
    """
    height, width = photo.image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = np.abs(matrix[0, :2])
    size = round(width * cosine + height * sine), round(width * sine + height * cosine)
    matrix[:, 2] += np.array(size) / 2 - [width / 2, height / 2]
    image = cv2.warpAffine(photo.image, matrix, size, borderValue=(PADDING,) * 3)
    corners, landmarks = moved(photo.boxes, photo.landmarks, matrix)
    corners[:, 2:] -= corners[:, :2]
    return replace(photo, image=image, boxes=corners, landmarks=landmarks)


def dark(photo: Photo) -> Photo:
    """Gamma `GAMMA`: an evening without a lamp."""
    levels = np.round(255 * np.linspace(0, 1, 256) ** GAMMA).astype(np.uint8)
    return replace(photo, image=cv2.LUT(photo.image, levels))


def blurred(photo: Photo) -> Photo:
    """Out of focus: a Gaussian of `BLUR` pixels."""
    return replace(photo, image=cv2.GaussianBlur(photo.image, (0, 0), BLUR))


def small(photo: Photo) -> Photo:
    """Shrunk `SHRINK` times, in the middle of a grey canvas of the former size."""
    height, width = photo.image.shape[:2]
    size = max(1, width // SHRINK), max(1, height // SHRINK)
    ratio = np.array(size) / [width, height]
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    image = np.full_like(photo.image, PADDING)
    image[top : top + size[1], left : left + size[0]] = cv2.resize(
        photo.image, size, interpolation=cv2.INTER_AREA
    )
    boxes = photo.boxes * np.tile(ratio, 2) + [left, top, 0, 0]
    landmarks = photo.landmarks * ratio + [left, top]
    return replace(
        photo,
        image=image,
        boxes=boxes.astype(np.float32),
        landmarks=landmarks.astype(np.float32),
    )


def changes() -> dict[str, tuple[Change, str]]:
    """The variants that are measured: {name: (change, what it does)}."""
    found: dict[str, tuple[Change, str]] = {
        f"tilt_{degrees}": (
            partial(turned, degrees=degrees),
            f"turned by {degrees} degrees in the picture's plane",
        )
        for degrees in TILTS
    }
    found["dark"] = dark, f"darkened by gamma {GAMMA:g}"
    found["blurred"] = blurred, f"blurred by a Gaussian of {BLUR:g} px"
    found["small"] = small, f"shrunk {SHRINK} times on a grey canvas of the same size"
    return found
