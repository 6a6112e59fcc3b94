"""SubViewer: "start,end" on a row of its own, the text below. YouTube Studio's SBV is one too."""

from __future__ import annotations

import re

from vidsent.lines import markup
from vidsent.lines.clock import seconds
from vidsent.lines.cues import Cue

_CLOCK = r"\d{1,3}:\d{1,2}:\d{1,2}(?:\.\d{1,3})?"
_TIMING = re.compile(rf"\s{{0,8}}({_CLOCK})\s?,\s?({_CLOCK})\s{{0,8}}")
_BREAK = re.compile(r"\[br\]|\|", re.IGNORECASE)
_HEADING = re.compile(r"\[[A-Z][A-Z \x20]{2,30}\]|\*\*[A-Z ]{3,30}\*\*")  # [END SCRIPT]


def is_sbv(head: str) -> bool:
    """Whether a row of the beginning of a file is such a timing."""
    return any(_TIMING.fullmatch(row) for row in head.split("\n"))


def read_sbv(text: str) -> list[Cue]:
    """The cues in the order of the file, with the ends that it states."""
    cues: list[Cue] = []
    rows: list[str] = []
    times: tuple[float, float] | None = None
    for row in text.split("\n"):
        match = _TIMING.fullmatch(row)
        if match is None:
            if not _HEADING.fullmatch(row.strip()):
                rows.append(row)
            continue
        if times is not None:
            cues.append(_cue(times, rows))
        times, rows = (seconds(match[1]) or 0.0, seconds(match[2]) or 0.0), []
    return [*cues, _cue(times, rows)] if times is not None else cues


def _cue(times: tuple[float, float], rows: list[str]) -> Cue:
    raw = "\n".join(rows)[: markup.LONGEST]
    return Cue(*times, markup.rows(_BREAK.sub("\n", raw)))
