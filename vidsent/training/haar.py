"""The Haar cascade that found the faces before: the baseline that the detector has to beat.

Nothing of the pipeline uses it. It sees upright, frontal faces only, and OpenCV 5 has dropped it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vidsent.training.face_measures import Found

CASCADE = "haarcascade_frontalface_alt2.xml"  # Lienhart et al. 2003; comes with OpenCV 4
DETECTION_SIDE = 640  # pixels, longest side of the picture that is searched; never enlarged
SMALLEST_FACE = 28  # pixels in that picture
SCALE_STEP = 1.1
NEIGHBOURS = 5  # overlapping hits that make a face
ABOUT = (
    f"Haar: {CASCADE} as it was shipped, at most {DETECTION_SIDE} px, faces from {SMALLEST_FACE} "
    f"px, steps of {SCALE_STEP}, {NEIGHBOURS} neighbours"
)


def available() -> bool:
    """Whether this OpenCV still has cascades."""
    return hasattr(cv2, "CascadeClassifier")


class HaarDetector:
    """OpenCV's boosted cascade. One instance serves one thread."""

    def __init__(self) -> None:
        folder = Path(cv2.__file__).parent / "data"
        opencv_4: Any = cv2  # 5 has it neither in its types nor at run time
        self._cascade = opencv_4.CascadeClassifier(str(folder / CASCADE))

    def detect(self, image: np.ndarray) -> Found:
        """Faces of `image` (H, W, 3) uint8 RGB, best first; scores are sums of the last stage."""
        shrink = min(1.0, DETECTION_SIDE / max(image.shape[:2]))
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        if shrink < 1:
            grey = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        if min(grey.shape) < SMALLEST_FACE:
            return Found(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))
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
        return Found(found[order], scores[order])
