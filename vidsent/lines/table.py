"""Tables of what is said: CSV and TSV with columns for time and text, as Whisper, editors and
spreadsheets write them; without a heading where the first two columns are times (Audacity).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import StringIO
from typing import NamedTuple

from vidsent.lines import clock, markup
from vidsent.lines.cues import Cue, Said, ended

DELIMITERS = ("\t", ";", ",")
STARTS = (
    "start", "start time", "starttime", "begin", "begin time", "from", "in", "in time", "time in",
    "timestamp", "time", "timecode", "time start", "start timecode", "timecode in", "tc in",
    "开始", "开始时间", "起始时间", "起始", "入点", "时间", "時間", "開始", "開始時間",
)  # fmt: skip
ENDS = (
    "end", "end time", "endtime", "finish", "to", "out", "out time", "time out", "stop",
    "end timecode", "timecode out", "tc out", "time end",
    "结束", "结束时间", "终止时间", "出点", "結束", "結束時間",
)  # fmt: skip
TEXTS = (
    "text", "transcript", "subtitle", "subtitles", "caption", "captions", "content", "line",
    "sentence", "dialogue", "dialog", "speech", "utterance", "transcription",
    "文本", "内容", "字幕", "台词", "文字", "內容", "台詞",
)  # fmt: skip
HEADING = 2_000  # characters of a first row that may be a heading
LEAST_SOUND = 0.8  # of the rows of a table without a heading that begin with two times
MOST_BREAKS = 10  # in one cell; with more of them a quote was never closed
LOOKED_AT = 50  # rows for that

_UNIT = re.compile(r"\s?[\[(（]?(?<![a-z])(ms|milliseconds?|毫秒|s|sec|seconds|秒)[\])）]?$")


class _Columns(NamedTuple):
    start: int
    end: int | None
    text: int
    width: int  # in columns; a text may hold the delimiter, unquoted, where it stands last
    milliseconds: bool


def read_table(text: str, frame_rate: float | None, skipped: Counter[str]) -> list[Cue]:
    """The cues of a table; none where the text is no table with times."""
    first = next((row for row in text.split("\n") if row.strip()), "")[:HEADING]
    for delimiter in DELIMITERS:
        if delimiter not in first:
            continue
        columns = _heading(next(iter(_rows(first, delimiter)), []))
        if columns is not None:
            return _cues(_rows(text, delimiter)[1:], columns, frame_rate, skipped)
        if _is_bare(text, delimiter):
            bare = _Columns(0, 1, 2, 3, milliseconds=False)
            return _cues(_rows(text, delimiter), bare, frame_rate, skipped)
    return []


def _heading(cells: list[str]) -> _Columns | None:
    """Where the columns are; None where the cells name no time or no text."""
    names = [re.sub(r"[\s_\-]+", " ", cell).strip().lower() for cell in cells]
    bare = [_UNIT.sub("", name).strip() for name in names]
    start, end, said = (_first(bare, known) for known in (STARTS, ENDS, TEXTS))
    if start is None or said is None:
        return None
    unit = _UNIT.search(names[start])
    milliseconds = unit is not None and unit[1].startswith(("m", "毫"))
    return _Columns(start, end, said, len(cells), milliseconds)


def _first(names: list[str], known: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _is_bare(text: str, delimiter: str) -> bool:
    """Whether nearly all of the first rows are two times and a text."""
    rows = [row[:HEADING] for row in text[: HEADING * LOOKED_AT].split("\n") if row.strip()]
    cells = [row.split(delimiter, 2) for row in rows[:LOOKED_AT]]
    sound = [
        len(row) == 3 and None not in map(clock.seconds, row[:2]) and bool(row[2].strip())
        for row in cells
    ]
    return sum(sound) > 0 and sum(sound) >= LEAST_SOUND * len(sound)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The rows that are not empty. Tabs do not stand in quotes, nor does half a file."""
    try:
        rows = list(csv.reader(StringIO(text), delimiter=delimiter)) if delimiter != "\t" else []
        sound = all(cell.count("\n") <= MOST_BREAKS for row in rows for cell in row)
    except csv.Error:  # a field that never ends
        sound = False
    if delimiter == "\t" or not sound:
        rows = [row.split(delimiter) for row in text.split("\n")]
    return [row for row in rows if any(map(str.strip, row))]


def _cues(
    rows: list[list[str]], columns: _Columns, frame_rate: float | None, skipped: Counter[str]
) -> list[Cue]:
    found = [_said(row, columns, frame_rate) for row in rows]
    sound = [each for each in found if each is not None]
    if len(sound) < len(found):
        skipped["subtitle_lines_unreadable"] += len(found) - len(sound)
    guessed = clock.ticks_per_second(
        [each.start_s for each in sound], [each.end_s for each in sound]
    )
    clocks = any(":" in row[columns.start] for row in rows if len(row) > columns.start)
    unit = 1000.0 if columns.milliseconds else 1.0 if clocks else guessed
    return ended(
        Said(each.start_s / unit, None if each.end_s is None else each.end_s / unit, each.rows)
        for each in sound
    )


def _said(row: list[str], columns: _Columns, frame_rate: float | None) -> Said | None:
    if len(row) <= max(columns.start, columns.text):
        return None
    start = clock.seconds(row[columns.start], frame_rate)
    if start is None:
        return None
    has_end = columns.end is not None and len(row) > columns.end
    end = clock.seconds(row[columns.end or 0], frame_rate) if has_end else None
    is_last = columns.text == columns.width - 1
    said = ", ".join(row[columns.text :]) if is_last else row[columns.text]
    return Said(start, end, markup.rows(said.strip().strip('"')))
