"""Batches of faces to train the CNN on: balanced, augmented and mixed (mixup, Zhang et al. 2018).

Augmentation is of a whole batch at a time. It covers what a detector's crop adds to a curated
one: another scale and place, tilt, mirror, light, blur, low resolution and occlusion; or a light
choice of them. Every draw comes from the generator handed in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torchvision.transforms.v2.functional import gaussian_blur

from vidsent.faces.expression import as_input
from vidsent.training.expression.cnn_options import CnnOptions

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
    blurred: Tensor = gaussian_blur(crops, [2 * math.ceil(3 * sigma) + 1] * 2, [sigma] * 2)
    return blurred


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


def face_batches(
    images: Tensor, targets: Tensor, options: CnnOptions, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """One pass over faces: augmented crops (B, 1, 48, 48) in [0, 1], soft targets (B, 7).

    `images` (2, N, 48, 48) uint8 are the same faces as tiles and aligned, `targets` (N, 7) the
    share of each emotion in what they show. B is `options.batch` or, of fewer faces, N; a last
    batch that is not full is left out.
    """
    share = targets.mean(0).clamp_min(1e-6)
    weights = (targets / share**options.balance).sum(1)
    order = torch.multinomial(weights, len(targets), replacement=True, generator=generator)
    batch = min(options.batch, len(targets))
    beta = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
    for chosen in order[: len(targets) // batch * batch].split(batch):
        cut = (torch.rand(batch, generator=generator) < options.aligned).long()
        crops = augment(as_input(images[cut, chosen]), generator, options.augment)
        wanted = targets[chosen]
        mix = float(beta.beta(options.mixup, options.mixup)) if options.mixup > 0 else 1.0
        other = torch.randperm(batch, generator=generator)
        yield mix * crops + (1 - mix) * crops[other], mix * wanted + (1 - mix) * wanted[other]
