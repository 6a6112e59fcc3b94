"""What is said stays; what only a player or a reader of names needs goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidsent.lines import markup


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<b><i>Hello</i></b> world", ["Hello world"]),
        ("{\\an8}Up there\\Nand down", ["Up there", "and down"]),
        ("<v Roger>It is 2<3</v>", ["It is 2<3"]),
        ("Tom &amp; Jerry&nbsp;run", ["Tom & Jerry run"]),
        ("♪ All you need is love ♪", ["All you need is love"]),
        ("♪♪", []),
        ("[Alba] En 1928", ["En 1928"]),
        ("(JOHN) Run!", ["Run!"]),
        ("MAN #2: Who is there?", ["Who is there?"]),
        (">> Good evening.", ["Good evening."]),
        ("【旁白】那一年", ["那一年"]),
        ("[sobbing] No, no", ["[sobbing] No, no"]),  # heard, and it says how she feels
        ("[怒] 走开", ["[怒] 走开"]),
        ("[doge] 哈哈[泪]", ["[doge] 哈哈[泪]"]),
        ("Listen: I love you", ["Listen: I love you"]),
        ("- JOHN: Hi", ["Hi"]),
        ("[JOHN]", []),
        ("-5 degrees", ["-5 degrees"]),
        ("La ♪ la ♪", ["La la"]),
        ("# We are one #", ["We are one"]),
        ("[applause]", []),
        ("I know. (phone ringing) Yes", ["I know. Yes"]),
        ("（掌声）谢谢大家", ["谢谢大家"]),
        ("（笑）好的", ["（笑）好的"]),
        ("[LAUGHS] Stop", ["[LAUGHS] Stop"]),
        ("(I care about the door)", ["(I care about the door)"]),
        ("{normal text}", ["{normal text}"]),
        ("{\\p1}m 0 0 l 10 10{\\p0}", []),  # the outline of a drawing
    ],
)
def test_rows(raw: str, shown: list[str]) -> None:
    assert markup.rows(raw) == shown


def test_ass_hides_whatever_stands_in_braces() -> None:
    assert markup.rows("{a note}Hello", hide_braces=True) == ["Hello"]


@given(st.text(alphabet="<>{}\\&;[]():♪# aN1p/-\n", max_size=300))
def test_no_row_is_blank_or_holds_a_line_break(raw: str) -> None:
    assert all(row.strip() and "\n" not in row for row in markup.rows(raw))


@pytest.mark.parametrize("piece", ["<a", "{", "{\\", "[A", "&", "\\N", "{Y:"])
def test_unclosed_markup_is_read_in_linear_time(piece: str) -> None:
    markup.rows(piece * 2_000_000)
