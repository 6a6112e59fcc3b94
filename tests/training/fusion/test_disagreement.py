"""Chance is what matched pairs show; what is planted beyond it is found."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.planted_pairs import readings
from vidsent.training.fusion import disagreement
from vidsent.training.fusion.disagreement import BETWEEN

TRAIN, TEST = (readings(1500, seed=seed, face=1.0, line=0.96) for seed in (1, 2))


def test_one_in_twenty_matched_pairs_is_marked_and_most_contradictions_are() -> None:
    rng = np.random.default_rng(0)
    least = disagreement.thresholds(TRAIN, rng)
    rows = {tuple(row["channels"]): row for row in disagreement.disagreement_rows(least, TEST, rng)}
    assert tuple(rows) == BETWEEN
    row = rows["face", "subtitle"]
    assert row["false_alarms"]["value"] <= 0.08
    assert row["found"]["value"] > 0.85
    assert row["plain"]["value"] < 0.08
    assert row["found"]["n"] < row["false_alarms"]["n"] == 1500


def test_from_blind_readings_nothing_is_found_beyond_chance() -> None:
    rng = np.random.default_rng(0)
    blind = [readings(1500, seed=seed, face=1 / 7, line=1 / 7) for seed in (3, 4)]
    noisy = [
        (faces._replace(probs=rng.dirichlet(np.ones(7), 1500)), lines) for faces, lines in blind
    ]
    least = disagreement.thresholds(noisy[0], rng)
    (row,) = [
        row
        for row in disagreement.disagreement_rows(least, noisy[1], rng)
        if row["channels"] == ["face", "subtitle"]
    ]
    for name in ("false_alarms", "found"):
        assert row[name]["value"] == pytest.approx(0.05, abs=0.03)
