"""Read a subtitle, transcript or danmaku file into timed lines of plain text.

Lines with impossible times are mended, repeated ones joined; everything that is dropped or
changed is counted. This module does not know what the words mean.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from vidsent.core.errors import SubtitleError
from vidsent.core.options import MEGABYTE, Limits
from vidsent.core.progress import CancelCheck, cancellable
from vidsent.core.results import Line
from vidsent.lines.bilingual import without_foreign_rows
from vidsent.lines.charset import decode
from vidsent.lines.cues import Cue
from vidsent.lines.danmaku import LATEST_S, SHOWN_S, Comment
from vidsent.lines.formats import HEAD, read_binary, read_text
from vidsent.lines.speakers import find_names, without_name

LONGEST_S = 30.0  # a line on screen for longer is a slip or a watermark
READING_RATE = 15.0  # characters a second, for lines whose end makes no sense
LEAST_SHOWN_S = 1.0  # for them too
TOUCHING_S = 0.1  # a gap that no one sees
OVERLAP_S = 0.05  # nor this; rounded times overlap by as much
MOST_ROWS = 4  # on screen at once


def read_subtitles(
    path: str | Path,
    limits: Limits,
    skipped: Counter[str],
    frame_rate: Fraction | float | None = None,
    check_cancelled: CancelCheck | None = None,
) -> list[Line]:
    """The lines of a file, sorted by start, without probabilities or words.

    `skipped` gains what was dropped or changed, by reason. `frame_rate` (frames a second) is for
    files that count frames without stating it. `check_cancelled` is called now and then during long
    reading; what it raises ends it. Raises SubtitleError when the file cannot be read, is too
    large or holds no line.
    """
    path = Path(path)
    content = _content(path, limits)
    rate = float(frame_rate) if frame_rate else None
    found = read_binary(content, path, skipped) or read_text(
        _text(content, path), path, rate, skipped
    )
    said = sorted(_said(cancellable(found.comments, check_cancelled), skipped), key=_start)
    lines = lines_of(found.cues, limits, skipped) if found.cues else []
    lines = _limited(sorted([*lines, *said], key=_start), limits, skipped)
    if not lines:
        raise SubtitleError(
            f"{path.name} holds no line of text with its time. Check that it is the right file.",
            zh=f"{path.name} 中没有带时间的文字。请确认文件是否正确。",
        )
    return lines


def lines_of(cues: Iterable[Cue], limits: Limits, skipped: Counter[str]) -> list[Line]:
    """The lines of cues in any order; `skipped` gains what was dropped or changed, by reason."""
    shown = sorted(_within_the_clip(cues, skipped), key=lambda cue: cue.start_s)
    ordered = _without_names(without_foreign_rows(shown, skipped))
    lines = sorted(_lines(ordered, skipped), key=_start)
    return _limited(_apart(lines, skipped), limits, skipped)


def _within_the_clip(cues: Iterable[Cue], skipped: Counter[str]) -> Iterator[Cue]:
    """The cues without those that end before the clip starts, or start at no possible time."""
    for cue in cues:
        if cue.start_s < 0 and cue.end_s <= 0:
            skipped["subtitle_lines_before_the_start"] += 1
        elif not cue.start_s <= LATEST_S:
            skipped["subtitle_lines_unreadable"] += 1
        else:
            yield cue


def _start(line: Line) -> float:
    return line.start_s


def _content(path: Path, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.text_bytes:
            raise SubtitleError(
                f"{path.name} is larger than {limits.text_bytes / MEGABYTE:g} MB. "
                "Keep only the part that belongs to the clip.",
                zh=f"{path.name} 超过 {limits.text_bytes / MEGABYTE:g} MB。"
                "请只保留与视频对应的部分。",
            )
        return path.read_bytes()
    except OSError as error:
        raise SubtitleError(
            f"{path.name} cannot be read: {error.strerror}. Choose it again.",
            zh=f"无法读取 {path.name}。请重新选择。",
        ) from error


def _text(content: bytes, path: Path) -> str:
    text = decode(content)
    if "\0" in text[:HEAD]:
        raise SubtitleError(
            f"{path.name} is not a text file. Give it as .srt, .vtt or .ass.",
            zh=f"{path.name} 不是文本文件。请使用 .srt、.vtt 或 .ass。",
        )
    return text


def _said(comments: Iterable[Comment], skipped: Counter[str]) -> Iterator[Line]:
    for start_s, raw in comments:
        if said := " ".join(raw.split()):
            yield Line(start_s, start_s + SHOWN_S, said, kind="danmaku")
        else:
            skipped["danmaku_without_text"] += 1


def _without_names(cues: Sequence[Cue]) -> list[Cue]:
    """The cues without the names before what is said that come back again and again."""
    names = find_names(row for cue in cues for row in cue.rows)
    if not names:
        return list(cues)
    bare = ([without_name(row, names) for row in cue.rows] for cue in cues)
    return [
        cue._replace(rows=[row for row in rows if row])
        for cue, rows in zip(cues, bare, strict=True)
    ]


def _lines(cues: Iterable[Cue], skipped: Counter[str]) -> list[Line]:
    """One line for each cue, in the order of their starts, without what the last one showed."""
    lines: list[Line] = []
    rows_before: list[str] = []
    for cue in cues:
        if not cue.rows:
            skipped["subtitle_lines_without_text"] += 1
            continue
        if cue.start_s == cue.end_s == 0:  # how data is hidden in a file
            skipped["subtitle_lines_never_shown"] += 1
            continue
        start_s, end_s = _mended(cue, skipped)
        touching = bool(lines) and start_s - lines[-1].end_s <= TOUCHING_S and not cue.is_said_anew
        rows = _new_rows(rows_before, cue.rows) if touching else cue.rows
        if len(rows) < len(cue.rows):
            skipped["subtitle_lines_repeated"] += 1
        if rows:
            lines.append(Line(start_s, end_s, " ".join(rows)))
        else:
            lines[-1] = replace(lines[-1], end_s=max(end_s, lines[-1].end_s))
        rows_before = cue.rows
    return lines


def _apart(lines: Sequence[Line], skipped: Counter[str]) -> list[Line]:
    """The lines, each ended where the next one starts; those that start together stay so."""
    apart = list(lines)
    next_s = math.inf
    for index in range(len(apart) - 1, -1, -1):
        line = apart[index]
        if index + 1 < len(apart) and apart[index + 1].start_s - line.start_s > TOUCHING_S:
            next_s = apart[index + 1].start_s
        if line.end_s - next_s > OVERLAP_S:
            skipped["subtitle_lines_overlapping"] += 1
            apart[index] = replace(line, end_s=next_s)
    return apart


def _new_rows(before: list[str], rows: list[str]) -> list[str]:
    """Rows without those that roll on from the cue before (automatic captions do that)."""
    for overlap in range(min(len(before), len(rows), MOST_ROWS), 0, -1):
        if before[-overlap:] == rows[:overlap]:
            return rows[overlap:]
    return rows


def _mended(cue: Cue, skipped: Counter[str]) -> tuple[float, float]:
    """Start and end that make sense: not before the clip, not backwards, not for minutes."""
    start_s, end_s = max(0.0, cue.start_s), min(cue.end_s, max(0.0, cue.start_s) + LONGEST_S)
    if end_s <= start_s:
        characters = sum(map(len, cue.rows))
        end_s = start_s + min(LONGEST_S, max(LEAST_SHOWN_S, characters / READING_RATE))
    if (start_s, end_s) != (cue.start_s, cue.end_s):
        skipped["subtitle_lines_mended"] += 1
    return start_s, end_s


def _limited(lines: list[Line], limits: Limits, skipped: Counter[str]) -> list[Line]:
    if len(lines) > limits.lines:
        skipped["lines_over_the_limit"] += len(lines) - limits.lines
        lines = lines[: limits.lines]
    long = [index for index, line in enumerate(lines) if len(line.text) > limits.line_characters]
    for index in long:
        lines[index] = replace(lines[index], text=lines[index].text[: limits.line_characters])
    skipped.update({"lines_cut": len(long)} if long else {})
    return lines
