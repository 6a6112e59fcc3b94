"""The card that explains a moment: what it shows, in which language, and that it escapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vidsent.core.errors import ClipOpenError
from vidsent.core.results import Analysis
from vidsent.timeline.explanation import explain
from vidsent.ui.clip.why.answers import WhyAnswers
from vidsent.ui.clip.why.card import ExplainedMoment, WhyCard, why_html
from vidsent.ui.media.examples import FOLDER
from vidsent.ui.session.result import Result

Build = Callable[..., Analysis]


@pytest.fixture(scope="module")
def smile() -> ExplainedMoment:
    analysis = Analysis.from_json((FOLDER / "actor.en.analysis.json").read_text("utf-8"))
    why = explain(FOLDER / "actor.mp4", analysis, analysis.moments[0].t_s)
    return ExplainedMoment(why, analysis)


def test_a_face_its_heat_and_all_probabilities_are_shown(smile: ExplainedMoment) -> None:
    html = why_html(smile, "en", asked=3)
    assert 'data-asked="3"' in html
    assert html.count("data:image/jpeg;base64,") == 2  # alone, and below the heat
    assert html.count("data:image/png;base64,") == 1
    assert html.count("<tr style") == 7
    assert "Person A" in html and "the mouth" in html and "told of happiness" in html
    assert "<mark" in html and ">happy</mark>" in html


def test_the_same_in_chinese(smile: ExplainedMoment) -> None:
    html = why_html(smile, "zh")
    assert "人物 A" in html and "嘴部" in html and "快乐" in html and "Person" not in html


def test_it_invites_before_anything_was_asked_and_excuses_what_failed() -> None:
    assert "Choose a key moment" in why_html(None, "en")
    assert "could not be explained" in why_html(None, "en", 1, failed=True)
    assert "无法解释" in why_html(None, "zh", 1, failed=True)


def test_what_strangers_wrote_stays_text(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis(tracks=())
    (line, *_) = analysis.lines
    evil = replace(line, text="<script>1</script> wonderful & so on", words=())
    analysis = synthetic_analysis(tracks=(), lines=(evil,))
    why = explain(FOLDER / "words.mp4", analysis, line.start_s + 0.1)
    html = why_html(ExplainedMoment(why, analysis), "en")
    assert "&lt;script&gt;" in html and "<script>" not in html


def test_faces_without_a_picture_say_so(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    why = explain("gone.mp4", analysis, 8.0)
    html = why_html(ExplainedMoment(why, analysis), "en")
    assert "The picture could not be read again." in html
    assert "data:image" not in html


def test_a_question_that_begins_late_does_not_stop_a_newer_one(synthetic_analysis: Build) -> None:
    card = WhyCard()
    gone = Path("gone.mp4")
    shown = Result(synthetic_analysis(), gone, gone, gone, gone, gone)
    visitor: Any = SimpleNamespace(session_hash="one")

    def ask(number: int) -> str:
        event: Any = SimpleNamespace(t=8.0, n=number)
        answer = answers.ask("en", shown, event, visitor)[card]
        return answer if isinstance(answer, str) else ""

    class Slow:
        """Decodes nothing, and meanwhile an older click gets its turn."""

        def still(self, *_: object) -> None:
            if not late:
                late.append("")
                late[0] = ask(4)
            raise ClipOpenError("gone")

    late: list[str] = []
    answers = WhyAnswers(card, Slow())  # type: ignore[arg-type]
    assert 'data-asked="5"' in ask(5)
    assert late == [""]  # and the newer question was not stopped
    answers.leave(visitor)
    assert 'data-asked="1"' in ask(1)  # who comes again counts from the beginning
