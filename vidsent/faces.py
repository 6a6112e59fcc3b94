"""Find the faces of a picture: boxes, scores and five landmarks each.

`FaceDetector` is all that the pipeline knows of detection. It has no memory: who is who from
picture to picture is the business of `tracks`, and how a face is cut out that of `crops`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import torch

from vidsent import weights
from vidsent.crops import FITTED, SMALLEST, TEMPLATE, similarity
from vidsent.errors import ModelError
from vidsent.facecnn import LANDMARKS, MULTIPLE, FaceCNN, cells, decode

FILE = "face_detector.safetensors"
SIDE = 640  # pixels, longest side of the picture that is searched at most
SMALLEST_SIDE = 320  # and at least
THRESHOLD = 0.77  # score of a face; chosen on validation pictures
WEAKEST = 0.4  # score of a box that may continue a track, though not begin one
# Landmarks are read again from a close-up. On validation pictures that takes their median distance
# from the reference's from 0.155 to 0.121 of the eyes' distance, of heads tilted by 30 degrees
# from 0.29 to 0.19; with faces about half as large in the close-up, to 0.156 and 0.24.
CLOSE_SIDE = 128  # pixels of the close-up
CLOSE_UP = TEMPLATE * 1.5 + 28  # where its landmarks should lie
FOUND = 14.0  # pixels of the searched picture: smallest face that is found reliably
OVERLAP = 0.4  # IoU above which two boxes are one face; two people are rarely that close
MOST = 200  # faces of one picture
PADDING = 114  # grey level beyond the picture's edge


class Detections(NamedTuple):
    """N faces, best first, in pixels of the picture.

    boxes (N, 4) float32 x, y, width, height, forehead to chin; scores (N,) float32 in [0, 1];
    landmarks (N, 5, 2) float32: right eye, left eye, nose, right and left mouth corner, as the
    person has them.
    """

    boxes: np.ndarray
    scores: np.ndarray
    landmarks: np.ndarray


class FaceDetector:
    """The shipped detector; safe to share between threads."""

    def __init__(self, network: FaceCNN | None = None) -> None:
        self._network = (network or shipped()).fuse().to(memory_format=torch.channels_last)

    @staticmethod
    @cache
    def shared() -> FaceDetector:
        """The one detector of this process, loaded on first use."""
        return FaceDetector()

    @torch.inference_mode()
    def detect(
        self, image: np.ndarray, side: int = SIDE, threshold: float = THRESHOLD
    ) -> Detections:
        """Faces of `image` (H, W, 3) uint8 RGB, searched at `side` pixels of its longest side."""
        scale = side / max(image.shape[:2])
        batch = as_input(image, scale)
        scores, boxes, landmarks = self._read(batch)
        kept = scores >= threshold
        found = _distinct(
            boxes[kept].numpy() / scale, scores[kept].numpy(), landmarks[kept].numpy() / scale
        )
        closer = [
            self._closer(image, points) if score >= WEAKEST else points
            for points, score in zip(found.landmarks, found.scores, strict=True)
        ]
        return found._replace(landmarks=np.array(closer, np.float32).reshape(-1, LANDMARKS, 2))

    def _read(self, batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Scores (N,), boxes (N, 4) and landmarks (N, 5, 2) of every cell of a batch of one."""
        raw = self._network(batch)[0].float()
        return decode(raw, _cells(batch.shape[2], batch.shape[3]))

    def _closer(self, image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        """Landmarks (5, 2) looked for again in the face alone, enlarged or shrunk to one size and
        turned upright as far as the first look knew."""
        matrix = similarity(landmarks[FITTED], CLOSE_UP[FITTED])
        size = (CLOSE_SIDE, CLOSE_SIDE)
        close = cv2.warpAffine(image, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        scores, _, points = self._read(as_input(close, 1.0))
        best = int(scores.argmax())
        if scores[best] < WEAKEST:
            return landmarks
        back = cv2.invertAffineTransform(matrix)
        return points[best].numpy() @ back[:, :2].T + back[:, 2]


def search_side(longest: int) -> int:
    """Longest side, in pixels, at which to search a picture whose longest side is `longest`.

    The smallest face worth reading, `crops.SMALLEST`, stays large enough to be found; more would
    cost time for faces that nobody can read.
    """
    wanted = longest * FOUND / SMALLEST
    return int(np.clip(-(-wanted // MULTIPLE) * MULTIPLE, SMALLEST_SIDE, SIDE))


def shipped() -> FaceCNN:
    """The network with the shipped weights; raises ModelError when they are missing."""
    network = FaceCNN()
    try:
        network.load_state_dict(weights.load_tensors(FILE).tensors)
    except RuntimeError as error:
        raise ModelError(f"The weights {FILE} do not fit this version of vidsent.") from error
    return network


def as_input(image: np.ndarray, scale: float) -> torch.Tensor:
    """A picture (H, W, 3) uint8 scaled and padded to (1, 3, H', W') float32 in [0, 1]."""
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    if (height, width) != image.shape[:2]:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        image = cv2.resize(image, (width, height), interpolation=how)
    below, right = -height % MULTIPLE, -width % MULTIPLE
    padded = cv2.copyMakeBorder(
        image, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(PADDING,) * 3
    )
    return torch.from_numpy(padded).permute(2, 0, 1).unsqueeze(0).float().div_(255)


@cache
def _cells(height: int, width: int) -> torch.Tensor:
    return cells(height, width)


def _distinct(boxes: np.ndarray, scores: np.ndarray, landmarks: np.ndarray) -> Detections:
    """One of each cluster of overlapping boxes (left, top, right, bottom), best first."""
    if not len(boxes):
        return Detections(
            np.zeros((0, 4), np.float32),
            np.zeros(0, np.float32),
            np.zeros((0, LANDMARKS, 2), np.float32),
        )
    sides = boxes[:, 2:] - boxes[:, :2]
    boxes = np.concatenate([boxes[:, :2], sides], axis=1)
    # subtle: its top_k would cut before boxes are merged, and a face has several
    chosen = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), 0.0, OVERLAP)
    order = np.asarray(chosen, int).reshape(-1)[:MOST]
    return Detections(boxes[order], scores[order], landmarks[order])
