"""Confidence beside the raters: planted votes, planted doubts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from vidsent.training.ambiguity import ambiguity_rows, entropy, kinds, rank_correlation
from vidsent.training.fer import VOTES, FerSplit


def _split(votes: list[dict[str, int]]) -> FerSplit:
    table = np.array([[row.get(name, 0) for name in VOTES] for row in votes], np.float32)
    count = len(votes)
    return FerSplit(np.zeros((count, 48, 48), np.uint8), table, np.full(count, -1))


VOTED = _split(
    [
        {"anger": 10},
        {"happiness": 8},
        {"anger": 5, "fear": 5},
        {"fear": 4, "sadness": 3, "unknown": 3},
        {"sadness": 6, "neutral": 4},
        {"not_a_face": 10},
        {},
    ]
)


def test_agreed_is_unanimous_for_an_emotion_and_split_is_without_a_majority() -> None:
    found = kinds(VOTED)
    assert np.flatnonzero(found["agreed"]).tolist() == [0, 1]
    assert np.flatnonzero(found["split"]).tolist() == [2, 3]


def test_who_doubts_where_the_raters_do_is_told_apart_from_who_does_not() -> None:
    sure, torn = np.eye(7)[0], np.full(7, 1 / 7)
    probs = np.stack([sure, sure, torn, torn, (sure + torn) / 2, torn, sure])
    rows = ambiguity_rows(VOTED, probs)
    assert rows["confidence_agreed"].value == 1.0
    assert rows["confidence_split"].value == pytest.approx(1 / 7, abs=1e-4)
    assert (rows["entropy_agreed"].value, rows["entropy_split"].value) == (0.0, 1.0)
    assert rows["entropy_correlation"].value > 0.8
    assert rows["entropy_correlation"].n == 5
    unmoved = ambiguity_rows(VOTED, np.stack([sure] * 7))
    assert unmoved["entropy_correlation"].value == 0.0
    assert unmoved["confidence_split"].value == 1.0


def test_kinds_of_face_that_are_not_there_have_no_row() -> None:
    rows = ambiguity_rows(_split([{"anger": 6, "fear": 4}]), np.eye(7)[:1])
    assert set(rows) == {"entropy_correlation"}


def test_entropy_runs_from_nothing_to_one() -> None:
    assert entropy(np.stack([np.eye(7)[2], np.full(7, 1 / 7)])) == pytest.approx([0, 1])


def test_rank_correlation_is_that_of_scipy() -> None:
    left, right = np.random.default_rng(0).integers(0, 9, (2, 60)).astype(float)
    assert rank_correlation(left, right) == pytest.approx(spearmanr(left, right).statistic)
