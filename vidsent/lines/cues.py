"""A cue: a line as its file has it. Nothing here judges times; `subtitles` does."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

SLOWEST_RATE = 4.0  # characters a second; what takes longer than that is a pause
LEAST_SAID_S = 3.0


class Cue(NamedTuple):
    """Seconds as the file states them, and the rows of plain text on screen."""

    start_s: float
    end_s: float
    rows: list[str]
    is_said_anew: bool = False  # the same text as before is said again, rather than still shown


class Said(NamedTuple):
    """A cue whose end may not be stated."""

    start_s: float
    end_s: float | None
    rows: list[str]


def ended(said: Iterable[Said]) -> list[Cue]:
    """The cues in order of time.

    One without an end lasts until the next time, or for as long as it can take to say; without
    text either, it only ends the one before.
    """
    ordered = sorted(said, key=lambda each: each.start_s)
    starts_s = sorted({each.start_s for each in ordered})
    following_s = dict(pairwise(starts_s))
    return [
        Cue(start_s, _end(start_s, rows, following_s), rows, is_said_anew=True)
        if end_s is None
        else Cue(start_s, end_s, rows)
        for start_s, end_s, rows in ordered
        if rows or end_s is not None
    ]


def _end(start_s: float, rows: list[str], following_s: dict[float, float]) -> float:
    longest_s = max(LEAST_SAID_S, sum(map(len, rows)) / SLOWEST_RATE)
    return min(start_s + longest_s, following_s.get(start_s, math.inf))
