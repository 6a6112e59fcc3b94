"""A transcript as people copy it: a time, then what is said from then on.

The time stands before the text ("[00:01:02] text", "(1:02.5) John: text") or on a row of its
own above it, as YouTube copies it. What Whisper prints ("[00:00.000 --> 00:04.000] text") has
an end too; every other line lasts until the next one, or for as long as it can take to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vidsent.lines import markup
from vidsent.lines.cues import Cue, Said, ended

LEAST_SHARE = 0.3  # of the rows that state a time; a text with times in it has fewer
MOST_ROWS = 400_000  # that are looked at
FIRST_ROWS = 20  # of which one must state a time; a title and a summary may stand above

_CLOCK = r"(?:\d{1,2}:)?\d{1,3}:[0-5]\d(?:[.,]\d{1,3})?"
_STAMP = re.compile(
    rf"\s{{0,8}}(?P<open>[\[(【])?\s?(?P<start>{_CLOCK})"
    rf"(?:\s{{0,3}}(?P<to>-->|[-–—~])\s{{0,3}}(?P<end>{_CLOCK}))?\s?(?P<close>[\])】])?"
    r"(?=\D|$)\s{0,8}(?:=|[-–—|：:]\s)?(?P<text>.*)"
)
_CODES = re.compile(rf"\s{{0,3}}[,;.:\]]|\s{{0,3}}-->|[\s,;]{{0,3}}{_CLOCK}(?:[,;:\s]|$)")


def read_transcript(text: str) -> list[Cue]:
    """The cues of a transcript; none where the text is something else."""
    filled = [row for row in text.splitlines() if row.strip()][:MOST_ROWS]
    stamps = [_stamp(row) for row in filled]
    stated = sum(stamp is not None for stamp in stamps)
    if not any(stamps[:FIRST_ROWS]) or stated < LEAST_SHARE * len(filled):
        return []
    return ended(_said(filled, stamps))


def _stamp(row: str) -> re.Match[str] | None:
    """The time that a row begins with; None also where it is the timing of a subtitle file."""
    match = _STAMP.match(row)
    if match is None or _CODES.match(match["text"]):  # another time: a format of its own
        return None
    bracketed = match["open"] is not None and match["close"] is not None
    return match if bracketed or (match["to"] != "-->" and not match["open"]) else None


def _said(rows: list[str], stamps: list[re.Match[str] | None]) -> Iterator[Said]:
    """What follows each time, rows without one included."""
    said: Said | None = None
    for row, stamp in zip(rows, stamps, strict=True):
        if stamp is None:
            if said is not None:
                said.rows.extend(markup.rows(row))
            continue
        if said is not None:
            yield said
        end_s = _seconds(stamp["end"]) if stamp["end"] else None
        said = Said(_seconds(stamp["start"]), end_s, markup.rows(stamp["text"]))
    if said is not None:
        yield said


def _seconds(clock: str) -> float:
    """ "1:02:03.5" -> 3723.5"""
    seconds = 0.0
    for part in clock.replace(",", ".").split(":"):
        seconds = 60 * seconds + float(part)
    return seconds
