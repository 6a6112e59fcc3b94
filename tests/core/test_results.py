"""Analyses survive JSON, whatever numbers and words they hold."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.builders import synthetic_analysis
from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.core.results import (
    DECIMALS,
    Analysis,
    Channel,
    Clip,
    FaceTrack,
    Keyword,
    Line,
    Moment,
    Timeline,
    Verdict,
    Word,
)

CURVES = [each for each in fields(Timeline) if each.name != "channels"]
TOLERANCE = 0.5 * 10**-DECIMALS
shares = st.floats(0, 1, width=32)
seconds = st.floats(0, 1800, width=32)
texts = st.text(max_size=12)
labels = st.sampled_from(LABELS)


def curves(*shape: int) -> st.SearchStrategy[np.ndarray]:
    """float32 of that shape with NaN among them, as where nothing was seen."""
    return arrays(
        np.float32, shape, elements=st.floats(-1, 1, width=32) | st.just(np.float32("nan"))
    )


def tracks(count: int) -> st.SearchStrategy[FaceTrack]:
    return st.builds(
        FaceTrack,
        id=st.integers(0, 9),
        t_s=arrays(np.float32, count, elements=seconds),
        boxes=arrays(np.float32, (count, 4), elements=seconds),
        probs=curves(count, NUM_LABELS),
        valence=curves(count),
        arousal=curves(count),
        quality=arrays(np.float32, count, elements=shares),
        first_s=seconds,
        last_s=seconds,
        seen=shares,
        size=seconds,
        picture=st.binary(max_size=8),
    )


def timelines(count: int) -> st.SearchStrategy[Timeline]:
    channel = st.builds(
        Channel,
        name=st.sampled_from(["face", "subtitle"]),
        probs=curves(count, NUM_LABELS),
        valence=curves(count),
        arousal=curves(count),
        weight=arrays(np.float32, count, elements=shares),
        coverage=shares,
    )
    return st.builds(
        Timeline,
        t_s=arrays(np.float32, count, elements=seconds),
        probs=curves(count, NUM_LABELS),
        valence=curves(count),
        arousal=curves(count),
        intensity=curves(count),
        disagreement=curves(count),
        channels=st.lists(channel, max_size=2).map(tuple),
    )


words = st.builds(Word, st.just(0), st.integers(0, 5), texts, labels, shares, st.booleans())
lines = st.builds(
    Line,
    start_s=seconds,
    end_s=seconds,
    text=texts,
    probs=st.none() | curves(NUM_LABELS),
    valence=st.floats(-1, 1),
    words=st.lists(words, max_size=2).map(tuple),
    count=st.integers(1, 1000),
)
clips = st.builds(
    Clip,
    name=texts,
    duration_s=seconds,
    width=st.integers(1, 4096),
    height=st.integers(1, 4096),
    frame_rate=st.none() | st.fractions(1, 240),
    video_codec=texts,
    has_audio=st.booleans(),
)
moments = st.builds(
    Moment,
    seconds,
    labels,
    st.sampled_from(["peak", "turn"]),
    shares,
    why=st.dictionaries(st.sampled_from(["en", "zh"]), texts),
    picture=st.binary(max_size=8),
)
keywords = st.builds(
    Keyword, texts, labels, shares, st.just("zh"), st.lists(seconds, max_size=3).map(tuple)
)
verdicts = st.builds(
    Verdict,
    label=st.none() | labels,
    polarity=st.none() | st.just("positive"),
    mood=st.none() | st.just("calm"),
    intensity=shares,
    valence=st.floats(-1, 1),
    coverage=shares,
    confidence=shares,
    abstained=st.none() | st.just("low_coverage"),
)
analyses = st.builds(
    Analysis,
    clip=clips,
    tracks=st.lists(st.integers(1, 3).flatmap(tracks), max_size=2).map(tuple),
    lines=st.lists(lines, max_size=2).map(tuple),
    timeline=st.integers(1, 4).flatmap(timelines),
    moments=st.lists(moments, max_size=2).map(tuple),
    verdict=verdicts,
    keywords=st.lists(keywords, max_size=2).map(tuple),
    skipped=st.dictionaries(texts, st.integers(0, 9), max_size=2),
    models=st.dictionaries(texts, texts, max_size=2),
)


@cache
def small() -> Analysis:
    """An analysis of one instant, quick to write and read."""
    analysis = synthetic_analysis(tracks=(), lines=())
    instant = Timeline(*(getattr(analysis.timeline, each.name)[:1] for each in CURVES))
    return replace(analysis, timeline=instant)


@given(analyses)
def test_reading_back_what_was_written_changes_nothing(analysis: Analysis) -> None:
    text = analysis.to_json()
    assert Analysis.from_json(text).to_json() == text


@given(st.integers(1, 4).flatmap(timelines))
def test_curves_come_back_in_shape_with_the_same_gaps(timeline: Timeline) -> None:
    analysis = replace(small(), timeline=timeline)
    back = Analysis.from_json(analysis.to_json()).timeline
    for each in CURVES:
        before, after = getattr(timeline, each.name), getattr(back, each.name)
        assert after.dtype == np.float32
        assert after.shape == before.shape
        np.testing.assert_allclose(after, before, atol=TOLERANCE, rtol=1e-6, equal_nan=True)


@given(clips)
def test_frame_rates_stay_exact(clip: Clip) -> None:
    analysis = replace(small(), clip=clip)
    assert Analysis.from_json(analysis.to_json()).clip.frame_rate == clip.frame_rate


def test_json_has_no_nan() -> None:
    def refuse(constant: str) -> Any:
        raise AssertionError(f"{constant} is not JSON")

    analysis = synthetic_analysis()
    assert np.isnan(analysis.timeline.probs).any()
    json.loads(analysis.to_json(), parse_constant=refuse)


def test_another_schema_is_refused() -> None:
    data = json.loads(synthetic_analysis().to_json())
    with pytest.raises(ValueError, match="expected analysis schema 3, got 99"):
        Analysis.from_json(json.dumps({**data, "schema": 99}))


def test_arrays_that_do_not_fit_are_refused() -> None:
    wrong = np.zeros((2, NUM_LABELS), np.float32)
    with pytest.raises(ValueError, match=r"probs must have shape \(1, 7\), got \(2, 7\)"):
        replace(small().timeline, probs=wrong)
