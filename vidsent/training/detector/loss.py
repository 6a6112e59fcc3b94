"""Which cells answer for which face, and how wrong they are: SimOTA and the detector's loss.

SimOTA: Ge et al. 2021, "YOLOX", section 2. EIoU: Zhang et al. 2022.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F
from torchvision.ops import box_iou, distance_box_iou_loss

from vidsent.faces.detector_network import decode_boxes, decode_landmarks

REACH = 2.5  # strides around a face's centre within which a cell may answer for it
CANDIDATES = 10  # best overlaps whose sum says how many cells a face gets
OVERLAP_WEIGHT = 3.0  # of the overlap against the class in the cost of an assignment
BOX_WEIGHT, LANDMARK_WEIGHT = 5.0, 2.0  # of the terms of the loss
SMOOTH = 0.02  # of a box's side: landmarks nearer than this are punished by the square
FAR = 1e5  # cost of a cell that lies outside the face or out of reach
EPSILON = 1e-6


class FaceTargets(NamedTuple):
    """Labels of one image: boxes (G, 4), landmarks (G, 5, 2) with NaN, counted (G,) bool."""

    boxes: Tensor
    landmarks: Tensor
    counted: Tensor


class Assigned(NamedTuple):
    """For one image: cells that answer (P,), the face of each (P,), their overlap (P,), and
    judged (N,) bool: cells whose objectness counts."""

    positive: Tensor
    face: Tensor
    overlap: Tensor
    judged: Tensor


@torch.no_grad()
def assign(raw: Tensor, cells: Tensor, faces: FaceTargets) -> Assigned:
    """SimOTA for one image: raw (N, 16), cells (N, 3)."""
    centre, stride = cells[:, None, :2], cells[:, None, 2]
    inside = ((centre > faces.boxes[:, :2]) & (centre < faces.boxes[:, 2:])).all(-1)  # (N, G)
    judged = ~inside[:, ~faces.counted].any(1)
    boxes = faces.boxes[faces.counted]
    none = torch.zeros(0, dtype=torch.long)
    if not len(boxes):
        return Assigned(none, none, torch.zeros(0), judged)
    inside = inside[:, faces.counted]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = (centre - middle).abs().amax(-1) < REACH * stride
    rows = (inside | near).any(1).nonzero().squeeze(1)
    overlap = box_iou(decode_boxes(raw[rows], cells[rows]), boxes)  # (R, G)
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
    counted = faces.counted.nonzero().squeeze(1)
    return Assigned(rows[row], counted[face], overlap[row, face], judged)


def loss(raw: Tensor, cells: Tensor, batch: list[FaceTargets]) -> tuple[Tensor, dict[str, float]]:
    """Loss of raw cells (B, N, 16) and its terms; per positive cell, so scenes may be empty."""
    found = [assign(image.float(), cells, faces) for image, faces in zip(raw, batch, strict=True)]
    index = torch.cat([torch.full_like(a.positive, i) for i, a in enumerate(found)])
    positive = torch.cat([a.positive for a in found])
    boxes = torch.cat([f.boxes[a.face] for a, f in zip(found, batch, strict=True)])
    points = torch.cat([f.landmarks[a.face] for a, f in zip(found, batch, strict=True)])
    overlap = torch.cat([a.overlap for a in found])
    judged = torch.stack([a.judged for a in found])
    count = max(1, len(positive))

    wanted = torch.zeros(raw.shape[:2])
    wanted[index, positive] = 1.0
    entropy = F.binary_cross_entropy_with_logits
    answers, places = raw[index, positive], cells[positive]
    apart = landmark_loss(decode_landmarks(answers, places), points, boxes)
    sums = {
        "objectness": (entropy(raw[..., 1], wanted, reduction="none") * judged).sum(),
        "class": entropy(answers[:, 0], overlap, reduction="sum"),
        "box": BOX_WEIGHT * eiou_loss(decode_boxes(answers, places), boxes).sum(),
        "landmarks": LANDMARK_WEIGHT * apart,
    }
    total = torch.stack([each / count for each in sums.values()]).sum()
    return total, {name: float(each.detach()) / count for name, each in sums.items()}


def eiou_loss(boxes: Tensor, wanted: Tensor) -> Tensor:
    """1 - EIoU of boxes (P, 4) with those wanted: overlap, centre, width and height."""
    hull = torch.maximum(boxes[:, 2:], wanted[:, 2:]) - torch.minimum(boxes[:, :2], wanted[:, :2])
    sides = (boxes[:, 2:] - boxes[:, :2]) - (wanted[:, 2:] - wanted[:, :2])
    apart: Tensor = distance_box_iou_loss(boxes, wanted, eps=EPSILON)
    return apart + (sides.square() / hull.square().clamp_min(EPSILON)).sum(1)


def landmark_loss(points: Tensor, wanted: Tensor, boxes: Tensor) -> Tensor:
    """Sum over faces of the mean smooth distance by the side of the box; NaN is not judged."""
    known = wanted.isfinite().all(-1, keepdim=True)
    side = (boxes[:, 2:] - boxes[:, :2]).mean(1)[:, None, None].clamp_min(1.0)
    apart = torch.where(known, points - wanted.nan_to_num(), 0.0) / side
    return F.smooth_l1_loss(apart, torch.zeros_like(apart), beta=SMOOTH, reduction="sum") / 5
