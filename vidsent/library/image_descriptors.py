"""What an image looks like as a whole: its colours and its shapes, for finding others like it.

Two parts, each of length 1 so that neither drowns the other: a colour histogram, and a coarse
histogram of oriented gradients (Dalal & Triggs 2005). It knows nothing of what is to be seen.
"""

from __future__ import annotations

import cv2
import numpy as np

BINS = (8, 4, 4)  # of hue, saturation and value
RANGES = [0, 180, 0, 256, 0, 256]  # of OpenCV's HSV in 8 bits
SIDE = 64  # pixels that the shapes are looked at in
CELLS, ORIENTATIONS = 4, 9  # cells along a side; blocks are two by two of them, overlapping
STRONGEST = 0.2  # share of a block's length that one orientation may have, as in the paper
WIDTH = int(np.prod(BINS)) + (CELLS - 1) ** 2 * 4 * ORIENTATIONS  # of the features


def features(jpeg: bytes) -> np.ndarray | None:
    """(WIDTH,) float32 of length 1, or None where the image cannot be read."""
    if not jpeg:
        return None
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    joined = np.concatenate([_colours(image), _shapes(image)])
    return joined / max(float(np.linalg.norm(joined)), 1e-9)


def _colours(image: np.ndarray) -> np.ndarray:
    """Root of the share of each colour: their product is Bhattacharyya's coefficient."""
    hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, list(BINS), RANGES).ravel()
    return np.sqrt(counts / counts.sum()).astype(np.float32)


def _shapes(image: np.ndarray) -> np.ndarray:
    grey = cv2.cvtColor(cv2.resize(image, (SIDE, SIDE)), cv2.COLOR_BGR2GRAY)
    cells = _orientations(grey)
    blocks = [
        _clipped(cells[row : row + 2, column : column + 2].ravel())
        for row in range(CELLS - 1)
        for column in range(CELLS - 1)
    ]
    found = np.concatenate(blocks)
    return found / max(float(np.linalg.norm(found)), 1e-9)


def _orientations(grey: np.ndarray) -> np.ndarray:
    """How much of each cell's edges lies along each orientation, (CELLS, CELLS, ORIENTATIONS).

    Written out because OpenCV 5 has no HOGDescriptor. A gradient counts for the two orientations
    that it lies between.
    """
    along, down = (cv2.Sobel(grey, cv2.CV_32F, x, y, ksize=1) for x, y in ((1, 0), (0, 1)))
    strength, angle = cv2.cartToPolar(along, down, angleInDegrees=True)
    place = (angle % 180) * (ORIENTATIONS / 180) - 0.5
    lower = np.floor(place).astype(int)
    cell = np.arange(SIDE) * CELLS // SIDE
    base = (cell[:, None] * CELLS + cell[None, :]) * ORIENTATIONS
    counts = np.zeros(CELLS * CELLS * ORIENTATIONS)
    for orientation, share in ((lower, 1 - (place - lower)), (lower + 1, place - lower)):
        np.add.at(counts, base + orientation % ORIENTATIONS, strength * share)
    return counts.reshape(CELLS, CELLS, ORIENTATIONS).astype(np.float32)


def _clipped(block: np.ndarray) -> np.ndarray:
    """A block of length 1 in which no single edge drowns the others (L2-Hys)."""
    block = np.minimum(block / max(float(np.linalg.norm(block)), 1e-6), STRONGEST)
    return block / max(float(np.linalg.norm(block)), 1e-6)
