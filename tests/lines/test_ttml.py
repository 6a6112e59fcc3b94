"""TTML with times in every unit and on every element."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from vidsent.core.errors import SubtitleError
from vidsent.lines.timedtext import is_timedtext, read_timedtext
from vidsent.lines.ttml import is_ttml, read_ttml

FILE = Path("a.ttml")
NAMES = 'xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"'


def document(body: str, parameters: str = "") -> str:
    return f'<?xml version="1.0"?><tt {NAMES} {parameters}><body>{body}</body></tt>'


def read(text: str) -> list[tuple[float, float, str]]:
    assert is_ttml(text)
    found = read_ttml(text, FILE, Counter())
    return [(cue.start_s, cue.end_s, " ".join(cue.rows)) for cue in found]


@pytest.mark.parametrize(
    ("parameters", "times"),
    [
        ('ttp:tickRate="10000000"', 'begin="10000000t" end="25000000t"'),
        ('ttp:frameRate="24"', 'begin="00:00:01:00" end="00:00:02:12"'),
        ('ttp:frameRate="24"', 'begin="24f" dur="36f"'),
        ("", 'begin="00:00:01,000" end="00:00:02,500"'),
        ("", 'begin="1s" dur="1500ms"'),
        ("", 'begin="0:01" end="2.5"'),
    ],
)
def test_times_in_every_unit(parameters: str, times: str) -> None:
    text = document(f"<div><p {times}>Come<br/>in</p></div>", parameters)
    assert read(text) == [(1.0, 2.5, "Come in")]


def test_a_rate_may_have_a_multiplier() -> None:
    rate = 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'
    ((start_s, *_),) = read(document('<div><p begin="30f" dur="1s">x</p></div>', rate))
    assert start_s == pytest.approx(1.001)


def test_times_of_what_a_line_stands_in_count() -> None:
    text = document(
        '<div><div begin="1s" end="2s"><p>one</p></div><div begin="3s" end="9s">'
        '<p begin="1s" end="2s">two</p></div></div><div><p begin="9s" end="10s">three</p></div>'
    )
    assert read(text) == [(1.0, 2.0, "one"), (4.0, 5.0, "two"), (9.0, 10.0, "three")]


def test_some_count_all_times_from_the_start_of_the_film() -> None:
    text = document(
        '<div begin="10.5" end="18.2"><p begin="10.5" end="13"><span begin="10.5" end="11">I</span>'
        ' <span begin="11" end="13">am</span></p><p begin="14" end="18.2">bad</p></div>'
    )
    assert read(text) == [(10.5, 13.0, "I am"), (14.0, 18.2, "bad")]


def test_lines_one_after_the_other() -> None:
    text = document(
        '<div timeContainer="seq"><p begin="1s" end="2s">one</p><p dur="2s">two</p></div>'
    )
    assert read(text) == [(1.0, 2.0, "one"), (2.0, 4.0, "two")]


def test_parts_of_a_line_may_have_the_times() -> None:
    text = document(
        '<div><p><span begin="1s" end="2s">one</span><br/><span begin="3s" end="4s">two</span></p>'
        "</div>"
    )
    assert read(text) == [(1.0, 2.0, "one"), (3.0, 4.0, "two")]


def test_how_a_word_is_read_stands_beside_it_and_is_not_said() -> None:
    head = '<head><styling><style xml:id="s5" tts:ruby="text"/></styling></head>'
    spoken = '<p begin="1s" end="2s">行<span style="s5">xing</span>走<s tts:ruby="text">zou</s></p>'
    text = f'<tt {NAMES} xmlns:tts="x">{head}<body><div>{spoken}</div></body></tt>'
    assert read(text) == [(1.0, 2.0, "行走")]


def test_older_names_prefixes_and_bare_ampersands() -> None:
    dfxp = (
        '<t:tt xmlns:t="http://www.w3.org/2006/10/ttaf1"><t:body><t:div>'
        '<t:p begin="1s" dur="1s">AT&T <3</t:p></t:div></t:body></t:tt>'
    )
    assert read(dfxp) == [(1.0, 2.0, "AT&T <3")]


def test_lines_without_a_time_are_counted() -> None:
    skipped: Counter[str] = Counter()
    text = document('<div><p>x</p><p begin="soon">y</p><p begin="1s" end="2s">z</p></div>')
    assert len(read_ttml(text, FILE, skipped)) == 1
    assert skipped == {"subtitle_lines_unreadable": 2}


@pytest.mark.parametrize("text", [document("<div>")[:-30], document("</p>")])
def test_damage_is_called_damage(text: str) -> None:
    with pytest.raises(SubtitleError, match="damaged or cut short"):
        read_ttml(text, FILE, Counter())


@pytest.mark.parametrize(
    "text",
    [
        '<transcript><text start="0.5" dur="2">I&amp;#39;m in</text></transcript>',
        '<timedtext><text t="500" d="2000">I&#39;m in</text></timedtext>',
        '<timedtext format="3"><body><p t="500" d="2000" w="1"><s>I\'m</s><s t="9"> in</s></p>'
        '<p t="2400" w="1" a="1">\n</p></body></timedtext>',
    ],
    ids=["srv1", "srv2", "srv3"],
)
def test_the_captions_of_youtubes_players(text: str) -> None:
    assert is_timedtext(text)
    found = [tuple(cue[:3]) for cue in read_timedtext(text, Path("a.xml"), Counter())]
    assert found == [(0.5, 2.5, ["I'm in"])]
