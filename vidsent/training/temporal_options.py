"""How the temporal model is trained over the frozen CNN."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TemporalOptions:
    """How to train the temporal model; the defaults made the shipped weights."""

    epochs: int = 4
    steps: int = 60  # batches an epoch
    acted: int = 16  # sequences of each kind in a batch
    still: int = 48
    rising: int = 8
    rated: int = 32
    learning_rate: float = 2e-3  # peak of the one-cycle schedule, AdamW
    weight_decay: float = 1e-2
    ema_decay: float = 0.99
    affect_weight: float = 0.5  # of the loss of valence and arousal beside those of the emotions
    versions: int = 2  # augmented readings of every clip and still, beside the plain one
    stills: int = 12_000
    seed: int = 0
    limit: int | None = None  # use only the first clips and pictures: for smoke runs
    model: str = "gru"  # one of `bench.TEMPORAL`
    window: int = 10  # steps that an LSTM sees
    augment: str = "full"
