"""Augmentation of aligned grey faces: how they are framed, small, blurred, packed, lit and hidden.

A few faces share each draw, which costs less than one draw a face and looks the same to descent.
Draws come from PyTorch's global generator, as those of torchvision's transforms do.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as tv

ALIKE = 8  # faces that share a draw
SMALLEST, LARGEST = 20, 80  # pixels of the image under a crop's side, see `alignment.SIZES`
SIGMA = (0.5, 2.5)  # pixels, of the Gaussian that blurs
QUALITY = (15, 80)  # of JPEG
PATCH = (0.02, 0.15)  # of the crop that is hidden


@dataclass(frozen=True)
class Strength:
    """How far a face may be varied, and how often."""

    degrees: float  # largest tilt either way
    shift: float  # of the crop's side
    scale: tuple[float, float]  # a detector's crop beside a curated one
    shear: float  # degrees
    gamma: float  # of half of the faces, exponents of 2
    contrast: float
    spoiled: float  # share of faces of few pixels; half as many are blurred, packed or hidden


STRENGTHS = {
    "full": Strength(12, 0.05, (0.9, 1.12), 4, 1.0, 0.4, 0.35),
    "moderate": Strength(6, 0.04, (0.93, 1.08), 2, 0.5, 0.25, 0.15),
    "light": Strength(0, 0.03, (0.95, 1.05), 0, 0.3, 0.15, 0.0),
}


class Shrink(nn.Module):
    """Faces of few pixels, as far ones are: shrunk and enlarged again."""

    def forward(self, faces: Tensor) -> Tensor:
        side = int(torch.randint(SMALLEST, LARGEST, ()))
        small = tv.resize(faces, [side, side], antialias=True)
        enlarged: Tensor = tv.resize(small, list(faces.shape[-2:]), antialias=True)
        return enlarged


class Gamma(nn.Module):
    """Another light: an exponent from 2 ** -most to 2 ** most."""

    def __init__(self, most: float) -> None:
        super().__init__()
        self.most = most

    def forward(self, faces: Tensor) -> Tensor:
        exponent = float(2 ** torch.empty(()).uniform_(-self.most, self.most))
        lit: Tensor = tv.adjust_gamma(faces, exponent)
        return lit


class Pack(nn.Module):
    """JPEG and back, as films and web pictures come."""

    def forward(self, faces: Tensor) -> Tensor:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(torch.randint(*QUALITY, ()))]
        packed = [cv2.imencode(".jpg", face, quality)[1] for face in faces[:, 0].numpy()]
        images = [np.asarray(cv2.imdecode(each, cv2.IMREAD_GRAYSCALE)) for each in packed]
        return torch.from_numpy(np.stack(images)).unsqueeze(1)


def augmentation(kind: str) -> v2.Transform:
    """Varies faces (B, 1, S, S) uint8 alike, by one draw: (B, 1, S, S) float32 in [0, 1].

    `kind` is "full"; "moderate", about half of that; "light", which is mirror, small scale, shift
    and light; or "none".
    """
    finished = v2.ToDtype(torch.float32, scale=True)
    if kind == "none":
        return finished
    strength = STRENGTHS[kind]
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            v2.RandomAffine(
                strength.degrees,
                translate=(strength.shift, strength.shift),
                scale=strength.scale,
                shear=strength.shear,
                interpolation=v2.InterpolationMode.BILINEAR,
            ),
            v2.RandomApply([Gamma(strength.gamma)], 0.5),
            v2.RandomApply([v2.ColorJitter(contrast=strength.contrast)], 0.5),
            v2.RandomApply([Shrink()], strength.spoiled),
            v2.RandomApply([v2.GaussianBlur(7, SIGMA)], strength.spoiled / 2),
            v2.RandomApply([Pack()], strength.spoiled / 2),
            finished,
            v2.RandomErasing(strength.spoiled / 2, scale=PATCH, value=0.5),
        ]
    )


def augment(faces: Tensor, vary: v2.Transform, alike: int = ALIKE) -> Tensor:
    """Faces (B, 1, S, S) uint8 varied by `vary`, so many alike: (B, 1, S, S) float32 in [0, 1]."""
    return torch.cat([vary(few) for few in faces.split(alike)])
