"""Face tiles made harder in one stated way each, as bad cameras, odd heads and masks do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np

from vidsent.faces.alignment import TEMPLATE

Change = Callable[[np.ndarray], np.ndarray]

TURNS = (15, 30)  # degrees
DARK = 0.15  # of the brightness
QUALITY = 10  # of JPEG, 1 to 100
COARSE = 20  # pixels
BLUR = 2.0  # pixels, standard deviation; a twenty-fourth of the tile
MASK = 200  # grey level of a surgical mask
MASK_FROM = round(float(TEMPLATE[2, 1]))  # the row of the nose's tip, from which on it covers


def changes() -> dict[str, tuple[Change, str]]:
    """The variants that are measured: {name: (change of (48, 48) uint8 tiles, what it does)}."""
    found: dict[str, tuple[Change, str]] = {
        f"turned_{degrees}": (
            partial(turned, degrees=degrees),
            f"turned by {degrees} degrees in the picture's plane, what is beyond the tile mirrored",
        )
        for degrees in TURNS
    }
    found["dark"] = dark, f"at {DARK:.0%} of their brightness"
    found[f"jpeg_{QUALITY}"] = compressed, f"as JPEG of quality {QUALITY} at 48 x 48 px"
    found["masked"] = masked, f"covered by a plain grey from the nose's tip (row {MASK_FROM}) down"
    found[f"small_{COARSE}px"] = small, f"shrunk to {COARSE} x {COARSE} px and enlarged again"
    found["blurred"] = blurred, f"blurred by a Gaussian of {BLUR:g} px"
    return found


def turned(tile: np.ndarray, degrees: float) -> np.ndarray:
    """The tile turned counter-clockwise about its middle."""
    side = tile.shape[0]
    middle = (side - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
    return cv2.warpAffine(
        tile, matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )


def dark(tile: np.ndarray) -> np.ndarray:
    """Little light, so that few grey levels remain."""
    return np.round(tile * DARK).astype(np.uint8)


def compressed(tile: np.ndarray) -> np.ndarray:
    """The tile as a poor JPEG shows it."""
    packed = cv2.imencode(".jpg", tile, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    again = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert again is not None  # it was a JPEG a line ago
    return again


def masked(tile: np.ndarray) -> np.ndarray:
    """Mouth and chin behind a mask."""
    covered = tile.copy()
    covered[MASK_FROM:] = MASK
    return covered


def small(tile: np.ndarray) -> np.ndarray:
    """The tile as a face of few pixels gives it."""
    coarse = cv2.resize(tile, (COARSE, COARSE), interpolation=cv2.INTER_AREA)
    return cv2.resize(coarse, tile.shape[::-1], interpolation=cv2.INTER_CUBIC)


def blurred(tile: np.ndarray) -> np.ndarray:
    """Out of focus."""
    return cv2.GaussianBlur(tile, (0, 0), BLUR)
