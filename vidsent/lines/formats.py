"""Which parser reads a text file: the one of the format that the file says it is.

A format that is known and not read is refused by name, rather than read as if it were speech.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from vidsent.core.errors import SubtitleError
from vidsent.lines import (
    ass,
    ass_danmaku,
    ass_signs,
    danmaku,
    danmaku_json,
    danmaku_protobuf,
    lrc,
    markup,
    sbv,
    srt,
    timedtext,
    ttml,
)
from vidsent.lines.cues import Cue
from vidsent.lines.danmaku import Comment
from vidsent.lines.player_formats import is_player_format, read_player_format
from vidsent.lines.table import read_table
from vidsent.lines.transcript import read_transcript
from vidsent.lines.transcript_json import read_transcript_json

HEAD = 10_000  # characters that tell the format
TIMED = (".srt", ".vtt")  # names of files that promise times

_EBU_STL = re.compile(rb"[0-9]{3}STL[0-9]{2}\.[0-9]{2}")  # code page, then the rate of frames
_SCC = re.compile(r"\s{0,9}Scenarist_SCC", re.IGNORECASE)
_SPRUCE = re.compile(
    r"^\s{0,9}\$(?:FontName|FontSize|Bold|Italic|HorzAlign|VertAlign)\b",
    re.MULTILINE | re.IGNORECASE,
)
_JSON = re.compile(r"\{\s{0,99}[\"}]|\[\s{0,99}[\[{\]]")  # not {1}{2}text, not [00:01]
_SAMI = re.compile(r"<SAMI[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s{1,4})?html[\s>]", re.IGNORECASE)


class Content(NamedTuple):
    """What a file holds: cues, comments of viewers, or both."""

    cues: list[Cue]
    comments: Iterator[Comment]


def read_binary(content: bytes, path: Path, skipped: Counter[str]) -> Content | None:
    """What a file holds that is no text; None where it may be text. Raises SubtitleError."""
    if _EBU_STL.match(content):
        raise _unread(path, "EBU STL")
    if danmaku_protobuf.is_protobuf(content):
        return Content([], danmaku_protobuf.read_protobuf(content, skipped))
    return None


def read_text(text: str, path: Path, frame_rate: float | None, skipped: Counter[str]) -> Content:
    """What a text file holds; `skipped` gains what was left out. Raises SubtitleError."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = text[:HEAD]
    if danmaku.is_danmaku(text):
        return Content([], danmaku.read_comments(text, skipped))
    if ass.is_ass(head):
        return _ass(text, path, skipped)
    if (values := _json(text, path, skipped)) is not None:
        return _of_json(values, path, skipped)
    return Content(_cues(text, head, path, frame_rate, skipped), iter(()))


def _cues(
    text: str, head: str, path: Path, frame_rate: float | None, skipped: Counter[str]
) -> list[Cue]:
    """The cues of a format that has no comments."""
    if _SCC.match(head):
        raise _unread(path, "Scenarist SCC")
    if _SPRUCE.search(head):
        raise _unread(path, "Spruce STL")
    if head.lstrip().startswith("WEBVTT") or (path.suffix == ".vtt" and srt.has_timings(head)):
        return srt.read_vtt(text, frame_rate, skipped)
    if head.lstrip().startswith("<") and not srt.has_timings(head):
        return _of_xml(text, head, path, frame_rate, skipped)
    if srt.has_timings(head):
        return srt.read_srt(text, frame_rate, skipped)
    if sbv.is_sbv(head):
        return sbv.read_sbv(text)
    if lrc.is_lrc(head, path):
        return lrc.read_lrc(text, skipped)
    cues = read_table(text, frame_rate, skipped) or read_transcript(text)
    if cues or (path.suffix.lower() in TIMED and not is_player_format(head)):
        return cues  # none: that it holds no time says more than that its format is unknown
    return read_player_format(text, path, frame_rate)


def _of_xml(
    text: str, head: str, path: Path, frame_rate: float | None, skipped: Counter[str]
) -> list[Cue]:
    if ttml.is_ttml(head):
        return ttml.read_ttml(text, path, skipped)
    if timedtext.is_timedtext(head):
        return timedtext.read_timedtext(text, path, skipped)
    if _SAMI.search(head):
        return read_player_format(text, path, frame_rate)
    if _PAGE.search(head):
        raise SubtitleError(
            f"{path.name} is a page of the web, not subtitles. Download the file itself.",
            zh=f"{path.name} 是网页而不是字幕。请下载字幕文件本身。",
        )
    raise _unread(path, "XML of an unknown kind", "未知结构的 XML")


def _ass(text: str, path: Path, skipped: Counter[str]) -> Content:
    events = ass.read_events(text, skipped)
    comments: list[Comment] = []
    if ass_danmaku.is_danmaku(text[:HEAD], events):
        comments, events = ass_danmaku.split(events, skipped)
    said = ass_signs.dialogue(events, skipped)
    if events and not said and not comments:
        raise SubtitleError(
            f"{path.name} holds signs and effects alone. Choose the file with the dialogue.",
            zh=f"{path.name} 只有屏幕字与特效。请选择带有对白的文件。",
        )
    return Content([_ass_cue(event) for event in said], iter(comments))


def _ass_cue(event: ass.Event) -> Cue:
    return Cue(event.start_s, event.end_s, markup.rows(event.text, hide_braces=True))


def _json(text: str, path: Path, skipped: Counter[str]) -> Any:
    """The value of a JSON file, or the values of one with a value on each row; else None."""
    bare = text.strip()
    if not _JSON.match(bare):
        return None
    try:
        return json.loads(bare)
    except (ValueError, RecursionError) as error:
        values = [value for row in bare.split("\n") for value in _json_row(row, skipped)]
        if values and values[0] is not None:
            return [value for value in values if value is not None]
        raise SubtitleError(
            f"{path.name} is JSON that is damaged or cut short. Download it again.",
            zh=f"{path.name} 是已损坏或不完整的 JSON。请重新下载。",
        ) from error


def _json_row(row: str, skipped: Counter[str]) -> list[Any]:
    if not row.strip():
        return []
    try:
        return [json.loads(row)]
    except (ValueError, RecursionError):
        skipped["subtitle_lines_unreadable"] += 1
        return [None]


def _of_json(value: Any, path: Path, skipped: Counter[str]) -> Content:
    comments = danmaku_json.read_danmaku_json(value, skipped)
    if comments is not None:
        return Content([], comments)
    cues = read_transcript_json(value, skipped)
    if cues is None:
        raise _unread(path, "JSON of an unknown kind", "未知结构的 JSON")
    return Content(cues, iter(()))


def _unread(path: Path, what: str, zh: str = "") -> SubtitleError:
    return SubtitleError(
        f"{path.name} is {what}, which vidsent does not read. Save it as .srt or .vtt.",
        zh=f"{path.name} 是{zh or f' {what}'}，无法读取。请另存为 .srt 或 .vtt。",
    )
