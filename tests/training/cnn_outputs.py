"""Courses with planted content, as if a CNN had given them."""

from __future__ import annotations

import numpy as np
import torch

from vidsent.faces.expression import FEATURES
from vidsent.training.data.face_clips import FaceClip
from vidsent.training.expression.clip_features import Example, Stills
from vidsent.training.networks.features import CnnOutputs


def counting(steps: int) -> CnnOutputs:
    """Every feature of step k is k; the CNN has no opinion."""
    features = torch.arange(steps).float().unsqueeze(1).expand(steps, FEATURES).clone()
    return CnnOutputs(features, torch.zeros(steps, 7))


def example(
    outputs: CnnOutputs,
    label: int = -1,
    affect: tuple[float, float] = (np.nan, np.nan),
    group: str = "01",
) -> Example:
    """A clip whose CNN reading is `outputs`; its crops are blank."""
    crops = np.zeros((len(outputs.logits), 96, 96), np.uint8)
    clip = FaceClip(f"clip of {group}", group, "", label, np.array(affect, np.float32), crops)
    return Example(clip, outputs, ())


def two_stills() -> Stills:
    """Picture 0 has features of 0, 1 of 1; the CNN is sure that they show anger and disgust."""
    features = torch.stack([torch.zeros(FEATURES), torch.ones(FEATURES)])
    targets = torch.eye(7)[:2]
    return Stills((CnnOutputs(features, 4 * targets),), targets)
