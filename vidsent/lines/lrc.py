"""Lyrics: LRC, with times of words or without, and the forms of music services that count
milliseconds ("[1000,2500]...", YRC, QRC and KRC).

A row with several times is sung at each of them; a time without text ends the line before it.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from vidsent.lines import markup
from vidsent.lines.clock import seconds
from vidsent.lines.cues import Cue, Said, ended

MOST_TIMES = 100  # that one row is sung at

_CLOCK = r"\d{1,3}:[0-5]?\d(?:[.,:]\d{1,3})?"
_STAMP = re.compile(rf"\s{{0,4}}\[\s?({_CLOCK})\s?\]")
_STAMPS = re.compile(rf"(?:\[{_CLOCK}\]){{2}}")
_TAG = re.compile(
    r"\s{0,4}\[(?:ti|ar|al|au|by|re|ve|length|offset|la|tool|id|hash|qq|total|kana):", re.IGNORECASE
)
_OFFSET = re.compile(r"\s{0,4}\[offset:\s{0,4}([+-]?\d{1,7})", re.IGNORECASE)
_WORD = re.compile(rf"[<\[]({_CLOCK})[>\]]")
_ANGLED = re.compile(rf"<{_CLOCK}>")
_VOICE = re.compile(r"\s{0,4}(?:[vVFMD]\d?|bg):\s")  # who sings
_SPAN = re.compile(r"\[(\d{1,9}),(\d{1,9})\](.*)")
_WORD_SPAN = re.compile(r"\(\d{1,9},\d{1,9}(?:,\d{1,9})?\)|<\d{1,9},\d{1,9},\d{1,9}>")
_COLON = re.compile(r":(\d\d)$")


def is_lrc(head: str, path: Path) -> bool:
    """Whether a file is lyrics; a plain "[00:01.00] text" is so only by the name of its file."""
    rows = head.split("\n")
    stamped = [row for row in rows if _STAMP.match(row)]
    if any(_SPAN.match(row) for row in rows):
        return True
    if not stamped:
        return False
    if path.suffix.lower() == ".lrc" or any(_TAG.match(row) for row in rows):
        return True
    return any(_STAMPS.match(row) or _ANGLED.search(row) for row in stamped)


def read_lrc(text: str, skipped: Counter[str]) -> list[Cue]:
    """The lines with their times; rows that are neither are counted."""
    said: list[Said] = []
    offset_s = 0.0
    for row in text.split("\n"):
        if offset := _OFFSET.match(row):
            offset_s = int(offset[1]) / 1000  # shows the lyrics that much earlier
        elif span := _SPAN.match(row):
            start_s = int(span[1]) / 1000
            words = markup.rows(_WORD_SPAN.sub("", span[3]))
            said.append(Said(start_s, start_s + int(span[2]) / 1000, words))
        elif not _TAG.match(row) and row.strip():
            sung = _sung(row)
            said += sung
            if not sung:
                skipped["subtitle_lines_unreadable"] += 1
    return ended(
        Said(each.start_s - offset_s, _earlier(each.end_s, offset_s), each.rows) for each in said
    )


def _sung(row: str) -> list[Said]:
    stamps, rest = _unstamped(row)
    words = list(_WORD.finditer(rest))
    rows = markup.rows(_VOICE.sub("", _WORD.sub("", rest)))
    # a time after the last word is its end
    last = words[-1] if words and not rest[words[-1].end() :].strip() else None
    end_s = _seconds(last[1]) if last and len(stamps) == 1 else None
    return [Said(start_s, end_s, rows) for start_s in stamps]


def _unstamped(row: str) -> tuple[list[float], str]:
    """The times that a row begins with, and the rest of it."""
    stamps: list[float] = []
    at = 0
    while len(stamps) < MOST_TIMES and (match := _STAMP.match(row, at)):
        stamps.append(_seconds(match[1]))
        at = match.end()
    return stamps, row[at:]


def _seconds(clock: str) -> float:
    return seconds(_COLON.sub(r".\1", clock) if clock.count(":") == 2 else clock) or 0.0


def _earlier(end_s: float | None, offset_s: float) -> float | None:
    return None if end_s is None else end_s - offset_s
