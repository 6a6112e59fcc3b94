"""What a temporal model learns from: what the frozen CNN says of clips, stills and film scenes.

The CNN does not learn any more, so its features are computed once, of the crops as they are
and a few times of augmented ones.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vidsent.core.emotions import NUM_LABELS
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training.data.corpora import Corpus
from vidsent.training.data.face_clips import FaceClip
from vidsent.training.data.sources import Sources
from vidsent.training.expression.augmentation import augment, augmentation
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
    torch.manual_seed(reading.seed)
    # without augmentation each version would be the plain one again
    versions = reading.versions if reading.learns and reading.augment != "none" else 0

    def encoded(clips: list[FaceClip]) -> list[Example]:
        return encode_clips(cnn, clips, versions, device, reading.augment)

    acted = encoded(sources.acted)
    learned = (sources.rising, sources.rated) if reading.learns else ([], [])
    rising, rated = map(encoded, learned)
    stills = None
    if sources.stills and reading.learns:
        parts = [each.drawn(reading.stills // len(sources.stills)) for each in sources.stills]
        stills = encode_stills(cnn, parts, versions, device, reading.augment)
    return TrainingSet(acted, rising, rated, stills), encoded(sources.rated_val)


def encode_clips(
    cnn: ExpressionNetwork,
    clips: list[FaceClip],
    versions: int,
    device: torch.device,
    kind: str = "full",
) -> list[Example]:
    """Every clip as it is and `versions` times augmented, one draw for all crops of a clip.

    `kind` is that of `augmentation`.
    """
    if not clips:
        return []
    crops = [torch.from_numpy(clip.crops) for clip in clips]
    lengths = [len(each) for each in crops]
    plain = _split(encode(cnn, as_input(torch.cat(crops)), device), lengths)
    vary, rounds = augmentation(kind), []
    for _ in range(versions):
        varied = torch.cat([vary(each.unsqueeze(1)) for each in crops])
        rounds.append(_split(encode(cnn, varied, device), lengths))
    augmented = zip(*rounds, strict=True) if rounds else ((),) * len(clips)
    return [Example(*each) for each in zip(clips, plain, augmented, strict=True)]


def encode_stills(
    cnn: ExpressionNetwork,
    corpora: Sequence[Corpus],
    versions: int,
    device: torch.device,
    kind: str = "full",
) -> Stills:
    """The images of the corpora as they are and `versions` times augmented."""
    images = torch.cat([torch.from_numpy(corpus.images) for corpus in corpora])
    targets = torch.cat([torch.from_numpy(corpus.targets) for corpus in corpora])
    vary, found = augmentation(kind), [encode(cnn, as_input(images), device)]
    for _ in range(versions):
        found.append(encode(cnn, augment(images.unsqueeze(1), vary), device))
    return Stills(tuple(found), targets)


def _split(outputs: CnnOutputs, lengths: list[int]) -> list[CnnOutputs]:
    parts = zip(outputs.features.split(lengths), outputs.logits.split(lengths), strict=True)
    return [CnnOutputs(*part) for part in parts]
