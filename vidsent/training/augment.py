"""Augmentation of grey face crops, a whole batch at a time, as torch operations.

Covers what a detector's crop adds to a curated one: another scale and place, tilt, mirror,
light, blur, low resolution and occlusion. Every draw comes from the generator handed in.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

ROTATION = math.radians(18)  # largest tilt either way
SCALE = (0.85, 1.2)  # a detector's box beside a curated one
SHIFT = 0.12  # of half the crop
GAMMA = 0.5  # exponent of the exponent: 2 ** uniform(-GAMMA, GAMMA)
CONTRAST = (0.6, 1.4)
LOW_RESOLUTION = 0.2  # share of crops that are shrunk and blown up again
SMALLEST = 20  # pixels to which those are shrunk at most
OCCLUDED = 0.3  # share of crops with a grey patch
PATCH = (8, 20)  # pixels, side of the patch


def augment(crops: Tensor, generator: torch.Generator) -> Tensor:
    """Augment (B, 1, H, W) float32 in [0, 1]; same shape and range come back."""
    crops = _warp(crops, generator)
    crops = _light(crops, generator)
    crops = _shrink(crops, generator)
    return _occlude(crops, generator)


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _warp(crops: Tensor, generator: torch.Generator) -> Tensor:
    """Rotate, scale, shift and mirror each crop by its own affine map."""
    count = len(crops)
    angle = _uniform(count, -ROTATION, ROTATION, generator)
    zoom = 1 / _uniform(count, *SCALE, generator)
    mirror = torch.where(_uniform(count, 0, 1, generator) < 0.5, -1.0, 1.0)
    shift_x = _uniform(count, -SHIFT, SHIFT, generator)
    shift_y = _uniform(count, -SHIFT, SHIFT, generator)
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    rows = [
        torch.stack([cos * mirror, -sin, shift_x], 1),
        torch.stack([sin * mirror, cos, shift_y], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(crops.shape), align_corners=False)
    return F.grid_sample(crops, grid, padding_mode="reflection", align_corners=False)


def _light(crops: Tensor, generator: torch.Generator) -> Tensor:
    """Gamma and contrast; overall brightness cancels in the model's standardisation."""
    count = len(crops)
    gamma = 2 ** _uniform(count, -GAMMA, GAMMA, generator).view(-1, 1, 1, 1)
    contrast = _uniform(count, *CONTRAST, generator).view(-1, 1, 1, 1)
    crops = crops.clamp(0, 1) ** gamma
    mean = crops.mean(dim=(1, 2, 3), keepdim=True)
    return ((crops - mean) * contrast + mean).clamp(0, 1)


def _shrink(crops: Tensor, generator: torch.Generator) -> Tensor:
    """Some crops lose resolution, as small faces do; one size for the batch keeps it cheap."""
    chosen = _uniform(len(crops), 0, 1, generator) < LOW_RESOLUTION
    size = int(torch.randint(SMALLEST, crops.shape[-1], (1,), generator=generator))
    small = F.interpolate(crops[chosen], size=(size, size), mode="area")
    crops[chosen] = F.interpolate(
        small, size=crops.shape[-2:], mode="bilinear", align_corners=False
    )
    return crops


def _occlude(crops: Tensor, generator: torch.Generator) -> Tensor:
    """A patch of the crop's mean grey hides a part of some crops (random erasing)."""
    height, width = crops.shape[-2:]
    for index in torch.nonzero(_uniform(len(crops), 0, 1, generator) < OCCLUDED).flatten().tolist():
        side = int(torch.randint(*PATCH, (1,), generator=generator))
        top = int(torch.randint(0, height - side, (1,), generator=generator))
        left = int(torch.randint(0, width - side, (1,), generator=generator))
        crops[index, :, top : top + side, left : left + side] = crops[index].mean()
    return crops
