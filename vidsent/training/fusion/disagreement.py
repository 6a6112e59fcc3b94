"""Disagreement beyond chance: how far channels that feel the same differ."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from vidsent.timeline import pool
from vidsent.training.fusion.pairs import CHANNELS, Cases, Faces, Lines, matched

Between = tuple[str, str]  # names of two channels, in the order of the alphabet

CHANCE = 95.0  # percentile of the pairs that feel the same
BETWEEN: tuple[Between, ...] = tuple(combinations(sorted(CHANNELS), 2))


def thresholds(train: tuple[Faces, Lines], rng: np.random.Generator) -> dict[Between, float]:
    """From where on two channels contradict each other beyond chance."""
    cases = matched(*train, rng, danmaku=1.0, whole=True)
    return {
        between: round(float(np.percentile(contradiction(cases, between), CHANCE)), 2)
        for between in BETWEEN
    }


def contradiction(cases: Cases, between: Between) -> np.ndarray:
    """How far the two channels contradict each other, (N,), of cases in which both are seen."""
    first, second = (CHANNELS.index(name) for name in between)
    seen = cases.seen[first] & cases.seen[second]
    return pool.contradiction(cases.probs[first, seen], cases.probs[second, seen])
