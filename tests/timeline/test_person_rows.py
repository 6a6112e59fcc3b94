"""One row per person, and the curve of their emotion."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.builders import SCRIPT, SURE, face_track
from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis
from vidsent.timeline.person_rows import HEIGHT, LOWEST, SHORT, STRETCHES, names, rows, short

Build = Callable[..., Analysis]


def test_people_are_listed_by_how_much_they_were_seen(synthetic_analysis: Build) -> None:
    track = face_track()
    brief = replace(track, id=7, seen=0.1)
    analysis = synthetic_analysis(tracks=(brief, track))
    listed = rows(analysis)
    assert [row.name for row in listed] == ["Person A", "Person B"]
    assert [row.seen for row in listed] == [f"{track.seen:.0%}", "10%"]
    assert [row.track for row in listed] == [track.id, 7]
    assert names(analysis, "zh") == {track.id: "人物 A", 7: "人物 B"}


def test_who_was_given_a_name_is_called_by_it(synthetic_analysis: Build) -> None:
    track = face_track()
    analysis = synthetic_analysis(tracks=(replace(track, name="Ana"), replace(track, id=7)))
    assert [(row.name, row.given) for row in rows(analysis)] == [("Ana", "Ana"), ("Person B", "")]
    assert names(analysis, "zh") == {track.id: "Ana", 7: "人物 B"}
    assert (
        short("Ana von und zu Hohenlohe") == "Ana von und zu …" and len(short(40 * "小")) == SHORT
    )


def test_a_curve_has_a_run_for_each_emotion_and_a_gap_where_the_face_was_away(
    synthetic_analysis: Build,
) -> None:
    (row,) = rows(synthetic_analysis())
    assert [run.label for run in row.runs] == [label for label, *_ in SCRIPT]
    for run, (_, start_s, end_s) in zip(row.runs, SCRIPT, strict=True):
        edges = [SCRIPT[-1][2] * edge / STRETCHES for edge in (run.start, run.end)]
        assert edges == pytest.approx([start_s, end_s], abs=0.5)
    assert row.valence.count("M") == 2  # lifted once, where nobody was seen


def test_a_run_is_as_high_as_the_emotion_is_strong(synthetic_analysis: Build) -> None:
    (row,) = rows(synthetic_analysis())
    tops = {run.label: float(re.findall(r"V([\d.]+)H", run.path)[3]) for run in row.runs}
    felt = 1 - (1 - SURE) / (len(LABELS) - 1)
    assert HEIGHT - tops["anger"] == pytest.approx(LOWEST + felt * (HEIGHT - LOWEST), abs=0.2)
    assert tops["neutral"] > tops["anger"]


def test_a_run_says_when_and_what_in_the_readers_language(synthetic_analysis: Build) -> None:
    (english,), (chinese,) = (rows(synthetic_analysis(), language) for language in ("en", "zh"))
    assert re.fullmatch(r"0:0[56]–0:1[12] happiness 8\d%", english.runs[1].title)
    assert "快乐" in chinese.runs[1].title


def test_a_face_that_could_not_be_read_has_no_curve(synthetic_analysis: Build) -> None:
    track = face_track()
    nothing = np.full_like(track.probs, np.nan)
    unread = replace(track, quality=np.zeros_like(track.quality), probs=nothing)
    (row,) = rows(synthetic_analysis(tracks=(unread,)))
    assert row.runs == () and row.valence == "" and row.label is None
