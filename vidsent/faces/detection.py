"""Find the faces of an image: boxes, scores and five landmarks each.

`FaceDetector` is all that the pipeline knows of detection. It has no memory: who is who from
image to image is the business of `tracking`, and how a face is cut out that of `alignment`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import torch

from vidsent.core import weights
from vidsent.core.device import supports_bfloat16, traced
from vidsent.core.errors import ModelError
from vidsent.core.once import once
from vidsent.faces.alignment import FITTED, SMALLEST, similarity_transform
from vidsent.faces.detector_network import (
    LANDMARKS,
    MULTIPLE,
    FaceCNN,
    cells,
    decode_boxes,
    decode_landmarks,
    decode_scores,
)

FILE = "face_detector.safetensors"
SIDE = 640  # pixels, longest side of the image that is searched at most
SMALLEST_SIDE = 320  # and at least
THRESHOLD = 0.77  # score of a face; chosen on validation images
WEAKEST = 0.4  # score of a box that may continue a track, though not begin one
# Landmarks of faces that the search sees at another size than these pixels are read again from a
# close-up. On validation portraits that takes their median distance from the reference's from
# 0.23 to 0.17 of the eyes' distance above, from 0.29 to 0.24 below, and changes nothing between.
READ_AT_ONCE = (32.0, 200.0)
CLOSE_SIDE = 128  # pixels of the close-up
CLOSE_UP = np.array(  # where its landmarks should lie, as when the above was measured
    [[53.5, 57.25], [74.5, 57.25], [64.0, 69.25], [55.0, 78.4], [73.0, 78.4]], np.float32
)
FOUND = 14.0  # pixels of the searched image: smallest face that is found reliably
CLEAR = 96.0  # and of a face that is known to be there, so that nothing is lost by looking coarsely
OVERLAP = 0.4  # IoU above which two boxes are one face; two people are rarely that close
MOST = 200  # faces of one image
UNSCATHED = 0.6  # an image shrunk less than to this loses nothing by the faster interpolation
PADDING = 114  # grey level beyond the image's edge


class Detections(NamedTuple):
    """N faces, best first, in pixels of the image.

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
        fused = (network or shipped()).fuse().to(memory_format=torch.channels_last)
        self._type = torch.float32
        if supports_bfloat16(torch.device("cpu")):
            self._type = torch.bfloat16
            fused.to_bfloat16()
        blank = np.zeros((SMALLEST_SIDE, SMALLEST_SIDE, 3), np.uint8)
        self._network = traced(fused, as_input([blank], self._type))

    @staticmethod
    @once
    def shared() -> FaceDetector:
        """The one detector of this process, loaded on first use."""
        return FaceDetector()

    @torch.inference_mode()
    def detect(
        self, image: np.ndarray, side: int = SIDE, threshold: float = THRESHOLD
    ) -> Detections:
        """Faces of `image` (H, W, 3) uint8 RGB, searched at `side` pixels of its longest side."""
        scale = side / max(image.shape[:2])
        searched = _padded(_scaled(image, scale))
        raw = self._network(as_input([searched], self._type))[0]
        scores = decode_scores(raw)
        kept = scores >= threshold
        raw, places = raw[kept], _cells(*searched.shape[:2])[kept]
        found = _distinct(
            decode_boxes(raw, places).numpy() / scale,
            scores[kept].numpy(),
            decode_landmarks(raw, places).numpy() / scale,
        )
        size = found.boxes[:, 2:].max(1, initial=0) * scale
        unclear = (size < READ_AT_ONCE[0]) | (size > READ_AT_ONCE[1])
        again = unclear & (found.scores >= WEAKEST)
        found.landmarks[again] = self._closer(image, found.landmarks[again])
        return found

    def _closer(self, image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        """Landmarks (N, 5, 2) looked for again in each face alone, brought to one size and turned
        upright as far as the first look knew."""
        if not len(landmarks):
            return landmarks
        ways = [similarity_transform(points[FITTED], CLOSE_UP[FITTED]) for points in landmarks]
        size = (CLOSE_SIDE, CLOSE_SIDE)
        closeups = [
            cv2.warpAffine(image, way, size, borderMode=cv2.BORDER_REPLICATE) for way in ways
        ]
        raw = self._network(as_input(closeups, self._type))
        scores, best = decode_scores(raw).max(1)
        chosen = raw[torch.arange(len(ways)), best]
        points = decode_landmarks(chosen, _cells(*size)[best]).numpy()
        back = [cv2.invertAffineTransform(way) for way in ways]
        again = [p @ way[:, :2].T + way[:, 2] for p, way in zip(points, back, strict=True)]
        return np.where((scores >= WEAKEST).numpy()[:, None, None], again, landmarks)


def search_side(longest: int) -> int:
    """Longest side, in pixels, at which to search an image whose longest side is `longest`.

    The smallest face worth reading, `alignment.SMALLEST`, stays large enough to be found; more
    would cost time for faces that nobody can read.
    """
    wanted = longest * FOUND / SMALLEST
    return int(np.clip(-(-wanted // MULTIPLE) * MULTIPLE, SMALLEST_SIDE, SIDE))


def following_side(longest: int, boxes: np.ndarray) -> int:
    """The same where faces are known to be at `boxes` (N, 4), or nearby: these stay large enough.

    Whoever is new and small is not looked for. Never more than `search_side`.
    """
    smallest = float(boxes[:, 2:].max(1).min(initial=longest))
    wanted = longest * CLEAR / max(smallest, 1.0)
    side = int(np.clip(-(-wanted // MULTIPLE) * MULTIPLE, SMALLEST_SIDE, SIDE))
    return min(side, search_side(longest))


def shipped() -> FaceCNN:
    """The network with the shipped weights; raises ModelError when they are missing."""
    network = FaceCNN()
    try:
        network.load_state_dict(weights.load_tensors(FILE).tensors)
    except RuntimeError as error:
        raise ModelError(f"The weights {FILE} do not fit this version of vidsent.") from error
    return network


def as_input(images: Sequence[np.ndarray], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Images (H, W, 3) uint8 RGB of one size as the network takes them: (B, 3, H, W) `dtype`."""
    stacked = images[0][None] if len(images) == 1 else np.stack(images)  # no copy of one
    pixels = torch.from_numpy(stacked).permute(0, 3, 1, 2)  # channels last in memory
    return pixels.to(dtype).mul_(2 / 255).sub_(1)


def _scaled(image: np.ndarray, scale: float) -> np.ndarray:
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    if (height, width) == image.shape[:2]:
        return image
    how = cv2.INTER_AREA if scale < UNSCATHED else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=how)


def _padded(image: np.ndarray) -> np.ndarray:
    """`image` grown below and to the right until the network's grids fit."""
    height, width = image.shape[:2]
    # subtle: where the coarsest grid is one cell wide, PyTorch 2.15's convolution in bfloat16 reads
    # memory that nobody wrote, and a black image has a face now and then
    below, right = -height % MULTIPLE, max(-width % MULTIPLE, 2 * MULTIPLE - width)
    return cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(PADDING,) * 3)


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
    # OpenCV's, as torchvision.ops.nms keeps the same boxes and takes as long to import as torch.
    # subtle: its top_k would cut before boxes are merged, and a face has several
    chosen = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), 0.0, OVERLAP)
    order = np.asarray(chosen, int).reshape(-1)[:MOST]
    return Detections(boxes[order], scores[order], landmarks[order])
