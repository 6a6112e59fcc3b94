"""Moments stand where the planted emotions are, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders import SCRIPT, face_track, played, spoken_lines
from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.core.results import Line, Timeline
from vidsent.timeline.fusion import face_channel, fuse, grid, line_channel
from vidsent.timeline.moments import APART_S, find_moments


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    """The builders' face and lines, the last of which contradict each other."""
    t_s = grid(SCRIPT[-1][2], 10)
    lines = line_channel(t_s, spoken_lines(), "subtitle")
    return fuse(t_s, [face_channel(t_s, [face_track()]), lines])


def test_every_felt_stretch_has_its_peak(timeline: Timeline) -> None:
    peaks = [each for each in find_moments(timeline, 20) if each.kind == "peak"]
    for label, start_s, end_s in SCRIPT:
        inside = [each.label for each in peaks if start_s <= each.t_s < end_s]
        assert inside == ([] if label == "neutral" else [label])


def test_turns_stand_between_emotions_and_not_across_a_long_pause(timeline: Timeline) -> None:
    turns = [each for each in find_moments(timeline, 20) if each.kind == "turn"]
    assert [(each.before, each.label) for each in turns] == [
        ("happiness", "sadness"),
        ("sadness", "surprise"),
    ]
    assert [each.t_s for each in turns] == pytest.approx([12, 18], abs=0.5)


def test_the_planted_contradiction_is_found(timeline: Timeline) -> None:
    (found,) = [each for each in find_moments(timeline, 20) if each.kind == "disagreement"]
    assert 28 <= found.t_s <= 32
    assert found.label == "anger"  # what the face shows
    assert found.between == ("face", "subtitle")


@pytest.mark.parametrize("said", ["neutral", "anger"])
def test_plain_or_fitting_words_are_no_disagreement(said: str) -> None:
    t_s = grid(32, 10)
    lines = line_channel(t_s, [Line(27, 32, "so", probs=played(said))], "subtitle")
    timeline = fuse(t_s, [face_channel(t_s, [face_track()]), lines])
    assert {each.kind for each in find_moments(timeline, 20)} == {"peak", "turn"}


def test_danmaku_that_laugh_at_what_is_said_disagree_with_it() -> None:
    t_s = grid(10, 10)
    lines = [
        Line(0, 9, "I am afraid", probs=played("fear")),
        Line(2, 6, "哈哈哈", kind="danmaku", language="zh", probs=played("happiness")),
    ]
    channels = [line_channel(t_s, lines, kind) for kind in ("subtitle", "danmaku")]
    (found,) = [each for each in find_moments(fuse(t_s, channels), 20) if each.between]
    assert found.kind == "disagreement" and 2 <= found.t_s <= 6  # while both are said
    assert found.label == "fear"  # what is said, not what others say of it


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_the_strongest_are_kept_in_order_of_time(timeline: Timeline, limit: int) -> None:
    every, few = find_moments(timeline, 20), find_moments(timeline, limit)
    assert len(few) == limit
    assert [each.t_s for each in few] == sorted(each.t_s for each in few)
    weakest = min((each.strength for each in few), default=0)
    dropped = [each for each in every if each not in few]
    assert all(
        each.strength <= weakest or any(abs(each.t_s - kept.t_s) < APART_S for kept in few)
        for each in dropped
        if few
    )


def test_calm_and_nothing_have_no_moments() -> None:
    t_s = grid(10, 10)
    nothing = np.full(len(t_s), np.nan, np.float32)
    calm = np.zeros((len(t_s), NUM_LABELS), np.float32)
    calm[:, LABELS.index("neutral")] = 1
    for probs in (calm, np.full_like(calm, np.nan)):
        timeline = Timeline(t_s, probs, nothing, nothing, nothing, nothing)
        assert find_moments(timeline, 8) == []


def test_a_flicker_is_not_a_moment() -> None:
    t_s = grid(10, 10)
    probs = np.zeros((len(t_s), NUM_LABELS), np.float32)
    probs[:, LABELS.index("neutral")] = 1
    probs[50:53] = np.eye(NUM_LABELS, dtype=np.float32)[LABELS.index("anger")]
    zeros = np.zeros(len(t_s), np.float32)
    timeline = Timeline(t_s, probs, zeros, zeros, zeros, zeros)
    assert find_moments(timeline, 8) == []
