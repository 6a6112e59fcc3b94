"""Captions that any player reads: every line with its emotion, and faces where nothing is said."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import SAID, face_track, played, spoken_lines, synthetic_analysis
from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis, Line
from vidsent.reports.captions import LEAST_SHOWN_S, LEAST_STRETCH_S, cues, vtt, write_vtt

TIMING = re.compile(
    r"^(\d\d+):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d\d+):([0-5]\d):([0-5]\d)\.(\d{3})$"
)
TEXT = st.text(max_size=80)


def read(text: str) -> list[tuple[float, float, str]]:
    """The cues as pysubs2 finds them: start, end, payload without its tags."""
    events = pysubs2.SSAFile.from_string(text, format_="vtt")
    return [(each.start / 1000, each.end / 1000, each.plaintext) for each in events]


def blocks(text: str) -> list[list[str]]:
    """The blocks of a WebVTT file, rows of each, as the standard cuts it: at empty lines."""
    return [block.split("\n") for block in text.rstrip("\n").split("\n\n")]


def flickering(labels: list[str]) -> Analysis:
    """A clip without words whose one face shows each label for a tenth of a second."""
    track = face_track()
    count = len(track.t_s)
    probs = np.stack([played(labels[index % len(labels)]) for index in range(count)])
    return synthetic_analysis(tracks=(replace(track, probs=probs),), lines=())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_line_stands_there_with_its_emotion(tmp_path: Path, language: str) -> None:
    write_vtt(synthetic_analysis(), tmp_path / "a.vtt", language)
    found = read((tmp_path / "a.vtt").read_text("utf-8"))
    for start, end, text, _, _, label in SAID:
        assert (start, end, f"[{name(label, language)}] {text}") in [
            (at, to, html.unescape(told)) for at, to, told in found
        ]


def test_faces_speak_where_nothing_is_said() -> None:
    silent = [cue for cue in cues(synthetic_analysis()) if cue.is_face]
    assert {cue.label for cue in silent} >= {"neutral", "happiness", "sadness", "anger"}
    for cue in silent:
        assert cue.end_s - cue.start_s >= LEAST_SHOWN_S
        assert not any(start < cue.end_s and cue.start_s < end for start, end, *_ in SAID)
        assert not (cue.start_s > 24.5 and cue.end_s < 26.5)  # nobody is there
    calm = next(cue for cue in silent if cue.label == "neutral")
    assert (calm.start_s, calm.end_s) == pytest.approx((0, 6), abs=0.4)


@pytest.mark.parametrize(
    "labels", [["fear", "anger"], ["fear"] * 7 + ["anger"] * 3, ["fear", "fear", "neutral"]]
)
def test_a_face_that_flickers_makes_no_flickering_captions(labels: list[str]) -> None:
    found = cues(flickering(labels))
    assert all(cue.end_s - cue.start_s >= LEAST_STRETCH_S - 0.11 for cue in found)
    assert all(
        one.label != other.label or other.start_s - one.end_s > 0.5
        for one, other in pairwise(found)
    )


def test_a_clip_without_anything_is_valid_and_empty() -> None:
    text = vtt(synthetic_analysis(tracks=(), lines=()))
    assert text.startswith("WEBVTT\n\n") and read(text) == []


def test_danmaku_are_no_captions() -> None:
    comments = tuple(replace(line, kind="danmaku") for line in spoken_lines())
    assert not any(cue.text for cue in cues(synthetic_analysis(lines=comments)))


def test_emotions_have_their_colours() -> None:
    style = next(block for block in blocks(vtt(synthetic_analysis())) if block[0] == "STYLE")
    for label in LABELS:
        assert any(f"::cue(.{label})" in row and COLORS[label] in row for row in style)


@given(
    st.lists(
        st.tuples(
            TEXT | st.sampled_from(["a\n\nb", "-->", "<b>&amp;", "\r\n\u2028", "NOTE x", "WEBVTT"]),
            st.floats(0, 40),
            st.floats(-1, 10),
        ),
        max_size=6,
    )
)
def test_no_text_breaks_the_file(rows: list[tuple[str, float, float]]) -> None:
    lines = tuple(Line(at, at + long, text, probs=played("fear")) for text, at, long in rows)
    text = vtt(synthetic_analysis(tracks=(), lines=lines))
    text.encode("utf-8")
    assert len(text.splitlines()) == text.count("\n")  # no other kind of line break
    header, style, note, *found = blocks(text)
    assert header == ["WEBVTT"] and style[0] == "STYLE" and note[0].startswith("NOTE ")
    assert len(found) == len(lines)
    starts = []
    for timing, *payload in found:
        times = TIMING.match(timing)
        assert times is not None
        begin, end = ([int(each) for each in times.groups()[k : k + 4]] for k in (0, 4))
        assert begin < end
        starts.append(begin)
        assert payload and all(payload) and not any("-->" in row for row in payload)
        assert re.sub(r"</?c[^<>]*>", "", "\n".join(payload)).count("<") == 0
    assert starts == sorted(starts)
