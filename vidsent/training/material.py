"""What a temporal model learns from: what the frozen CNN says of clips, stills and film scenes."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vidsent.core.emotions import NUM_LABELS
from vidsent.faces.expression import ExpressionNetwork
from vidsent.training import batches
from vidsent.training.batches import Batch
from vidsent.training.courses import Example, Stills, encode_clips, encode_stills
from vidsent.training.sequences import FaceClip
from vidsent.training.sources import Sources
from vidsent.training.temporal_models import CnnAlone
from vidsent.training.temporal_options import TemporalOptions


@dataclass(frozen=True)
class Material:
    """Everything that a temporal model learns from."""

    acted: list[Example]
    rising: list[Example]
    rated: list[Example]
    stills: Stills | None

    @property
    def width(self) -> int:
        """Features of a face."""
        return self.acted[0].plain.features.shape[1]

    def draw(self, options: TemporalOptions, generator: torch.Generator) -> Batch:
        """One batch of every kind of sequence that there is."""
        samples = [
            *batches.acted(self.acted, options.acted, generator),
            *batches.rising(self.rising, options.rising, generator),
            *batches.rated(self.rated, options.rated, generator),
        ]
        if self.stills is not None:
            samples += batches.still(self.stills, options.still, generator)
        return batches.collate(samples)

    def shown(self) -> Tensor:
        """The emotions that were acted, (7,) bool."""
        labels = torch.tensor([example.clip.label for example in self.acted])
        return torch.isin(torch.arange(NUM_LABELS), labels)

    def without(self, actors: tuple[str, ...]) -> Material:
        """The same, less the clips of those actors."""
        kept = [example for example in self.acted if example.clip.group not in actors]
        return replace(self, acted=kept)


def prepare(
    sources: Sources, cnn: ExpressionNetwork, options: TemporalOptions, device: torch.device
) -> tuple[Material, list[Example]]:
    """What the CNN says of all sources, and of KERC's validation clips apart.

    Where nothing is to be learned from them, only what is tested is read.
    """
    cnn = copy.deepcopy(cnn)  # of which the norms are folded: who calls keeps theirs
    cnn.fuse()
    generator = torch.Generator().manual_seed(options.seed)
    versions, kind = options.versions, options.augment
    learns = options.model != CnnAlone.name
    if kind == "none" or not learns:
        versions = 0  # each would be the plain one again

    def encoded(clips: list[FaceClip]) -> list[Example]:
        return encode_clips(cnn, clips, versions, generator, device, kind)

    acted = encoded(sources.acted)
    rising, rated = (encoded(part) if learns else [] for part in (sources.rising, sources.rated))
    stills = None
    if sources.stills is not None and learns:
        count = options.stills
        stills = encode_stills(cnn, sources.stills, count, versions, generator, device, kind)
    return Material(acted, rising, rated, stills), encoded(sources.rated_val)
