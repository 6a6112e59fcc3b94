"""The timeline that the command prints."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest

from tests.builders import DURATION_S, SCRIPT, synthetic_analysis
from vidsent.core.emotions import name
from vidsent.reports.terminal import LETTERS, NAME_WIDTH, UNSEEN, render
from vidsent.timeline import wording

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def columns(text: str) -> int:
    """How many columns of a terminal a line takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def curve(text: str, row: str) -> str:
    """The curve of the row that is so named."""
    line = next(line for line in text.splitlines() if line.startswith(row))
    return line[len(row) :].lstrip(" ")


def test_the_row_of_letters_plays_the_script() -> None:
    letters = curve(render(synthetic_analysis(lines=())), "emotion")
    for label, start_s, end_s in SCRIPT:
        middle = int((start_s + end_s) / 2 / DURATION_S * len(letters))
        assert letters[middle] == LETTERS[label]
    assert letters[int(25.5 / DURATION_S * len(letters))] == UNSEEN


def test_strong_emotion_stands_higher_than_none() -> None:
    bars = curve(render(synthetic_analysis(lines=())), "intensity")
    assert bars[int(3 / DURATION_S * len(bars))] < bars[int(9 / DURATION_S * len(bars))]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [30, 80, 200])
def test_rows_fit_and_stand_below_each_other(language: str, width: int) -> None:
    text = render(synthetic_analysis(), language, width)
    rows = [line for line in text.splitlines() if set(line) & set("▁▂▃▄▅▆▇█")]
    assert len(rows) == 2
    assert {columns(row) for row in rows} == {width}
    axis = next(line for line in text.splitlines() if line.strip().startswith("0:00"))
    assert axis.index("0:00") == NAME_WIDTH
    assert len(axis) == width


def test_color_adds_nothing_but_color() -> None:
    analysis = synthetic_analysis()
    colored = render(analysis, color=True)
    assert colored != ANSI.sub("", colored) == render(analysis)


def test_a_clip_cannot_steer_the_terminal() -> None:
    analysis = synthetic_analysis(name="\x1b[2Ja\r\n.mp4")
    why = dict.fromkeys(["en", "zh"], "\x1b]0;owned\x07")
    analysis = replace(analysis, moments=tuple(replace(each, why=why) for each in analysis.moments))
    assert not [each for each in render(analysis) if not each.isprintable() and each != "\n"]


def test_what_was_left_out_is_said() -> None:
    analysis = synthetic_analysis(skipped={"undecodable_packets": 3})
    assert render(analysis).endswith(wording.skipped(analysis)[0])
    assert render(synthetic_analysis()) in render(analysis)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_seen_draws_nothing(language: str) -> None:
    text = render(synthetic_analysis(tracks=(), lines=()), language)
    assert UNSEEN not in text.replace(" · ", "")
    assert name("happiness", language) not in text
