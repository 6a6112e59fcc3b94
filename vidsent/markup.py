"""Take away from a subtitle what nobody says: markup, speakers' names, music signs.

Every repeat in a pattern is bounded: a hostile file must not make matching slow.
"""

from __future__ import annotations

import html
import re

LONGEST = 20_000  # characters of one subtitle, markup included, that are looked at

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_OVERRIDE = re.compile(r"\{(?:\\|[a-zA-Z]:)[^{}]{0,1000}\}")  # {\an8}, {Y:i}
_BRACES = re.compile(r"\{[^{}]{0,1000}\}")
_DRAWING = re.compile(r"\\p[1-9]")
_BREAK = re.compile(r"\\[Nn]|\r\n?|\n")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)
_MUSIC = " \t#*♩♪♫♬🎵🎶"
# Who speaks: "[Alba]", "(JOHN)", "MAN #2:", ">>", 【旁白】; "[laughs]" and "(sobbing)" are heard.
_SPEAKER = re.compile(
    r"""
    >>+\s{0,4}
  | [\[(](?=[A-ZÀ-Þ])[^\[\]()]{1,30}[\])]:?\s
  | [A-ZÀ-Þ][A-ZÀ-Þ0-9\x20.'\#-]{1,24}:\s
  | [【（][\u3400-\u9fff]{1,6}[】）][:：]?(?=\S)
    """,
    re.VERBOSE,
)


def rows(raw: str, hide_braces: bool = False) -> list[str]:
    """The rows of text that a subtitle shows, empty ones left out.

    `hide_braces` hides everything in braces, as ASS does; else only what is clearly a command.
    """
    raw = raw[:LONGEST]
    braces = _BRACES if hide_braces else _OVERRIDE
    if any(_DRAWING.search(command) for command in braces.findall(raw)):
        return []  # the text is the outline of a shape
    shown = braces.sub("", raw).replace(r"\h", " ")
    found = (_row(row) for row in _BREAK.split(shown))
    return [row for row in found if row]


def plain(raw: str) -> str:
    """The text without commands in braces and without tags."""
    return _TAG.sub("", _OVERRIDE.sub("", raw))


def _row(row: str) -> str:
    row = _UNSEEN.sub("", html.unescape(_TAG.sub("", row)))
    row = " ".join(row.split()).strip(_MUSIC)
    if speaker := _SPEAKER.match(row):
        row = row[speaker.end() :].strip(_MUSIC)
    return row if any(character.isalnum() or character > "\u2fff" for character in row) else ""
