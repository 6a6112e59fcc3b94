"""The verdict names what a clip is full of, and abstains rather than guesses."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders import played
from vidsent.core.emotions import LABELS, NUM_LABELS, expected_valence_arousal, intensity
from vidsent.core.results import Timeline
from vidsent.timeline.verdict import LEAST_COVERAGE, judge, mood, polarity


def timeline(*stretches: tuple[str | None, int]) -> Timeline:
    """A timeline of (label or None for unseen, tenths of a second) one after another."""
    nothing = np.full(NUM_LABELS, np.nan, np.float32)
    rows = [played(label) if label else nothing for label, count in stretches for _ in range(count)]
    probs = np.stack(rows)
    feeling = expected_valence_arousal(probs)
    t_s = np.arange(len(probs), dtype=np.float32) / 10
    quiet = np.full(len(probs), np.nan, np.float32)
    return Timeline(t_s, probs, feeling[:, 0], feeling[:, 1], intensity(probs), quiet)


@pytest.mark.parametrize("label", LABELS)
def test_a_clip_of_one_emotion_is_named_after_it(label: str) -> None:
    verdict = judge(timeline((label, 100)))
    assert verdict.label == label
    assert verdict.coverage == 1
    assert verdict.confidence > 0.7


def test_emotion_outweighs_a_little_more_calm_but_not_a_lot() -> None:
    assert judge(timeline(("neutral", 55), ("sadness", 45))).label == "sadness"
    assert judge(timeline(("neutral", 90), ("sadness", 10))).label == "neutral"


def test_nothing_seen_is_no_label() -> None:
    verdict = judge(timeline((None, 50)))
    assert (verdict.label, verdict.abstained, verdict.coverage) == (None, "nothing_seen", 0)


def test_too_little_seen_is_no_label() -> None:
    share = int(LEAST_COVERAGE * 1000)
    assert judge(timeline(("anger", share - 20), (None, 1020 - share))).abstained == "low_coverage"
    assert judge(timeline(("anger", share + 20), (None, 980 - share))).label == "anger"
    assert judge(timeline(("anger", 5))).abstained == "low_coverage"  # half a second


def test_spread_out_probabilities_are_no_label() -> None:
    spread = timeline(("neutral", 50))
    flat = np.full_like(spread.probs, 1 / NUM_LABELS)
    still = Timeline(
        spread.t_s, flat, spread.valence, spread.arousal, spread.intensity, spread.disagreement
    )
    assert judge(still).abstained == "low_confidence"


def test_what_was_not_seen_lowers_confidence() -> None:
    whole = judge(timeline(("happiness", 100))).confidence
    assert judge(timeline(("happiness", 50), (None, 50))).confidence < whole


@pytest.mark.parametrize(
    ("label", "expected"),
    [("happiness", "positive"), ("sadness", "negative"), ("neutral", "neutral")],
)
def test_polarity_follows_valence(label: str, expected: str) -> None:
    assert polarity(float(expected_valence_arousal(played(label))[0])) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("happiness", "comic"),
        ("sadness", "sad"),
        ("fear", "frightening"),
        ("anger", "tense"),
        ("neutral", "calm"),
    ],
)
def test_mood_of_one_emotion(label: str, expected: str) -> None:
    assert mood(played(label)) == expected


def test_mood_of_many_emotions_is_mixed() -> None:
    probs = (played("happiness") + played("sadness") + played("anger")) / 3
    assert mood(probs) == "mixed"
