"""Face tiles and photographs made harder in one stated way each.

As bad cameras, odd heads and masks do; boxes and landmarks of photographs move alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from vidsent.faces.alignment import TEMPLATE
from vidsent.faces.detection import PADDING
from vidsent.faces.expression import CROP_SIZE
from vidsent.training.data.face_photos import Photo
from vidsent.training.data.fer import TILE
from vidsent.training.detector.scenes import moved

TileChange = Callable[[np.ndarray], np.ndarray]
PhotoChange = Callable[[Photo], Photo]

TILE_TURNS = (15, 30)  # degrees
TILE_DARK = 0.15  # of the brightness
TILE_QUALITY = 10  # of JPEG, 1 to 100
TILE_SIDE = 20  # pixels
TILE_BLUR = 2.0  # pixels, standard deviation; a twenty-fourth of the tile
MASK = 200  # grey level of a surgical mask
MASK_FROM = round(
    float(TEMPLATE[2, 1]) * TILE / CROP_SIZE
)  # the row of the nose's tip, from which on it covers

PHOTO_TILTS = (0, 15, 30, 45, 60, 90)  # degrees


def tile_variants() -> dict[str, tuple[TileChange, str]]:
    """The variants that are measured: {name: (change of (48, 48) uint8 tiles, what it does)}."""
    turned = "turned by {} degrees in the image's plane, what is beyond the tile mirrored"
    return {
        **{
            f"turned_{degrees}": (partial(turn_tile, degrees=degrees), turned.format(degrees))
            for degrees in TILE_TURNS
        },
        "dark": (darken_tile, f"at {TILE_DARK:.0%} of their brightness"),
        f"jpeg_{TILE_QUALITY}": (
            compress_tile,
            f"as JPEG of quality {TILE_QUALITY} at 48 x 48 px",
        ),
        "masked": (
            mask_tile,
            f"covered by a plain grey from the nose's tip (row {MASK_FROM}) down",
        ),
        f"small_{TILE_SIDE}px": (
            shrink_tile,
            f"shrunk to {TILE_SIDE} x {TILE_SIDE} px and enlarged again",
        ),
        "blurred": (blur_tile, f"blurred by a Gaussian of {TILE_BLUR:g} px"),
    }


def photo_variants() -> dict[str, tuple[PhotoChange, str]]:
    """The variants that are measured: {name: (change, what it does)}."""
    return {
        f"tilt_{degrees}": (
            partial(turn_photo, degrees=degrees),
            f"turned by {degrees} degrees in the image's plane",
        )
        for degrees in PHOTO_TILTS
    }


def turn_tile(tile: np.ndarray, degrees: float) -> np.ndarray:
    """The tile turned counter-clockwise about its middle."""
    side = tile.shape[0]
    middle = (side - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
    return cv2.warpAffine(
        tile, matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )


def darken_tile(tile: np.ndarray) -> np.ndarray:
    """Little light, so that few grey levels remain."""
    return np.round(tile * TILE_DARK).astype(np.uint8)


def compress_tile(tile: np.ndarray) -> np.ndarray:
    """The tile as a poor JPEG shows it."""
    packed = cv2.imencode(".jpg", tile, [cv2.IMWRITE_JPEG_QUALITY, TILE_QUALITY])[1]
    again = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert again is not None  # it was a JPEG a line ago
    return again


def mask_tile(tile: np.ndarray) -> np.ndarray:
    """Mouth and chin behind a mask."""
    covered = tile.copy()
    covered[MASK_FROM:] = MASK
    return covered


def shrink_tile(tile: np.ndarray) -> np.ndarray:
    """The tile as a face of few pixels gives it."""
    coarse = cv2.resize(tile, (TILE_SIDE, TILE_SIDE), interpolation=cv2.INTER_AREA)
    return cv2.resize(coarse, tile.shape[::-1], interpolation=cv2.INTER_CUBIC)


def blur_tile(tile: np.ndarray) -> np.ndarray:
    """Out of focus."""
    return cv2.GaussianBlur(tile, (0, 0), TILE_BLUR)


def turn_photo(photo: Photo, degrees: float) -> Photo:
    """The photograph turned counter-clockwise on a grey canvas that holds all of it.

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
