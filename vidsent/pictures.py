"""What a picture looks like as a whole: its colours and its shapes, for finding others like it.

Two parts, each of length 1 so that neither drowns the other: a colour histogram, and a coarse
histogram of oriented gradients (Dalal & Triggs 2005). It knows nothing of what is to be seen.
"""

from __future__ import annotations

import cv2
import numpy as np

BINS = (8, 4, 4)  # of hue, saturation and value
RANGES = [0, 180, 0, 256, 0, 256]  # of OpenCV's HSV in 8 bits
SIDE = 64  # pixels that the shapes are looked at in
WIDTH = int(np.prod(BINS)) + 324  # of the features


def features(jpeg: bytes) -> np.ndarray | None:
    """(WIDTH,) float32 of length 1, or None where the picture cannot be read."""
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
    described = cv2.HOGDescriptor((SIDE, SIDE), (32, 32), (16, 16), (16, 16), 9).compute(grey)
    found = np.ravel(described).astype(np.float32)
    return found / max(float(np.linalg.norm(found)), 1e-9)
