"""What the Compare tab offers and answers, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from vidsent.core.results import Analysis
from vidsent.ui.compare.answers import CompareAnswers
from vidsent.ui.compare.view import CompareTab, build_compare_tab
from vidsent.ui.media.examples import ExampleStore, load_examples
from vidsent.ui.session.visitor import Visitor

Build = Callable[..., Analysis]


@pytest.fixture(scope="module")
def tab() -> CompareTab:
    with gr.Blocks(), gr.Tabs():
        return build_compare_tab()


@pytest.fixture(scope="module")
def answers(tab: CompareTab) -> CompareAnswers:
    return CompareAnswers(tab, ExampleStore(load_examples()))


def values(update: dict[str, Any]) -> list[str]:
    return [value for _, value in update["choices"]]


def test_nothing_is_compared_before_the_tab_was_opened(
    tab: CompareTab, answers: CompareAnswers
) -> None:
    assert tab.overlay not in answers.relabel(None, None, "share", None, "zh")
    assert tab.overlay in answers.relabel("example:0", "example:1", "share", None, "zh")


def test_the_tab_opens_on_two_examples(tab: CompareTab, answers: CompareAnswers) -> None:
    shown = answers.open(None, None, "share", None, "en")
    assert (shown[tab.first]["value"], shown[tab.second]["value"]) == ("example:0", "example:1")
    assert "more happiness" in shown[tab.told]
    assert all(str(shown[player]).endswith(".mp4") for player in tab.players)
    drawn = json.loads(shown[tab.overlay])
    assert drawn["end"] == 1 and drawn["scales"] == drawn["lengths"]
    by_time = json.loads(answers.show("example:0", "example:1", "seconds", None, "zh")[tab.overlay])
    assert by_time["end"] == max(by_time["lengths"]) and by_time["scales"] == [1, 1]


def test_a_visitors_clip_is_offered_to_them_alone_and_gone_when_it_is(
    tab: CompareTab, answers: CompareAnswers, synthetic_analysis: Build, tmp_path: Path
) -> None:
    mine, other = Visitor(), Visitor()
    clip_id = mine.library.add(synthetic_analysis("<i>mine</i>.mp4"))
    choice = f"own:{clip_id}"
    assert values(answers.open(None, None, "share", mine, "en")[tab.first])[0] == choice
    assert choice not in values(answers.open(None, None, "share", other, "en")[tab.first])
    shown = answers.show(choice, "example:0", "share", mine, "en")
    assert shown[tab.players[0]] is None  # it came without a file
    assert "<i>mine" not in json.dumps(shown[tab.overlay])
    with pytest.warns(UserWarning, match="gone"):
        assert tab.overlay not in answers.show(choice, "example:0", "share", other, "en")
    mine.remove(clip_id)
    again = answers.open(choice, "example:1", "share", mine, "en")
    assert again[tab.first]["value"] == "example:0"
    for visitor in (mine, other):
        visitor.leave()


@pytest.mark.parametrize("choice", ["", "example:99", "example:-1", "own:../x", "file:/etc/passwd"])
def test_a_choice_that_was_not_offered_is_refused(
    tab: CompareTab, answers: CompareAnswers, choice: str
) -> None:
    with pytest.warns(UserWarning, match="gone"):
        assert tab.overlay not in answers.show(choice, "example:0", "share", None, "en")
