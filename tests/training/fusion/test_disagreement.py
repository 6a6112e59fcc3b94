"""Chance is what matched pairs show; what is planted beyond it is found."""

from __future__ import annotations

import numpy as np

from tests.training.planted_pairs import readings
from vidsent.core.emotions import NEUTRAL
from vidsent.training.fusion import disagreement
from vidsent.training.fusion.pairs import matched

TRAIN, TEST = (readings(1500, seed=seed, face=1.0, line=0.96) for seed in (1, 2))


def test_one_in_twenty_matched_pairs_is_marked_and_most_contradictions_are() -> None:
    rng = np.random.default_rng(0)
    least = disagreement.thresholds(TRAIN, rng)
    assert tuple(least) == disagreement.BETWEEN
    faces, lines = TEST
    between = ("face", "subtitle")
    same = matched(faces, lines, rng, whole=True)
    marked = disagreement.contradiction(same, between) >= least[between]
    assert len(marked) == 1500 and marked.mean() <= 0.08
    other = matched(faces, lines._replace(probs=np.roll(lines.probs, 1, axis=0)), rng, whole=True)
    labels = np.roll(lines.labels, 1)
    felt = (faces.labels != labels) & (faces.labels != NEUTRAL) & (labels != NEUTRAL)
    assert (disagreement.contradiction(other, between)[felt] >= least[between]).mean() > 0.85
