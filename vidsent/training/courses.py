"""What the frozen CNN says along every clip: the input of the GRU.

The CNN does not learn any more, so its features are computed once, of the crops as they are
and a few times of augmented ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training.augment import augment
from vidsent.training.fer import FerSplit
from vidsent.training.sequences import NO_LABEL, FaceClip

ENCODING_BATCH = 256


class Course(NamedTuple):
    """What the CNN gave along one face: features (T, width) and logits (T, 7), float32."""

    features: Tensor
    logits: Tensor


@dataclass(frozen=True)
class Example:
    """One clip as the GRU meets it: its course as it is and augmented, and what is known of it."""

    clip: FaceClip
    plain: Course
    augmented: tuple[Course, ...]


@dataclass(frozen=True)
class Stills:
    """N single pictures: courses of N steps, first plain and then augmented, and soft targets."""

    versions: tuple[Course, ...]
    targets: Tensor  # (N, 7) float32, rows sum to 1


def encode(cnn: ExpressionNetwork, crops: Tensor, device: torch.device) -> Course:
    """Features and logits of crops (N, 1, 48, 48) in [0, 1], as they come on the CPU."""
    parts = [cnn.read(batch.to(device)) for batch in crops.split(ENCODING_BATCH)]
    features, logits = (torch.cat(part).cpu().clone() for part in zip(*parts, strict=True))
    return Course(features, logits)


def encode_clips(
    cnn: ExpressionNetwork,
    clips: list[FaceClip],
    versions: int,
    generator: torch.Generator,
    device: torch.device,
    kind: str = "full",
) -> list[Example]:
    """Every clip as it is and `versions` times augmented, one draw for all crops of a clip.

    `kind` is that of `augment`.
    """
    if not clips:
        return []
    crops = [as_input(torch.from_numpy(clip.crops)) for clip in clips]
    lengths = [len(each) for each in crops]
    plain = _split(encode(cnn, torch.cat(crops), device), lengths)
    rounds = []
    for _ in range(versions):
        # subtle: the crops of a clip become channels of one picture, so that all share the draw
        films = [each.transpose(0, 1) for each in crops]
        varied = [augment(film, generator, kind).transpose(0, 1) for film in films]
        rounds.append(_split(encode(cnn, torch.cat(varied), device), lengths))
    augmented = zip(*rounds, strict=True) if rounds else ((),) * len(clips)
    return [Example(*each) for each in zip(clips, plain, augmented, strict=True)]


def encode_stills(
    cnn: ExpressionNetwork,
    split: FerSplit,
    count: int,
    versions: int,
    generator: torch.Generator,
    device: torch.device,
    kind: str = "full",
) -> Stills:
    """`count` pictures of the split drawn so that rare emotions are not lost among the common."""
    targets = torch.from_numpy(split.distribution())
    targets[torch.from_numpy(split.majority() == NO_LABEL)] = 0
    share = targets.mean(0).clamp_min(1e-6)
    weights = (targets / share.sqrt()).sum(1)
    count = min(count, int((weights > 0).sum()))
    chosen = torch.multinomial(weights, count, generator=generator)
    crops = as_input(torch.from_numpy(split.images[chosen.numpy()]))
    courses = []
    for version in range(1 + versions):
        varied = crops if version == 0 else augment(crops.clone(), generator, kind)
        courses.append(encode(cnn, varied, device))
    return Stills(tuple(courses), targets[chosen])


def _split(course: Course, lengths: list[int]) -> list[Course]:
    parts = zip(course.features.split(lengths), course.logits.split(lengths), strict=True)
    return [Course(*part) for part in parts]
