"""The pool adds what channels know, leaves a channel alone as it is, and knows a contradiction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.builders import played
from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.timeline.fusion import BASE_WEIGHT, POOL
from vidsent.timeline.pool import Pool, certainty, contradiction

POOLS = [Pool(), POOL, Pool(joint=1.0, plain=0.3, prior=tuple(played("neutral").tolist()))]
opinions = arrays(np.float32, (3, 4, NUM_LABELS), elements=st.floats(2**-6, 1, width=32)).map(
    lambda raw: raw / raw.sum(2, keepdims=True)
)
weights = arrays(np.float32, (3, 4), elements=st.sampled_from([0.0, 0.2, 1.0, 3.0]))


@pytest.mark.parametrize("pool", POOLS)
@given(probs=opinions, weight=weights)
def test_opinions_and_shares_are_whole_or_missing(
    pool: Pool, probs: np.ndarray, weight: np.ndarray
) -> None:
    seen = (weight > 0).any(0)
    for rows in (pool.probs(probs, weight), pool.shares(probs, weight).T):
        np.testing.assert_allclose(rows[seen].sum(1), 1, atol=1e-5)
        assert np.isnan(rows[~seen]).all()
        assert (rows[seen] >= 0).all()


@pytest.mark.parametrize("pool", POOLS)
@given(probs=opinions, weight=weights)
def test_one_channel_alone_is_left_exactly_as_it_is(
    pool: Pool, probs: np.ndarray, weight: np.ndarray
) -> None:
    weight[1:] = 0
    weight[0] += 0.1
    probs[1:] = np.nan  # what was not seen
    np.testing.assert_array_equal(pool.probs(probs, weight), probs[0])
    np.testing.assert_array_equal(pool.shares(probs, weight)[0], 1)


@pytest.mark.parametrize("pool", POOLS)
def test_a_channel_that_hardly_counts_hardly_changes_anything(pool: Pool) -> None:
    probs = np.stack([played("anger"), played("happiness")])[:, None]
    found = pool.probs(probs, np.array([[1.0], [1e-6]]))
    np.testing.assert_allclose(found[0], played("anger"), atol=1e-4)


def test_independent_witnesses_are_joined_as_bayes_would() -> None:
    prior = np.array([0.1, 0.05, 0.05, 0.3, 0.15, 0.1, 0.25])
    likely = np.random.default_rng(0).uniform(0.1, 1, (2, NUM_LABELS))
    posterior = likely * prior / (likely * prior).sum(1, keepdims=True)
    truth = likely.prod(0) * prior
    pool = Pool(joint=1.0, prior=tuple(prior.tolist()))
    found = pool.probs(posterior[:, None], np.ones((2, 1)))[0]
    np.testing.assert_allclose(found, truth / truth.sum(), atol=1e-9)


def test_witnesses_who_may_be_plain_whatever_is_felt_are_joined_as_bayes_would() -> None:
    prior = np.array([0.1, 0.05, 0.05, 0.3, 0.15, 0.1, 0.25])
    likely = np.random.default_rng(1).uniform(0.1, 1, (2, NUM_LABELS))
    posterior = likely * prior / (likely * prior).sum(1, keepdims=True)
    truth = (0.7 * likely + 0.3 * likely[:, -1:]).prod(0) * prior  # as if neutral, by 0.3
    pool = Pool(joint=1.0, plain=0.3, prior=tuple(prior.tolist()))
    found = pool.probs(posterior[:, None], np.ones((2, 1)))[0]
    np.testing.assert_allclose(found, truth / truth.sum(), atol=1e-9)


@pytest.mark.parametrize("felt", ["anger", "fear", "happiness", "sadness", "surprise"])
def test_a_plain_line_does_not_wash_out_a_felt_face(felt: str) -> None:
    probs = np.stack([played(felt), played("neutral")])[:, None]
    weight = np.array([[BASE_WEIGHT["face"]], [BASE_WEIGHT["subtitle"]]])
    found = POOL.probs(probs, weight)[0]
    assert LABELS[int(found.argmax())] == felt
    assert POOL.shares(probs, weight)[0, 0] > 0.5


def test_sureness_spans_an_even_guess_and_certainty() -> None:
    assert certainty(np.full(NUM_LABELS, 1 / NUM_LABELS)) == pytest.approx(0)
    assert certainty(np.eye(NUM_LABELS)[2]) == pytest.approx(1)


@given(probs=opinions)
def test_contradiction_is_symmetric_bounded_and_none_with_oneself(probs: np.ndarray) -> None:
    there, back = contradiction(probs[0], probs[1]), contradiction(probs[1], probs[0])
    np.testing.assert_allclose(there, back, atol=1e-9)
    assert ((there >= 0) & (there <= 1)).all()
    np.testing.assert_allclose(contradiction(probs[2], probs[2]), 0, atol=1e-9)


def test_only_what_both_feel_is_a_contradiction() -> None:
    sure = np.eye(NUM_LABELS)
    anger, happiness, neutral = (
        sure[[LABELS.index(label)]] for label in ("anger", "happiness", "neutral")
    )
    assert contradiction(anger, happiness) == pytest.approx(1)
    assert contradiction(anger, neutral) == contradiction(neutral, neutral) == 0
    unsure = np.full((1, NUM_LABELS), 1 / NUM_LABELS)
    assert contradiction(anger, unsure) < 0.6 * contradiction(anger, happiness)
    assert np.isnan(contradiction(anger, np.full((1, NUM_LABELS), np.nan)))


def test_the_smallest_step_of_a_number_tells_in_the_outcome() -> None:
    """A fit that tries such steps would otherwise take every number for the best one."""
    unsure = (played("neutral") + np.float32(1 / NUM_LABELS)) / 2
    probs = np.stack([played("anger"), unsure])[:, None]  # float32
    weight = np.ones((2, 1), np.float32)
    for name in ("sure", "felt", "joint", "plain"):
        steps: list[dict[str, Any]] = [{name: 0.5}, {name: 0.5 + 1e-8}]
        pools = [replace(Pool(), **step) for step in steps]
        found = [pool.probs(probs, weight)[0, 0] for pool in pools]
        assert 0 < abs(found[1] - found[0]) < 1e-6, name
