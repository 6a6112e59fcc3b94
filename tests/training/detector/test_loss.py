"""Which cells learn which face, and a loss that is nought only where everything is right."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torchvision.ops import box_iou

from vidsent.faces.boxes import iou
from vidsent.faces.detector_network import (
    LANDMARKS,
    OUTPUTS,
    cells,
    decode_boxes,
    decode_landmarks,
    decode_scores,
)
from vidsent.training.detector.loss import (
    REACH,
    FaceTargets,
    assign,
    eiou_loss,
    landmark_loss,
    loss,
)

SIDE = 128  # pixels
CELLS = cells(SIDE, SIDE)


def faces(*boxes: tuple[float, ...], counted: tuple[bool, ...] | None = None) -> FaceTargets:
    """Faces without landmarks; all are counted unless told."""
    tensor = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
    return FaceTargets(
        tensor,
        torch.full((len(tensor), LANDMARKS, 2), torch.nan),
        torch.tensor(counted or [True] * len(tensor), dtype=torch.bool),
    )


def answering(box: tuple[float, ...], score: float = 4.0) -> Tensor:
    """Raw cells (N, 16) each of which answers `box` exactly, with one logit."""
    wanted = torch.tensor(box)
    raw = torch.zeros(len(CELLS), OUTPUTS)
    raw[:, :2] = score
    raw[:, 2:4] = ((wanted[:2] + wanted[2:]) / 2 - CELLS[:, :2]) / CELLS[:, 2:]
    raw[:, 4:6] = ((wanted[2:] - wanted[:2]) / CELLS[:, 2:]).log()
    return raw


def noise(seed: int) -> Tensor:
    return torch.randn(len(CELLS), OUTPUTS, generator=torch.Generator().manual_seed(seed)) / 2


def test_cells_cover_the_image_finest_first() -> None:
    assert len(CELLS) == 16**2 + 8**2 + 4**2 + 2**2
    assert CELLS[0].tolist() == [4, 4, 8]
    assert CELLS[1].tolist() == [12, 4, 8]
    assert CELLS[-1].tolist() == [96, 96, 64]


def test_the_cells_of_a_face_lie_in_it_and_near_its_centre() -> None:
    box = (30.0, 40.0, 80.0, 100.0)
    found = assign(answering(box), CELLS, faces(box))
    x, y, stride = CELLS[found.positive].unbind(1)
    assert len(found.positive) == 10  # ten perfect overlaps make ten cells
    assert found.overlap.tolist() == pytest.approx([1.0] * 10, abs=1e-4)
    assert ((x > 30) & (x < 80) & (y > 40) & (y < 100)).all()
    assert torch.maximum((x - 55).abs(), (y - 70).abs()).lt(REACH * stride).all()
    assert found.judged.all()


def test_two_faces_each_get_cells_and_no_cell_serves_both() -> None:
    found = assign(noise(0), CELLS, faces((10, 10, 50, 60), (40, 20, 90, 80)))
    assert set(found.face.tolist()) == {0, 1}
    assert len(found.positive.unique()) == len(found.positive)


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_no_cell_serves_two_faces_whatever_the_network_says(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corners, sides = rng.uniform(0, 90, (count, 2)), rng.uniform(10, 60, (count, 2))
    group = faces(*np.concatenate([corners, corners + sides], 1).tolist())
    found = assign(noise(seed), CELLS, group)
    assert len(found.positive.unique()) == len(found.positive) >= 1
    assert found.judged[found.positive].all()
    overlap = overlaps_of(noise(seed), found.positive, group.boxes[found.face])
    assert found.overlap.tolist() == pytest.approx(overlap, abs=1e-5)


def overlaps_of(raw: Tensor, rows: Tensor, boxes: Tensor) -> list[float]:
    """Overlap of what each cell says with its own face."""
    said = decode_boxes(raw, CELLS)[rows]
    return [float(box_iou(a[None], b[None])) for a, b in zip(said, boxes, strict=True)]


def test_an_image_without_faces_judges_every_cell() -> None:
    found = assign(noise(1), CELLS, faces())
    assert len(found.positive) == len(found.face) == 0
    assert found.judged.all()


def test_cells_in_a_face_that_is_not_taught_are_left_alone() -> None:
    box = (30.0, 30.0, 90.0, 90.0)
    found = assign(answering(box), CELLS, faces(box, counted=(False,)))
    inside = ((CELLS[:, :2] > 30) & (CELLS[:, :2] < 90)).all(1)
    assert len(found.positive) == 0
    assert torch.equal(found.judged, ~inside)


def test_a_taught_face_is_judged_even_inside_one_that_is_not() -> None:
    small = (50.0, 50.0, 70.0, 70.0)
    found = assign(answering(small), CELLS, faces((20, 20, 110, 110), small, counted=(False, True)))
    assert set(found.face.tolist()) == {1}
    assert found.judged[found.positive].all()


@given(st.integers(0, 10_000))
def test_overlap_is_that_of_the_tracks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.uniform([0, 0, 1, 1], 50, (2, 5, 4))
    expected = iou(first, second)
    first[:, 2:] += first[:, :2]
    second[:, 2:] += second[:, :2]
    found = box_iou(torch.from_numpy(first), torch.from_numpy(second))
    assert found.numpy() == pytest.approx(expected, abs=1e-5)


def test_eiou_by_hand() -> None:
    box = torch.tensor([[0.0, 0.0, 4.0, 4.0]])
    assert eiou_loss(box, box).item() == pytest.approx(0, abs=1e-6)
    # Overlap 1/4; centres apart by (1, 1) in a hull of 4 x 4; both sides half as long.
    half = eiou_loss(torch.tensor([[0.0, 0.0, 2.0, 2.0]]), box).item()
    assert half == pytest.approx(1 - 1 / 4 + 2 / 32 + 2 * (2 / 4) ** 2)
    # Side by side: no overlap; centres apart by 4 in a hull of 8 x 4.
    beside = eiou_loss(torch.tensor([[4.0, 0.0, 8.0, 4.0]]), box).item()
    assert beside == pytest.approx(1 + 16 / 80)


def test_landmarks_that_nobody_knows_cost_nothing_and_teach_nothing() -> None:
    points = torch.ones(2, LANDMARKS, 2, requires_grad=True)
    wanted = torch.zeros(2, LANDMARKS, 2)
    wanted[1] = torch.nan
    boxes = torch.tensor([[0.0, 0.0, 10.0, 10.0]] * 2)
    cost = landmark_loss(points, wanted, boxes)
    cost.backward()
    assert points.grad is not None
    assert points.grad.isfinite().all()
    assert points.grad[0].abs().min() > 0
    assert points.grad[1].abs().max() == 0
    # each of ten coordinates is off by a tenth of the side: |d| - beta / 2, by five points
    assert cost.item() == pytest.approx(10 * (0.1 - 0.01) / 5, rel=1e-5)


def test_landmarks_are_measured_by_the_size_of_the_face() -> None:
    wanted = torch.zeros(1, LANDMARKS, 2)
    near = landmark_loss(wanted + 1, wanted, torch.tensor([[0.0, 0.0, 10.0, 10.0]]))
    far = landmark_loss(wanted + 10, wanted, torch.tensor([[0.0, 0.0, 100.0, 100.0]]))
    assert near.item() == pytest.approx(far.item())


def test_an_empty_batch_teaches_only_that_nothing_is_there() -> None:
    raw = noise(2)[None].requires_grad_()
    total, terms = loss(raw, CELLS, [faces()])
    total.backward()
    assert terms["class"] == terms["box"] == terms["landmarks"] == 0
    assert raw.grad is not None
    assert (raw.grad[..., 1] > 0).all()
    assert raw.grad[..., 2:].abs().max() == 0


def test_the_loss_is_of_each_image_and_its_own_faces() -> None:
    first, second = faces((10, 10, 60, 60)), faces((70, 60, 120, 120))
    raw = torch.stack([answering((10, 10, 60, 60)), answering((70, 60, 120, 120))])
    right, swapped = loss(raw, CELLS, [first, second])[1], loss(raw, CELLS, [second, first])[1]
    assert right["box"] == pytest.approx(0, abs=1e-3)
    assert swapped["box"] > 3


def test_descending_the_loss_finds_planted_faces_and_their_landmarks() -> None:
    planted = faces((12, 20, 44, 60), (70, 50, 118, 110), (90, 8, 104, 26), counted=(True,) * 3)
    spots = torch.tensor([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
    corner, sides = planted.boxes[:, None, :2], (planted.boxes[:, 2:] - planted.boxes[:, :2])
    planted = planted._replace(landmarks=corner + spots * sides[:, None])
    raw = torch.nn.Parameter(noise(3)[None] / 5)
    optimizer = torch.optim.Adam([raw], lr=0.15)
    for _ in range(100):
        optimizer.zero_grad()
        loss(raw, CELLS, [planted])[0].backward()
        optimizer.step()
    answers = raw[0].detach()
    scores, boxes = decode_scores(answers), decode_boxes(answers, CELLS)
    landmarks = decode_landmarks(answers, CELLS)
    strong = scores > 0.5
    overlap = box_iou(boxes[strong], planted.boxes)
    assert (overlap.amax(0) > 0.9).all()  # every face is found
    assert (overlap.amax(1) > 0.6).all()  # and nothing else
    nearest = overlap.argmax(1)
    off = (landmarks[strong] - planted.landmarks[nearest]).abs().amax()
    assert off < 3  # pixels
