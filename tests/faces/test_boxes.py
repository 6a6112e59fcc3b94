"""Overlaps of boxes; torchvision's operations are the oracle."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchvision.ops import box_iou, nms

from vidsent.faces.boxes import iou
from vidsent.faces.detection import OVERLAP, _distinct
from vidsent.faces.detector_network import LANDMARKS


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_iou_of_known_boxes() -> None:
    unit = np.array([[0, 0, 2, 2]], np.float32)
    others = np.array([[0, 0, 2, 2], [1, 0, 2, 2], [5, 5, 1, 1]], np.float32)
    assert iou(unit, others)[0] == pytest.approx([1, 1 / 3, 0])


def test_overlaps_are_those_of_torchvision(rng: np.random.Generator) -> None:
    first, second = _corners(rng, 9), _corners(rng, 7)
    expected = box_iou(torch.from_numpy(first), torch.from_numpy(second)).numpy()
    assert iou(_sides(first), _sides(second)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("faces", [1, 4, 30])
def test_one_box_of_each_cluster_is_kept_as_torchvision_keeps_it(
    rng: np.random.Generator, faces: int
) -> None:
    around = np.repeat(_corners(rng, faces), 8, axis=0)
    boxes = (around + rng.normal(0, 2.5, around.shape)).astype(np.float32)
    scores = rng.uniform(0.4, 1, len(boxes)).astype(np.float32)
    landmarks = np.zeros((len(boxes), LANDMARKS, 2), np.float32)
    kept = nms(torch.from_numpy(boxes), torch.from_numpy(scores), OVERLAP).numpy()
    found = _distinct(boxes, scores, landmarks)
    assert (found.scores == scores[kept]).all()
    assert (found.boxes == _sides(boxes[kept])).all()


def _corners(rng: np.random.Generator, count: int) -> np.ndarray:
    """Boxes (N, 4) float32 as left, top, right, bottom."""
    low = rng.uniform(0, 400, (count, 2))
    return np.hstack([low, low + rng.uniform(20, 120, (count, 2))]).astype(np.float32)


def _sides(boxes: np.ndarray) -> np.ndarray:
    """The same as left, top, width, height."""
    return np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
