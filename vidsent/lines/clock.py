"""Times as text files write them: "1:02:03,456", "00:01.5", "00:00:01:000", "00:00:01:12".

Every repeat in a pattern is bounded: a hostile file must not make matching slow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

FRAMES_PER_S = 25.0  # where a time ends in frames and nothing states their rate
LEAST_MILLISECONDS = 100  # a whole number that a line typically lasts; as seconds it were minutes

_COLON = r"\s?[:：]\s?"
STAMP = (
    rf"-?\s?\d{{1,9}}(?:{_COLON}-?\d{{1,4}}){{0,3}}(?:\s?[.,，;]\s?-?\d{{1,9}}(?:\.\d{{1,20}})?)?"
)
_CLOCK = re.compile(rf"\s{{0,8}}({STAMP})\s{{0,8}}")
_SPLIT = re.compile(_COLON)
_FRACTION = re.compile(r"\s?([.,，;])\s?")
_TIMING = re.compile(
    rf"\s{{0,8}}(?P<start>{STAMP})\s{{0,4}}(?P<arrow>-{{1,3}}\s?-?[>＞]|→)\s{{0,4}}"
    rf"(?P<end>{STAMP})(?P<rest>(?!\d).*)"
)
_ARROWS = (">", "＞", "→")


class Timing(NamedTuple):
    """The row above a cue: seconds, what follows on the row, and whether fractions were stated."""

    start_s: float
    end_s: float
    rest: str
    exact: bool


def seconds(text: str, frame_rate: float | None = None) -> float | None:
    """ "1:02:03.5" -> 3723.5; below zero where a minus stands in it, None for what is no time.

    Three digits after a last colon are milliseconds, a fourth number is frames at `frame_rate`.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    whole, *rest = _FRACTION.split(match[1], maxsplit=1)
    parts = [part.strip().lstrip("-").strip() for part in _SPLIT.split(whole)]
    fraction = 0.0
    if rest:
        mark, digits = rest[0], rest[1].lstrip("-").partition(".")[0]
        fraction = _frames(digits, frame_rate) if mark == ";" else float(f"0.{digits}")
        if len(parts) == 4:  # parts of a frame
            fraction = _frames(parts.pop(), frame_rate)
    elif len(parts) > 1 and len(parts[-1]) == 3:
        fraction = int(parts.pop()) / 1000
    elif len(parts) == 4:
        fraction = _frames(parts.pop(), frame_rate)
    if len(parts) > 3:
        return None
    total = 0
    for part in parts:
        total = 60 * total + int(part)
    return -(total + fraction) if "-" in match[1] else total + fraction


def timing(row: str, frame_rate: float | None = None) -> Timing | None:
    """The timing "start --> end" that a row of SubRip or WebVTT is; None for any other row."""
    if not any(arrow in row for arrow in _ARROWS):
        return None
    match = _TIMING.match(row)
    if match is None:
        return None
    stamps = match["start"], match["end"]
    colons = all(":" in stamp or "：" in stamp for stamp in stamps)
    fractions = all(_FRACTION.search(stamp) is not None for stamp in stamps)
    if not colons and not (fractions and len(match["arrow"]) > 2):
        return None  # "2 -> 3" is said by someone
    start_s, end_s = (seconds(stamp, frame_rate) for stamp in stamps)
    if start_s is None or end_s is None:
        return None
    return Timing(start_s, end_s, match["rest"], fractions or all(map(_has_fourth, stamps)))


def _has_fourth(stamp: str) -> bool:
    """Whether milliseconds or frames stand after a last colon."""
    parts = _SPLIT.split(stamp)
    return len(parts) == 4 or len(parts[-1]) == 3


def ticks_per_second(starts: Sequence[float], ends: Sequence[float | None]) -> float:
    """How many of the numbers of a file make a second: 1, or 1000 for whole and large ones."""
    numbers = [*starts, *(end for end in ends if end is not None)]
    if any(number != round(number) for number in numbers):
        return 1.0
    shown = [end - start for start, end in zip(starts, ends, strict=True) if end is not None]
    ordered = sorted(set(starts))
    gaps = shown or [after - before for before, after in pairwise(ordered)]
    return 1000.0 if gaps and median(gaps) >= LEAST_MILLISECONDS else 1.0


def _frames(digits: str, frame_rate: float | None) -> float:
    """The part of a second that a count of frames is; hundredths where it is too high for that."""
    rate = frame_rate or FRAMES_PER_S
    count = int(digits)
    return count / max(rate, 1.0) if count < max(rate, 60.0) else min(count / 100, 0.999)
