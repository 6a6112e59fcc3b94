"""Fused, two channels are right more often than each; alone, a channel stays what it is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.planted_pairs import readings
from vidsent.core.emotions import NEUTRAL
from vidsent.training.fusion import pairs
from vidsent.training.fusion.pairs import FACE, SUBTITLE, Cases
from vidsent.training.fusion.systems import (
    Weighted,
    contradiction,
    fit_attention,
    fit_concatenation,
    fit_disagreement,
    fit_pool,
    mean_of_channels,
    single_channel,
)

RNG = np.random.default_rng(3)
TRAIN = pairs.matched(*readings(1500, seed=4), RNG, danmaku=0.5)
TEST = pairs.matched(*readings(1500, seed=5), RNG)


def right(probs: np.ndarray, cases: Cases) -> float:
    return float((probs.argmax(1) == cases.truth).mean())


@pytest.fixture(scope="module")
def pool() -> Weighted:
    return fit_pool(TRAIN)


@pytest.fixture(scope="module")
def both() -> Cases:
    """Test cases with face and line."""
    return TEST.where(TEST.seen[FACE] & TEST.seen[SUBTITLE])


def test_the_pool_beats_each_channel_and_the_mean(pool: Weighted, both: Cases) -> None:
    """Two witnesses who err on their own know more together."""
    face, line = (right(single_channel(channel)(both), both) for channel in (FACE, SUBTITLE))
    assert face == pytest.approx(0.75, abs=0.04) and line == pytest.approx(0.6, abs=0.04)
    fused = pool(both)
    assert right(fused, both) > max(face, line) + 0.02
    told = np.log(fused[np.arange(len(both)), both.truth]).mean()
    for other in (single_channel(FACE)(both), mean_of_channels(both), Weighted()(both)):
        assert told > np.log(other[np.arange(len(both)), both.truth]).mean() + 0.05


def test_the_pool_is_as_sure_as_it_is_right(pool: Weighted, both: Cases) -> None:
    fused = pool(both)
    assert fused.max(1).mean() == pytest.approx(right(fused, both), abs=0.05)


def test_a_missing_channel_leaves_the_other_exactly_as_it_is(pool: Weighted) -> None:
    for channel, missing in ((FACE, SUBTITLE), (SUBTITLE, FACE)):
        single = TEST.where(~TEST.seen[missing])
        assert len(single) > 100
        np.testing.assert_array_equal(pool(single), single.probs[channel])


def test_a_channel_that_claims_more_than_it_knows_counts_less() -> None:
    faces, lines = readings(1500, seed=6, line=0.4)
    bold = lines.probs**3 / (lines.probs**3).sum(1, keepdims=True)
    cases = pairs.matched(faces, lines._replace(probs=bold), RNG, whole=True)
    fitted = fit_pool(cases)
    assert fitted.pool.shares(cases.probs, fitted.weight(cases))[FACE].mean() > 0.6


def test_poor_faces_count_less_once_they_are_known_to_err() -> None:
    faces, lines = readings(1500, seed=7)
    poor = np.arange(1500) % 2 == 0
    probs = np.where(poor[:, None], np.roll(faces.probs, 1, axis=0), faces.probs)  # of others
    mixed = faces._replace(probs=probs, quality=np.where(poor, 0.5, 1.0))
    assert fit_pool(pairs.matched(mixed, lines, RNG)).quality_power > 1.5


@pytest.mark.parametrize("name", ["linear", "attention"])
def test_heads_learn_from_features_and_bear_missing_channels(name: str, both: Cases) -> None:
    fuse = fit_concatenation(TRAIN) if name == "linear" else fit_attention(TRAIN, epochs=15)
    assert right(fuse(both), both) > right(single_channel(SUBTITLE)(both), both) + 0.1
    answers = fuse(TEST)
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)
    single = TEST.where(~TEST.seen[SUBTITLE])
    assert right(fuse(single), single) > 0.6


def test_one_in_twenty_matched_pairs_is_marked_and_most_contradictions_are() -> None:
    rng = np.random.default_rng(0)
    least = fit_disagreement(readings(1500, seed=1, face=1.0, line=0.96), rng)
    assert len(least) == 3
    faces, lines = readings(1500, seed=2, face=1.0, line=0.96)
    between = ("face", "subtitle")
    same = pairs.matched(faces, lines, rng, whole=True)
    marked = contradiction(same, between) >= least[between]
    assert len(marked) == 1500 and marked.mean() <= 0.08
    other = pairs.matched(
        faces, lines._replace(probs=np.roll(lines.probs, 1, axis=0)), rng, whole=True
    )
    labels = np.roll(lines.labels, 1)
    felt = (faces.labels != labels) & (faces.labels != NEUTRAL) & (labels != NEUTRAL)
    assert (contradiction(other, between)[felt] >= least[between]).mean() > 0.85
