"""Made-up readings of faces and lines: each channel right about a planted share of them."""

from __future__ import annotations

import numpy as np

from vidsent.core.emotions import NEUTRAL, NUM_LABELS
from vidsent.training.fusion.pairs import Faces, Lines

CALM = 0.3  # share of the pairs that feel nothing
PRIOR = np.full(NUM_LABELS, (1 - CALM) / (NUM_LABELS - 1))
PRIOR[NEUTRAL] = CALM
UNLIKE = 0.25  # by how much the chance to be right differs from case to case


def readings(
    count: int, seed: int, face: float = 0.75, line: float = 0.6, features: bool = True
) -> tuple[Faces, Lines]:
    """Face k and line k of the same label, read right with these chances, each on its own."""
    rng = np.random.default_rng(seed)
    felt = rng.integers(0, NEUTRAL, count)
    labels = np.where(rng.random(count) < CALM, NEUTRAL, felt)
    seen = [_read(labels, right, rng) for right in (face, line)]
    hints = [np.log(each) + rng.normal(0, 0.5, each.shape) for each in seen]
    quality = np.ones(count)
    return (
        Faces(seen[0], hints[0] if features else None, labels, quality),
        Lines(seen[1], np.column_stack([hints[1], rng.normal(0, 1, (count, 5))]), labels),
    )


def _read(labels: np.ndarray, right: float, rng: np.random.Generator) -> np.ndarray:
    """What a channel (N, 7) rightly makes of a hint that is true by the chance `right`, by some
    more and by some less: of the hint and of how common each label is."""
    count = len(labels)
    chance = np.clip(rng.uniform(right - UNLIKE, right + UNLIKE, count), 1 / NUM_LABELS, 0.999)
    chance = np.full(count, 0.999) if right == 1 else chance
    wrong = (labels + rng.integers(1, NUM_LABELS, count)) % NUM_LABELS
    hinted = np.where((rng.random(count) < chance) | (right == 1), labels, wrong)
    likely = np.repeat((1 - chance)[:, None] / (NUM_LABELS - 1), NUM_LABELS, axis=1)
    likely[np.arange(count), hinted] = chance
    posterior = likely * PRIOR
    return posterior / posterior.sum(1, keepdims=True)
