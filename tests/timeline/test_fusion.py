"""Channels meet on one grid; what a channel did not see changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.builders import face_track, played, spoken_lines
from vidsent.core.emotions import LABELS
from vidsent.core.results import Channel, Line
from vidsent.timeline.fusion import (
    BRIDGED_S,
    LINGER_S,
    MOST_POINTS,
    QUALITY_POWER,
    contradictions,
    face_channel,
    fuse,
    grid,
    line_channel,
    shares,
    shares_at,
)


def at(channel: Channel, t_s: np.ndarray, when_s: float) -> np.ndarray:
    """The channel's probabilities (7,) at a time."""
    return channel.probs[int(np.abs(t_s - when_s).argmin())]


@pytest.mark.parametrize("duration_s", [0.04, 1.0, 59.9, 300.0, 1800.0])
def test_the_grid_is_uniform_bounded_and_within_the_clip(duration_s: float) -> None:
    t_s = grid(duration_s, rate_hz=10)
    assert 1 <= len(t_s) <= MOST_POINTS
    assert t_s[0] == 0
    assert t_s[-1] <= duration_s
    if len(t_s) > 2:
        assert np.ptp(np.diff(t_s)) < 1e-3


def test_probabilities_sum_to_one_or_are_missing() -> None:
    t_s = grid(32, 10)
    timeline = fuse(
        t_s, [face_channel(t_s, [face_track()]), line_channel(t_s, spoken_lines(), "subtitle")]
    )
    sums = timeline.probs.sum(1)
    assert np.all(np.isnan(sums) | (np.abs(sums - 1) < 1e-5))
    assert not np.isnan(timeline.probs[10]).any()


def test_the_face_channel_plays_what_the_face_played() -> None:
    t_s, track = grid(32, 10), face_track()
    channel = face_channel(t_s, [track])
    for when_s, label in ((3, "neutral"), (9, "happiness"), (15, "sadness"), (30, "anger")):
        assert LABELS[int(at(channel, t_s, when_s).argmax())] == label


def test_nobody_in_the_picture_is_a_gap_and_counts_against_coverage() -> None:
    t_s = grid(32, 10)
    channel = face_channel(t_s, [face_track()])
    assert np.isnan(at(channel, t_s, 25.5)).all()
    assert channel.coverage == pytest.approx(29 / 32, abs=0.02)


@pytest.mark.parametrize(("gap_s", "bridged"), [(BRIDGED_S - 0.15, True), (BRIDGED_S + 0.3, False)])
def test_a_short_gap_is_bridged(gap_s: float, bridged: bool) -> None:
    track = face_track()
    keep = (track.t_s < 8.05) | (track.t_s > 7.95 + gap_s)
    short = replace(
        track,
        t_s=track.t_s[keep],
        boxes=track.boxes[keep],
        probs=track.probs[keep],
        valence=track.valence[keep],
        arousal=track.arousal[keep],
        quality=track.quality[keep],
    )
    t_s = grid(32, 10)
    middle = at(face_channel(t_s, [short]), t_s, 8 + gap_s / 2)
    assert np.isnan(middle).all() != bridged


def test_the_clearer_face_counts_more() -> None:
    clear, turned = face_track(), face_track()
    clear = replace(clear, probs=np.tile(played("happiness"), (len(clear.t_s), 1)))
    turned = replace(
        turned,
        probs=np.tile(played("sadness"), (len(turned.t_s), 1)),
        quality=turned.quality * np.float32(0.4),
    )
    t_s = grid(32, 10)
    row = at(face_channel(t_s, [clear, turned]), t_s, 3)
    assert row[LABELS.index("happiness")] > row[LABELS.index("sadness")] > 0.1


def test_faces_that_were_not_read_change_nothing() -> None:
    track = face_track()
    blurred = replace(
        track,
        probs=np.full_like(track.probs, np.nan),
        valence=np.full_like(track.valence, np.nan),
        arousal=np.full_like(track.arousal, np.nan),
        quality=np.zeros_like(track.quality),
    )
    t_s = grid(32, 10)
    alone, both = face_channel(t_s, [track]), face_channel(t_s, [track, blurred])
    np.testing.assert_array_equal(alone.probs, both.probs)
    np.testing.assert_array_equal(alone.weight, both.weight)
    assert face_channel(t_s, [blurred]).coverage == 0


def test_a_poor_face_weighs_less_against_words() -> None:
    track = face_track()
    poor = replace(track, quality=track.quality * np.float32(0.5))
    t_s = grid(32, 10)
    clear, weak = face_channel(t_s, [track]), face_channel(t_s, [poor])
    np.testing.assert_allclose(weak.weight, clear.weight * 0.5**QUALITY_POWER, rtol=1e-6)
    np.testing.assert_allclose(weak.probs, clear.probs, atol=1e-6)


def test_the_larger_face_counts_more() -> None:
    near, far = face_track(), face_track()
    near = replace(near, probs=np.tile(played("happiness"), (len(near.t_s), 1)))
    far = replace(
        far, probs=np.tile(played("sadness"), (len(far.t_s), 1)), boxes=far.boxes * np.float32(0.5)
    )
    t_s = grid(32, 10)
    row = at(face_channel(t_s, [near, far]), t_s, 3)
    assert row[LABELS.index("happiness")] > row[LABELS.index("sadness")] > 0.1


def test_a_line_is_heard_from_its_start_until_it_fades() -> None:
    line = Line(5.0, 7.0, "so happy", probs=played("happiness"))
    t_s = grid(20, 10)
    seen = ~np.isnan(line_channel(t_s, [line], "subtitle").probs[:, 0])
    assert t_s[seen][0] == pytest.approx(5.0)
    assert t_s[seen][-1] == pytest.approx(7.0 + LINGER_S, abs=0.11)


def test_a_line_without_evidence_is_not_a_neutral_one() -> None:
    t_s = grid(20, 10)
    assert line_channel(t_s, [Line(5, 7, "the table")], "subtitle").coverage == 0


def test_a_missing_channel_changes_nothing() -> None:
    t_s = grid(32, 10)
    face = face_channel(t_s, [face_track()])
    alone, beside = fuse(t_s, [face]), fuse(t_s, [face, line_channel(t_s, [], "subtitle")])
    np.testing.assert_array_equal(alone.probs, beside.probs)
    np.testing.assert_array_equal(alone.valence, beside.valence)


def test_one_channel_alone_is_the_timeline() -> None:
    t_s = grid(32, 10)
    face, lines = face_channel(t_s, [face_track()]), line_channel(t_s, spoken_lines(), "subtitle")
    timeline = fuse(t_s, [face, lines])
    said = lines.weight > 0
    for here, channel in ((~said & (face.weight > 0), face), (said & (face.weight == 0), lines)):
        for curve in ("probs", "valence", "arousal"):
            np.testing.assert_array_equal(
                getattr(timeline, curve)[here], getattr(channel, curve)[here]
            )


def test_shares_tell_who_was_heard() -> None:
    t_s = grid(32, 10)
    timeline = fuse(
        t_s, [face_channel(t_s, [face_track()]), line_channel(t_s, spoken_lines(), "subtitle")]
    )
    share = shares(timeline.channels)
    seen = ~np.isnan(timeline.probs[:, 0])
    np.testing.assert_allclose(share[:, seen].sum(0), 1, atol=1e-6)
    assert np.isnan(share[:, ~seen]).all()
    assert shares_at(timeline, 3.0) == {"face": 1.0}
    both = shares_at(timeline, 8.0)
    assert both.keys() == {"face", "subtitle"} and min(both.values()) > 0.2
    assert shares_at(timeline, 26.0) == shares_at(fuse(t_s, []), 3.0) == {}


def test_a_plain_line_leaves_a_felt_face_its_say() -> None:
    t_s = grid(32, 10)
    plain = Line(6, 24, "the table", probs=played("neutral"))
    felt = Line(6, 24, "so happy", probs=played("happiness"))
    face = face_channel(t_s, [face_track()])
    washed, moved = (
        fuse(t_s, [face, line_channel(t_s, [line], "subtitle")]) for line in (plain, felt)
    )
    for when_s, label in ((9, "happiness"), (15, "sadness"), (21, "surprise")):
        assert LABELS[int(washed.probs[when_s * 10].argmax())] == label
        assert shares_at(washed, when_s)["face"] > shares_at(moved, when_s)["face"]
    assert np.nanmax(washed.disagreement) < 0.1  # and contradicts nothing


def test_every_two_channels_may_contradict_each_other() -> None:
    t_s = grid(8, 10)
    lines = [
        Line(0, 8, "so sad", probs=played("sadness")),
        Line(0, 8, "哈哈哈", kind="danmaku", language="zh", probs=played("happiness")),
    ]
    channels = [line_channel(t_s, lines, kind) for kind in ("subtitle", "danmaku")]
    found = contradictions(channels)
    assert list(found) == [("danmaku", "subtitle")]
    np.testing.assert_array_equal(fuse(t_s, channels).disagreement, found["danmaku", "subtitle"])


def test_channels_that_agree_are_surer_than_neither_denies() -> None:
    t_s = grid(4, 10)
    lines = [Line(0, 4, "so happy", probs=played("happiness"), valence=0.8)]
    track = face_track()
    track = replace(track, t_s=track.t_s - 6)  # happiness from 0 to 6 s
    timeline = fuse(t_s, [face_channel(t_s, [track]), line_channel(t_s, lines, "subtitle")])
    assert LABELS[int(timeline.probs[20].argmax())] == "happiness"
    assert timeline.disagreement[20] < 0.01


def test_contradiction_is_measured_where_both_speak() -> None:
    t_s = grid(32, 10)
    timeline = fuse(
        t_s, [face_channel(t_s, [face_track()]), line_channel(t_s, spoken_lines(), "subtitle")]
    )
    angry_face_happy_words, happy_face_happy_words = timeline.disagreement[[295, 80]]
    assert angry_face_happy_words > 0.5
    assert happy_face_happy_words < 0.05
    assert np.isnan(timeline.disagreement[30])  # nothing is said there


def test_no_channel_at_all_is_a_timeline_of_nothing() -> None:
    t_s = grid(5, 10)
    timeline = fuse(t_s, [face_channel(t_s, []), line_channel(t_s, [], "subtitle")])
    assert np.isnan(timeline.probs).all()
    assert len(timeline.t_s) == 50


def test_what_many_viewers_wrote_counts_by_the_logarithm() -> None:
    crowd = Line(5, 7, "哈哈哈", kind="danmaku", probs=played("happiness"), count=20)
    one = Line(5, 7, "呜呜", kind="danmaku", probs=played("sadness"))
    t_s = grid(20, 10)
    row = at(line_channel(t_s, [crowd, one], "danmaku"), t_s, 6)
    voices = 1 + np.log(20)
    expected = (voices * played("happiness") + played("sadness")) / (voices + 1)
    np.testing.assert_allclose(row, expected, atol=1e-6)
