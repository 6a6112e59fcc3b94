"""The whole pipeline against planted truth: clips of which we know every second."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vidsent
from vidsent.core.emotions import LABELS
from vidsent.core.options import Limits, Options
from vidsent.core.results import Analysis
from vidsent.language.line_reader import LineReader
from vidsent.lines.subtitles import read_subtitles

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "examples"
RATE_HZ = 5.0  # half the default, to keep the tests quick
MIDDLE = 0.6  # share of a segment that is judged; expressions change at its ends
FACE_AGREES = 0.9  # share of the grid points judged, over the whole clip; 1.0 was measured


def analyse(name: str, language: str) -> Analysis:
    return vidsent.analyze(
        FOLDER / f"{name}.mp4", FOLDER / f"{name}.{language}.srt", Options(rate_hz=RATE_HZ)
    )


def segments(name: str) -> list[dict[str, Any]]:
    truth: dict[str, Any] = json.loads((FOLDER / f"{name}.truth.json").read_text("utf-8"))
    return list(truth["segments"])


def labels_within(analysis: Analysis, channel: str, segment: dict[str, Any]) -> list[str]:
    """The dominating label at each grid point of the middle of a segment that was seen."""
    found = analysis.timeline.channel(channel)
    assert found is not None
    start_s, end_s = segment["start_s"], segment["end_s"]
    reach_s = MIDDLE * (end_s - start_s) / 2
    within = np.abs(analysis.timeline.t_s - (start_s + end_s) / 2) <= reach_s
    rows = found.probs[within]
    return [LABELS[k] for k in rows[np.isfinite(rows[:, 0])].argmax(1)]


def most(labels: list[str]) -> str | None:
    return max(set(labels), key=labels.count) if labels else None


@pytest.fixture(scope="module")
def actor() -> Analysis:
    return analyse("actor", "en")


@pytest.fixture(scope="module")
def portrait() -> Analysis:
    return analyse("portrait", "en")


@pytest.fixture(scope="module")
def words() -> Analysis:
    return analyse("words", "en")


def test_actor_is_one_person_seen_throughout(actor: Analysis) -> None:
    face = actor.timeline.channel("face")
    assert face is not None and face.coverage > 0.97
    assert len(actor.tracks) == 1


def test_actor_face_is_read_as_planted_in_every_segment(actor: Analysis) -> None:
    planted = [segment["face"] for segment in segments("actor")]
    assert [most(labels_within(actor, "face", s)) for s in segments("actor")] == planted


def test_actor_face_is_read_as_planted_at_most_times(actor: Analysis) -> None:
    hits = [
        label == segment["face"]
        for segment in segments("actor")
        for label in labels_within(actor, "face", segment)
    ]
    assert np.mean(hits) >= FACE_AGREES


def test_actor_words_are_read_as_planted(actor: Analysis) -> None:
    for segment in segments("actor"):
        if segment["words"] != "neutral":
            assert most(labels_within(actor, "subtitle", segment)) == segment["words"], segment


def test_smile_over_sad_words_is_the_greatest_disagreement(actor: Analysis) -> None:
    t_s, disagreement = actor.timeline.t_s, actor.timeline.disagreement
    kinds = {segment["kind"]: segment for segment in segments("actor")}
    planted = kinds["disagreement"]
    within = (t_s >= planted["start_s"] + 1) & (t_s < planted["end_s"])
    elsewhere = [
        np.nanmean(disagreement[(t_s >= s["start_s"] + 1) & (t_s < s["end_s"])])
        for s in segments("actor")
        if s["kind"] == "agreement" and s["words"] != "neutral"
    ]
    assert np.nanmean(disagreement[within]) > max(elsewhere)


def test_moments_are_the_acts_and_the_one_disagreement_is_the_planted_one(actor: Analysis) -> None:
    acts = segments("actor")
    for moment in actor.moments:
        act = next(each for each in acts if each["start_s"] <= moment.t_s < each["end_s"])
        assert moment.label == act["face"], moment
        assert (moment.kind == "disagreement") == (act["kind"] == "disagreement"), moment


def test_every_moment_tells_how_much_each_channel_was_heard(actor: Analysis) -> None:
    for moment in actor.moments:
        assert sum(moment.shares.values()) == pytest.approx(1, abs=1e-4)
        assert set(moment.shares) <= {"face", "subtitle"}
    (planted,) = [each for each in actor.moments if each.kind == "disagreement"]
    assert min(planted.shares.values()) > 0.2  # both had a say


def test_portrait_is_happy_where_the_face_is_seen(portrait: Analysis) -> None:
    face = portrait.timeline.channel("face")
    assert face is not None
    for segment in segments("portrait"):
        if segment["face"]:
            labels = labels_within(portrait, "face", segment)
            assert labels and most(labels) == segment["face"], segment
    assert portrait.verdict.label == "happiness"


def test_portrait_coverage_is_honest(portrait: Analysis) -> None:
    face = portrait.timeline.channel("face")
    assert face is not None
    planted = sum(s["end_s"] - s["start_s"] for s in segments("portrait") if s["face"])
    assert face.coverage == pytest.approx(planted / portrait.clip.duration_s, abs=0.08)


def test_clip_without_a_face_speaks_by_its_words_alone(words: Analysis) -> None:
    assert words.tracks == ()
    face = words.timeline.channel("face")
    assert face is None or face.coverage == 0
    assert words.verdict.label is not None
    hits = [
        most(labels_within(words, "subtitle", s)) == s["words"]
        for s in segments("words")
        if s["words"] != "neutral"
    ]
    assert all(hits), hits


@pytest.mark.parametrize("name", ["actor", "words"])
def test_chinese_words_are_read_as_planted(name: str) -> None:
    lines = LineReader().read(read_subtitles(FOLDER / f"{name}.zh.srt", Limits(), Counter()))
    planted = [s["words"] for s in segments(name)]
    read = [LABELS[int(line.probs.argmax())] if line.probs is not None else None for line in lines]
    wrong = [
        (line.text, found, wanted)
        for line, found, wanted in zip(lines, read, planted, strict=True)
        if wanted != "neutral" and found != wanted
    ]
    assert not wrong
