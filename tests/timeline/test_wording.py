"""What is said of an analysis, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import vidsent
from tests.builders import face_track, synthetic_analysis
from vidsent.core.emotions import EMOTIONS
from vidsent.core.results import Verdict
from vidsent.timeline import wording
from vidsent.timeline.moments import Candidate

HAN = tuple(chr(code) for code in range(0x4E00, 0x9FFF))


def test_the_headline_names_the_emotion_in_both_languages() -> None:
    track = face_track()
    smiling = replace(track, probs=track.probs[[70] * len(track.t_s)])
    analysis = synthetic_analysis(tracks=(smiling,), lines=())
    assert wording.headline(analysis) == "Happiness"
    assert wording.headline(analysis, "zh") == "快乐"


def test_the_headline_tells_how_it_moved() -> None:
    analysis = synthetic_analysis(lines=())
    course = "happiness, then sadness, then anger"
    assert wording.headline(analysis).lower().endswith(course)
    assert wording.headline(analysis, "zh").endswith("先快乐，再悲伤，后愤怒")


@pytest.mark.parametrize("reason", ["nothing_seen", "low_coverage", "low_confidence"])
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_an_abstention_is_explained_and_gives_no_label(reason: str, language: str) -> None:
    none = Verdict(None, None, None, 0, 0, 0.05, 0, abstained=reason)
    analysis = replace(synthetic_analysis(), verdict=none)
    text = wording.headline(analysis, language)
    assert not any(emotion.label in text.lower() or emotion.zh in text for emotion in EMOTIONS)
    assert len(wording.facts(analysis, language)) == 1  # only what was seen


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_facts_state_coverage_of_every_channel_and_confidence(language: str) -> None:
    analysis = synthetic_analysis()
    facts = dict(wording.facts(analysis, language))
    text = " ".join(facts.values())
    for channel in analysis.timeline.channels:
        assert f"{channel.coverage:.0%}" in text
    assert f"{analysis.verdict.confidence:.2f}" in text


def test_what_was_skipped_is_counted_in_words() -> None:
    analysis = synthetic_analysis(skipped={"undecodable_packets": 3, "something_new": 2})
    known, unknown = wording.skipped(analysis)
    assert "3" in known
    assert "something new" in unknown
    assert "3" in wording.skipped(analysis, "zh")[0]
    assert wording.skipped(synthetic_analysis()) == []


def test_every_reason_for_leaving_something_out_has_words() -> None:
    package = Path(vidsent.__file__).parent
    sources = " ".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    reasons = set(re.findall(r'skipped(?:\[|\.update\(\{)"([a-z_]+)"', sources))
    assert len(reasons) > 10
    analysis = synthetic_analysis(skipped=dict.fromkeys(reasons, 1))
    for phrase in wording.skipped(analysis, "zh"):
        assert any(character in HAN for character in phrase), phrase


@pytest.mark.parametrize(
    ("between", "en", "zh"),
    [
        (("face", "subtitle"), "Face and words disagree", "人脸与字幕不一致"),
        (("danmaku", "face"), "Face and danmaku disagree", "人脸与弹幕不一致"),
        (("danmaku", "subtitle"), "Words and danmaku disagree", "字幕与弹幕不一致"),
    ],
)
def test_a_disagreement_names_the_two_that_disagree(
    between: tuple[str, str], en: str, zh: str
) -> None:
    found = Candidate(3.0, "fear", "disagreement", 0.5, 0.5, between=between)
    why = wording.moment_why(found, synthetic_analysis().timeline, ())
    assert why["en"].startswith(en) and why["zh"].startswith(zh)


def test_the_chinese_sentences_are_chinese() -> None:
    analysis = synthetic_analysis(skipped={"faces_too_brief": 2})
    for text in (
        wording.headline(analysis, "zh"),
        *(name for name, _ in wording.facts(analysis, "zh")),
        *wording.skipped(analysis, "zh"),
    ):
        assert any(character in HAN for character in text), text
