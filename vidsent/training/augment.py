"""Augmentation of grey face crops, a whole batch at a time, as torch operations.

Covers what a detector's crop adds to a curated one: another scale and place, tilt, mirror,
light, blur, low resolution and occlusion; or a light choice of them. Every draw comes from the
generator handed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

SIGMA = (0.4, 1.6)  # pixels, of the Gaussian that blurs
SMALLEST = 20  # pixels to which crops of low resolution are shrunk at most
PATCH = (8, 20)  # pixels, side of the patch


@dataclass(frozen=True)
class Strength:
    """How far a crop may be varied."""

    rotation: float  # radians, largest tilt either way
    scale: tuple[float, float]  # a detector's box beside a curated one
    shift: float  # of half the crop
    gamma: float  # exponent of the exponent: 2 ** uniform(-gamma, gamma)
    contrast: tuple[float, float]
    spoiled: float  # share of crops out of focus, share of low resolution, share with a grey patch


STRENGTHS = {
    "full": Strength(math.radians(14), (0.9, 1.15), 0.08, 0.5, (0.6, 1.4), 0.2),
    "moderate": Strength(math.radians(7), (0.93, 1.1), 0.06, 0.3, (0.75, 1.25), 0.08),
    "light": Strength(0.0, (0.95, 1.05), 0.05, 0.2, (0.85, 1.15), 0.0),
}


def augment(crops: Tensor, generator: torch.Generator, kind: str = "full") -> Tensor:
    """Augment (B, C, H, W) float32 in [0, 1]; same shape and range come back.

    `kind` is "full"; "moderate", about half of that; "light", which is mirror, small scale, shift
    and light; or "none". All channels of a crop are varied alike.
    """
    if kind == "none":
        return crops
    strength = STRENGTHS[kind]
    crops = _light(_warp(crops, strength, generator), strength, generator)
    if strength.spoiled == 0:
        return crops
    crops = _blur(crops, strength.spoiled, generator)
    crops = _shrink(crops, strength.spoiled, generator)
    return _occlude(crops, strength.spoiled, generator)


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _warp(crops: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    """Rotate, scale, shift and mirror each crop by its own affine map."""
    count = len(crops)
    angle = _uniform(count, -strength.rotation, strength.rotation, generator)
    zoom = 1 / _uniform(count, *strength.scale, generator)
    mirror = torch.where(_uniform(count, 0, 1, generator) < 0.5, -1.0, 1.0)
    shift_x = _uniform(count, -strength.shift, strength.shift, generator)
    shift_y = _uniform(count, -strength.shift, strength.shift, generator)
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    rows = [
        torch.stack([cos * mirror, -sin, shift_x], 1),
        torch.stack([sin * mirror, cos, shift_y], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(crops.shape), align_corners=False)
    return F.grid_sample(crops, grid, padding_mode="reflection", align_corners=False)


def _light(crops: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    """Gamma and contrast; overall brightness cancels in the model's standardisation."""
    count = len(crops)
    gamma = 2 ** _uniform(count, -strength.gamma, strength.gamma, generator).view(-1, 1, 1, 1)
    contrast = _uniform(count, *strength.contrast, generator).view(-1, 1, 1, 1)
    crops = crops.clamp(0, 1) ** gamma
    mean = crops.mean(dim=(1, 2, 3), keepdim=True)
    return ((crops - mean) * contrast + mean).clamp(0, 1)


def _blur(crops: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Some crops are out of focus, by one Gaussian for the batch."""
    chosen = _uniform(len(crops), 0, 1, generator) < share
    sigma = float(_uniform(1, *SIGMA, generator))
    if chosen.any():
        crops[chosen] = blur(crops[chosen], sigma)
    return crops


def blur(crops: Tensor, sigma: float) -> Tensor:
    """(B, C, H, W) under a Gaussian of `sigma` pixels, cut off at three of them."""
    reach = math.ceil(3 * sigma)
    offsets = torch.arange(-reach, reach + 1, dtype=crops.dtype)
    kernel = torch.exp(-(offsets**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    flat = F.pad(crops.flatten(0, 1).unsqueeze(1), (reach,) * 4, mode="reflect")
    with torch.autocast(crops.device.type, enabled=False):  # half precision would be a noise
        flat = F.conv2d(F.conv2d(flat, kernel.view(1, 1, 1, -1)), kernel.view(1, 1, -1, 1))
    return flat.view(crops.shape)


def _shrink(crops: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Some crops lose resolution, as small faces do; one size for the batch keeps it cheap."""
    chosen = _uniform(len(crops), 0, 1, generator) < share
    size = int(torch.randint(SMALLEST, crops.shape[-1], (1,), generator=generator))
    if chosen.any():
        small = F.interpolate(crops[chosen], size=(size, size), mode="area")
        crops[chosen] = F.interpolate(
            small, size=crops.shape[-2:], mode="bilinear", align_corners=False
        )
    return crops


def _occlude(crops: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """A patch of the crop's mean grey hides a part of some crops (random erasing)."""
    height, width = crops.shape[-2:]
    for index in torch.nonzero(_uniform(len(crops), 0, 1, generator) < share).flatten().tolist():
        side = int(torch.randint(*PATCH, (1,), generator=generator))
        top = int(torch.randint(0, height - side, (1,), generator=generator))
        left = int(torch.randint(0, width - side, (1,), generator=generator))
        crops[index, :, top : top + side, left : left + side] = crops[index].mean()
    return crops
