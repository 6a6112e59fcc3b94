"""Transcripts as JSON: what programs that listen write, and subtitles that sites keep so.

Read are lists of objects with a time and a text, also inside an object: Whisper and its relatives
("segments", "transcription", "chunks"), Bilibili's own subtitles ("body"), YouTube's captions
("events"), and whatever else names its times and texts as they do. Times are seconds, or
milliseconds where the numbers are whole and too large for seconds, or clocks.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from vidsent.lines import clock, markup
from vidsent.lines.cues import Cue, Said, ended

LISTS = (
    "segments", "transcription", "chunks", "utterances", "sentences", "body", "events",
    "monologues", "captions", "subtitles", "cues", "lines", "transcript", "transcripts", "result",
    "results", "data", "output", "sentence_info", "channels", "alternatives", "word_segments",
    "words",
)  # fmt: skip
STARTS = (
    "start", "from", "begin", "startTime", "start_time", "begin_time", "BeginTime", "StartTime"
)  # fmt: skip
ENDS = ("end", "to", "endTime", "end_time", "EndTime")
LENGTHS = ("duration", "dur")
MILLISECONDS = (  # start, end or length of keys that say so
    ("tStartMs", "dDurationMs", True),
    ("start_ms", "end_ms", False),
    ("startMs", "endMs", False),
    ("begin_ms", "end_ms", False),
)
TEXTS = (
    "text", "content", "body", "sentence", "transcript", "Text", "punctuated_word", "word"
)  # fmt: skip
WORDS = ("words", "word_segments")  # lists of single words, which are joined
DEEPEST = 6
LOOKED_AT = 20  # entries that tell whether a list is a transcript
PAUSE_S = 0.7  # between words; a longer one ends the line
MOST_WORDS = 14  # of a line that is joined of words
_STOPS = (".", "?", "!", "。", "？", "！")


class _Entry(NamedTuple):
    start: float
    end: float | None
    unit: float | None  # how many of them make a second; None where it is to be guessed
    text: str


def read_transcript_json(value: Any, skipped: Counter[str]) -> list[Cue] | None:
    """The cues of a JSON value; None where it is no transcript of a known kind."""
    found = _list(value, DEEPEST)
    if found is None:
        return None
    entries, words = found
    read = [_entry(each) for each in entries if not _is_layout(each)]
    sound = [each for each in read if each is not None]
    if len(sound) < len(read):
        skipped["subtitle_lines_unreadable"] += len(read) - len(sound)
    unit = clock.ticks_per_second([each.start for each in sound], [each.end for each in sound])
    said = [_said(each, each.unit or unit) for each in sound]
    return ended(_joined(said) if words else said)


def number(value: Any) -> float | None:
    """A number, or a clock or number in a string; None for what is neither or has no end."""
    if isinstance(value, str):
        return clock.seconds(value.rstrip("s"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _list(value: Any, deep: int) -> tuple[list[Any], bool] | None:
    """The list of entries in a JSON value, and whether they are single words."""
    if isinstance(value, list):
        if any(_entry(each) is not None for each in value[:LOOKED_AT]):
            return value, all(isinstance(each, dict) and "word" in each for each in value)
        return _lists(value, deep - 1) if deep else None
    if not isinstance(value, dict) or not deep:
        return None
    for key in LISTS:
        if key in value and (found := _list(value[key], deep - 1)):
            return found[0], found[1] or key in WORDS
    return None


def _lists(values: list[Any], deep: int) -> tuple[list[Any], bool] | None:
    """The lists in the objects of a list, as one: several results one after another."""
    if not any(_list(each, deep) for each in values[:LOOKED_AT] if isinstance(each, dict)):
        return None
    found = [_list(each, deep) for each in values if isinstance(each, dict)]
    sound = [each for each in found if each is not None]
    return [entry for entries, _ in sound for entry in entries], any(words for _, words in sound)


def _is_layout(value: Any) -> bool:
    """Whether an entry of YouTube's only places a window or rolls it on."""
    return (
        isinstance(value, dict)
        and "tStartMs" in value
        and ("segs" not in value or "aAppend" in value)
    )


def _entry(value: Any) -> _Entry | None:
    """What is said and when; None where a time or the text is missing."""
    if not isinstance(value, dict):
        return None
    text = _text(value)
    times = _times(value)
    return None if text is None or times is None else _Entry(*times, text)


def _text(value: dict[str, Any]) -> str | None:
    if isinstance(value.get("segs"), list):
        return "".join(
            str(each.get("utf8", "")) for each in value["segs"] if isinstance(each, dict)
        )
    return next((value[key] for key in TEXTS if isinstance(value.get(key), str)), None)


def _times(value: dict[str, Any]) -> tuple[float, float | None, float | None] | None:
    """Start, end and how many make a second."""
    if isinstance(offsets := value.get("offsets"), dict):  # whisper.cpp, milliseconds
        start = number(offsets.get("from"))
        return None if start is None else (start, number(offsets.get("to")), 1000.0)
    if isinstance(pair := value.get("timestamp"), list | tuple) and len(pair) == 2:
        start = number(pair[0])
        return None if start is None else (start, number(pair[1]), 1.0)
    for begin, finish, is_length in MILLISECONDS:
        if (start := number(value.get(begin))) is not None:
            end = number(value.get(finish))
            return start, start + end if is_length and end is not None else end, 1000.0
    start = _number_of(value, STARTS)
    if start is None:
        return None
    end, length = (_number_of(value, keys) for keys in (ENDS, LENGTHS))
    if end is None and length is not None:
        end = start + length
    # a clock in a string or a fraction is in seconds; for whole numbers the whole list tells
    clocks = any(isinstance(value.get(key), str) and ":" in value[key] for key in STARTS)
    return start, end, 1.0 if clocks else None


def _number_of(value: dict[str, Any], keys: Sequence[str]) -> float | None:
    return next((found for key in keys if (found := number(value.get(key))) is not None), None)


def _said(entry: _Entry, unit: float) -> Said:
    end_s = None if entry.end is None else entry.end / unit
    return Said(entry.start / unit, end_s, markup.rows(entry.text))


def _joined(words: list[Said]) -> Iterator[Said]:
    """Words as lines, which end at a stop, at a pause or when they get long."""
    line: list[Said] = []
    for word in words:
        if line and _ends(line, word):
            yield _line(line)
            line = []
        if word.rows:
            line.append(word)
    if line:
        yield _line(line)


def _ends(line: list[Said], word: Said) -> bool:
    last = line[-1]
    pause_s = word.start_s - (last.start_s if last.end_s is None else last.end_s)
    return pause_s > PAUSE_S or len(line) >= MOST_WORDS or last.rows[-1].endswith(_STOPS)


def _line(words: list[Said]) -> Said:
    said = " ".join(row for word in words for row in word.rows)
    return Said(words[0].start_s, words[-1].end_s, [said])
