"""SubRip and WebVTT: rows under a timing "start --> end", as sound and unsound writers have them.

Read as well are times without hours or fractions, with a colon before the milliseconds, with
spaces inside, below zero; cues without a blank row between them; and rows of one space, which
automatic captions of YouTube begin with.
"""

from __future__ import annotations

import re
from collections import Counter

from vidsent.lines import markup
from vidsent.lines.clock import Timing, timing
from vidsent.lines.cues import Cue

_INNER_TIME = re.compile(r"<[\d:.]{5,15}>")  # of words, as in karaoke
_SETTING = re.compile(r"\s{0,9}(?:[A-Za-z]\w{0,20}:\S|$)")  # "align:start", "X1:100"
_BLOCKS = ("NOTE", "STYLE", "REGION", "WEBVTT", "X-TIMESTAMP-MAP")  # that nobody says
LONGEST_NUMBER = 9  # digits


def has_timings(head: str) -> bool:
    """Whether a row of the beginning of a file is a timing."""
    return any(timing(row) for row in head.split("\n"))


def read_srt(text: str, frame_rate: float | None, skipped: Counter[str]) -> list[Cue]:
    """The cues of SubRip; `skipped` gains those with broken times, by reason."""
    cues: list[Cue] = []
    current: Timing | None = None
    rows: list[str] = []
    numbered: bool | None = None  # whether a number stands above each timing
    for row in text.split("\n"):
        found = timing(row, frame_rate)
        broken = found is None and "-->" in row and any(map(str.isdigit, row))
        if found is None and not broken:
            rows.append(row)
            continue
        if numbered is None:
            numbered = _is_number(next(filter(str.strip, reversed(rows)), ""))
        if current is not None:
            cues.append(_srt_cue(current, _without_number(rows, numbered)))
        skipped.update(_reasons(found))
        current, rows = found, []
    if current is not None:
        cues.append(_srt_cue(current, _without_number(rows, False)))
    return cues


def read_vtt(text: str, frame_rate: float | None, skipped: Counter[str]) -> list[Cue]:
    """The cues of WebVTT: no notes, styles, regions or names of cues."""
    cues: list[Cue] = []
    blocks = _Blocks()
    for row in text.split("\n"):
        found = timing(row, frame_rate)
        if found is None:
            blocks.add(row)
            continue
        cues += blocks.closed(skipped, before_timing=True)
        blocks = _Blocks(found)
    return cues + blocks.closed(skipped, before_timing=False)


class _Blocks:
    """What follows one timing of WebVTT until the next: the cue, then blocks that are none."""

    def __init__(self, found: Timing | None = None) -> None:
        self._timing = found
        self._shown: list[str] = []
        self._other: list[list[str]] = []
        self._open = found is not None

    def add(self, row: str) -> None:
        if self._open and row and not (_is_block(row) and self._blank_before()):
            self._shown.append(row)
        elif self._open:
            self._open = False
            self._other.append([row] if row else [])
        elif row.strip():
            self._other = self._other or [[]]
            self._other[-1].append(row)
        else:
            self._other.append([])

    def closed(self, skipped: Counter[str], before_timing: bool) -> list[Cue]:
        """The cue; what is said outside it is counted."""
        if self._timing is None:
            return []
        other = [block for block in self._other if block and not _is_block(block[0])]
        if before_timing and self._other and self._other[-1] and other:
            other[-1] = other[-1][:-1]  # the name of the next cue
        elif before_timing and self._blank_before(2) and any(map(str.strip, self._shown[:-1])):
            self._shown.pop()
        other = [block for block in other if block]
        if not any(map(str.strip, self._shown)) and other:
            self._shown = other.pop(0)  # an editor took the space away from a row of one space
        if other:
            skipped["subtitle_lines_unreadable"] += len(other)
        return [_cue(self._timing, self._shown)]

    def _blank_before(self, back: int = 1) -> bool:
        return len(self._shown) >= back and not self._shown[-back].strip()


def _is_block(row: str) -> bool:
    return row.startswith(_BLOCKS) and (row.split(maxsplit=1)[0] in _BLOCKS or "=" in row)


def _srt_cue(found: Timing, rows: list[str]) -> Cue:
    if not any(map(str.strip, rows)) and not _SETTING.match(found.rest):
        rows = [found.rest.lstrip(" :：-")]  # said on the row of its time
    return _cue(found, rows)


def _cue(found: Timing, rows: list[str]) -> Cue:
    raw = "\n".join(rows)[: markup.LONGEST]
    return Cue(found.start_s, found.end_s, markup.rows(_INNER_TIME.sub("", raw)))


def _is_number(row: str) -> bool:
    bare = row.strip()
    return bare.isdecimal() and len(bare) <= LONGEST_NUMBER


def _without_number(rows: list[str], numbered: bool) -> list[str]:
    """The rows above a timing without the number of the cue that it begins."""
    if not rows:
        return rows
    last = len(rows) - 1
    if numbered and not rows[last].strip():  # a blank row between number and timing
        last = next((at for at in range(last, -1, -1) if rows[at].strip()), 0)
        return rows[:last] if _is_apart(rows, last) else rows
    return rows[:last] if _is_number(rows[last]) and (numbered or _is_apart(rows, last)) else rows


def _is_apart(rows: list[str], at: int) -> bool:
    return _is_number(rows[at]) and at > 0 and not rows[at - 1].strip()


def _reasons(found: Timing | None) -> dict[str, int]:
    if found is None:
        return {"subtitle_lines_unreadable": 1}
    return {} if found.exact else {"subtitle_lines_mended": 1}
