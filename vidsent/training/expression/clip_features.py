"""What a temporal model learns from: what the frozen CNN says of clips, stills and film scenes.

The CNN does not learn any more, so its features are computed once, of the crops as they are
and a few times of augmented ones.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vidsent.core.emotions import NUM_LABELS
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training.data.face_clips import NO_LABEL, FaceClip
from vidsent.training.data.fer import FerSplit
from vidsent.training.data.sources import Sources
from vidsent.training.expression.augmentation import augment
from vidsent.training.networks.features import CnnOutputs, encode


@dataclass(frozen=True)
class Example:
    """One clip as the GRU meets it: as it is and augmented, and what is known of it."""

    clip: FaceClip
    plain: CnnOutputs
    augmented: tuple[CnnOutputs, ...]


@dataclass(frozen=True)
class Stills:
    """N still images: outputs of N steps, first plain and then augmented, and soft targets."""

    versions: tuple[CnnOutputs, ...]
    targets: Tensor  # (N, 7) float32, rows sum to 1


@dataclass(frozen=True)
class TrainingSet:
    """Everything that a temporal model learns from."""

    acted: list[Example]
    rising: list[Example]
    rated: list[Example]
    stills: Stills | None

    @property
    def width(self) -> int:
        """Features of a face."""
        return self.acted[0].plain.features.shape[1]

    def labels_acted(self) -> Tensor:
        """The emotions that were acted, (7,) bool."""
        labels = torch.tensor([example.clip.label for example in self.acted])
        return torch.isin(torch.arange(NUM_LABELS), labels)

    def without(self, actors: tuple[str, ...]) -> TrainingSet:
        """The same, less the clips of those actors."""
        kept = [example for example in self.acted if example.clip.group not in actors]
        return replace(self, acted=kept)


@dataclass(frozen=True)
class Reading:
    """How `encode_sources` reads them: augmented versions beside the plain one, and how many
    stills; where the temporal model `learns` nothing, only what is tested is read."""

    versions: int
    stills: int
    augment: str
    seed: int
    learns: bool = True


def encode_sources(
    sources: Sources, cnn: ExpressionNetwork, reading: Reading, device: torch.device
) -> tuple[TrainingSet, list[Example]]:
    """What the CNN says of all sources, and of KERC's validation clips apart."""
    cnn = copy.deepcopy(cnn)  # of which the norms are folded: who calls keeps theirs
    cnn.fuse()
    generator = torch.Generator().manual_seed(reading.seed)
    # without augmentation each version would be the plain one again
    versions = reading.versions if reading.learns and reading.augment != "none" else 0

    def encoded(clips: list[FaceClip]) -> list[Example]:
        return encode_clips(cnn, clips, versions, generator, device, reading.augment)

    acted = encoded(sources.acted)
    learned = (sources.rising, sources.rated) if reading.learns else ([], [])
    rising, rated = map(encoded, learned)
    stills = None
    if sources.stills is not None and reading.learns:
        stills = encode_stills(
            cnn, sources.stills, reading.stills, versions, generator, device, reading.augment
        )
    return TrainingSet(acted, rising, rated, stills), encoded(sources.rated_val)


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
        # subtle: the crops of a clip become channels of one image, so that all share the draw
        stacked = [each.transpose(0, 1) for each in crops]
        varied = [augment(each, generator, kind).transpose(0, 1) for each in stacked]
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
    """`count` images of the split drawn so that rare emotions are not lost among the common."""
    targets = torch.from_numpy(split.distribution())
    targets[torch.from_numpy(split.majority() == NO_LABEL)] = 0
    share = targets.mean(0).clamp_min(1e-6)
    weights = (targets / share.sqrt()).sum(1)
    count = min(count, int((weights > 0).sum()))
    chosen = torch.multinomial(weights, count, generator=generator)
    crops = as_input(torch.from_numpy(split.images[chosen.numpy()]))
    found = [encode(cnn, crops, device)]
    for _ in range(versions):
        found.append(encode(cnn, augment(crops.clone(), generator, kind), device))
    return Stills(tuple(found), targets[chosen])


def _split(outputs: CnnOutputs, lengths: list[int]) -> list[CnnOutputs]:
    parts = zip(outputs.features.split(lengths), outputs.logits.split(lengths), strict=True)
    return [CnnOutputs(*part) for part in parts]
