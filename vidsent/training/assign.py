"""Which cells answer for which face, and how wrong they are: SimOTA and the detector's loss.

SimOTA: Ge et al. 2021, "YOLOX", section 2. EIoU: Zhang et al. 2022.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from vidsent.faces.detector_network import decode_boxes, decode_landmarks

REACH = 2.5  # strides around a face's centre within which a cell may answer for it
CANDIDATES = 10  # best overlaps whose sum says how many cells a face gets
OVERLAP_WEIGHT = 3.0  # of the overlap against the class in the cost of an assignment
BOX_WEIGHT, LANDMARK_WEIGHT = 5.0, 2.0  # of the terms of the loss
SMOOTH = 0.02  # of a box's side: landmarks nearer than this are punished by the square
FAR = 1e5  # cost of a cell that lies outside the face or out of reach
EPSILON = 1e-6


class Faces(NamedTuple):
    """Labels of one picture: boxes (G, 4), landmarks (G, 5, 2) with NaN, taught (G,) bool."""

    boxes: Tensor
    landmarks: Tensor
    taught: Tensor


class Assigned(NamedTuple):
    """For one picture: cells that answer (P,), the face of each (P,), their overlap (P,), and
    judged (N,) bool: cells whose objectness counts."""

    positive: Tensor
    face: Tensor
    overlap: Tensor
    judged: Tensor


@torch.no_grad()
def assign(raw: Tensor, cells: Tensor, faces: Faces) -> Assigned:
    """SimOTA for one picture: raw (N, 16), cells (N, 3)."""
    centre, stride = cells[:, None, :2], cells[:, None, 2]
    inside = ((centre > faces.boxes[:, :2]) & (centre < faces.boxes[:, 2:])).all(-1)  # (N, G)
    judged = ~inside[:, ~faces.taught].any(1)
    boxes = faces.boxes[faces.taught]
    none = torch.zeros(0, dtype=torch.long)
    if not len(boxes):
        return Assigned(none, none, torch.zeros(0), judged)
    inside = inside[:, faces.taught]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = (centre - middle).abs().amax(-1) < REACH * stride
    rows = (inside | near).any(1).nonzero().squeeze(1)
    overlap = pairwise_iou(decode_boxes(raw[rows], cells[rows]), boxes)  # (R, G)
    score = (raw[rows, 0].sigmoid() * raw[rows, 1].sigmoid()).sqrt()
    cost = -score.clamp_min(1e-8).log()[:, None] - OVERLAP_WEIGHT * (overlap + 1e-8).log()
    cost = cost + FAR * ~(inside & near)[rows]
    chosen = torch.zeros_like(overlap, dtype=torch.bool)
    best = overlap.topk(min(CANDIDATES, len(rows)), dim=0).values.sum(0)
    for column, count in enumerate(best.int().clamp_min(1).tolist()):
        cheap = cost[:, column].topk(min(count, len(rows)), largest=False).indices
        chosen[cheap, column] = True
    # A cell that several faces chose answers for the one that it costs least.
    cheapest = F.one_hot(cost.argmin(1), len(boxes)).bool()
    chosen &= cheapest | (chosen.sum(1, keepdim=True) <= 1)
    row, face = chosen.nonzero(as_tuple=True)
    judged[rows[row]] = True
    taught = faces.taught.nonzero().squeeze(1)
    return Assigned(rows[row], taught[face], overlap[row, face], judged)


def loss(raw: Tensor, cells: Tensor, batch: list[Faces]) -> tuple[Tensor, dict[str, float]]:
    """Loss of raw cells (B, N, 16) and its terms; per positive cell, so scenes may be empty."""
    found = [
        assign(picture.float(), cells, faces) for picture, faces in zip(raw, batch, strict=True)
    ]
    index = torch.cat([torch.full_like(a.positive, i) for i, a in enumerate(found)])
    positive = torch.cat([a.positive for a in found])
    boxes = torch.cat([f.boxes[a.face] for a, f in zip(found, batch, strict=True)])
    points = torch.cat([f.landmarks[a.face] for a, f in zip(found, batch, strict=True)])
    overlap = torch.cat([a.overlap for a in found])
    judged = torch.stack([a.judged for a in found])
    count = max(1, len(positive))

    wanted = torch.zeros(raw.shape[:2])
    wanted[index, positive] = 1.0
    per_cell = F.binary_cross_entropy_with_logits(raw[..., 1], wanted, reduction="none")
    answers, places = raw[index, positive], cells[positive]
    terms = {
        "objectness": (per_cell * judged).sum() / count,
        "class": F.binary_cross_entropy_with_logits(answers[:, 0], overlap, reduction="sum")
        / count,
        "box": BOX_WEIGHT * eiou_loss(decode_boxes(answers, places), boxes).sum() / count,
        "landmarks": LANDMARK_WEIGHT
        * landmark_loss(decode_landmarks(answers, places), points, boxes)
        / count,
    }
    total = torch.stack(list(terms.values())).sum()
    return total, {name: float(term.detach()) for name, term in terms.items()}


def pairwise_iou(first: Tensor, second: Tensor) -> Tensor:
    """Intersection over union of boxes (N, 4) and (M, 4), left, top, right, bottom: (N, M)."""
    low = torch.maximum(first[:, None, :2], second[None, :, :2])
    high = torch.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = (high - low).clamp_min(0).prod(-1)
    areas = _area(first)[:, None] + _area(second)[None]
    return shared / (areas - shared).clamp_min(EPSILON)


def eiou_loss(boxes: Tensor, wanted: Tensor) -> Tensor:
    """1 - EIoU of boxes (P, 4) with those wanted: overlap, centre, width and height."""
    low, high = (
        torch.maximum(boxes[:, :2], wanted[:, :2]),
        torch.minimum(boxes[:, 2:], wanted[:, 2:]),
    )
    shared = (high - low).clamp_min(0).prod(-1)
    overlap = shared / (_area(boxes) + _area(wanted) - shared).clamp_min(EPSILON)
    hull = torch.maximum(boxes[:, 2:], wanted[:, 2:]) - torch.minimum(boxes[:, :2], wanted[:, :2])
    apart = (boxes[:, :2] + boxes[:, 2:] - wanted[:, :2] - wanted[:, 2:]) / 2
    sides = (boxes[:, 2:] - boxes[:, :2]) - (wanted[:, 2:] - wanted[:, :2])
    square = hull.square().clamp_min(EPSILON)
    return 1 - overlap + apart.square().sum(1) / square.sum(1) + (sides.square() / square).sum(1)


def landmark_loss(points: Tensor, wanted: Tensor, boxes: Tensor) -> Tensor:
    """Sum over faces of the mean smooth distance by the side of the box; NaN is not judged."""
    known = wanted.isfinite().all(-1, keepdim=True)
    side = (boxes[:, 2:] - boxes[:, :2]).mean(1)[:, None, None].clamp_min(1.0)
    apart = torch.where(known, points - wanted.nan_to_num(), 0.0) / side
    return F.smooth_l1_loss(apart, torch.zeros_like(apart), beta=SMOOTH, reduction="sum") / 5


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp_min(0).prod(-1)
