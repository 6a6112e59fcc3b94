"""The cues of a subtitle file through pysubs2, with what pysubs2 would trip over put right.

A cue is a line as its file has it. This module does not judge times; `subtitles` does.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pysubs2 import SSAEvent, SSAFile
from pysubs2.exceptions import FormatAutodetectionError, UnknownFPSError
from pysubs2.formats import FILE_EXTENSION_TO_FORMAT_IDENTIFIER, autodetect_format

from vidsent.core.errors import SubtitleError
from vidsent.lines import markup

FORMATS = frozenset(("srt", "vtt", "ass", "ssa", "ttml", "sami", "microdvd", "mpl2", "tmp"))
HEAD = 10_000  # characters that tell the format

_INNER_TIME = re.compile(r"<[\d:.]{5,15}>")  # karaoke; two in a row look like a timing to pysubs2
_TIMING = re.compile(r"^.*-->.*$", re.MULTILINE)
_WITHOUT_FRACTION = re.compile(r"(?<![\d:])(\d{1,2}:\d{2}:\d{2})(?![\d.,:])")
_FRAMES = re.compile(r" {0,9}\{ {0,9}\d{1,9} {0,9}\} {0,9}\{ {0,9}\d{1,9} {0,9}\}")
_TIME = r"\s*-?\d{1,2}:\d{1,2}:\d{1,2}[.,]\d{1,3}\s*"
_DIALOGUE = re.compile(rf"Dialogue:[^,]*,{_TIME},{_TIME},")


class Cue(NamedTuple):
    """Seconds as the file states them, and the rows of plain text on screen."""

    start_s: float
    end_s: float
    rows: list[str]


def read_cues(text: str, path: Path, frame_rate: float | None, skipped: Counter[str]) -> list[Cue]:
    """The cues of the file at `path` with content `text`; raises SubtitleError."""
    name = _format(text[:HEAD], path)
    text = _prepared(text, name, path, skipped)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about fields that are not read here
            parsed = SSAFile.from_string(text, format_=name, fps=frame_rate, keep_html_tags=True)
    except UnknownFPSError as error:
        raise SubtitleError(
            f"{path.name} counts frames but does not say how many make a second. Save it as .srt.",
            zh=f"{path.name} 以帧计时，却未说明帧率。请另存为 .srt。",
        ) from error
    except Exception as error:  # pysubs2 lets its parsers' own errors through
        raise SubtitleError(
            f"{path.name} is damaged or not really {name}: {error}. Save it as .srt.",
            zh=f"{path.name} 已损坏，或并非 {name} 格式。请另存为 .srt。",
        ) from error
    return [_cue(event, name) for event in parsed if event.type == "Dialogue"]


def _cue(event: SSAEvent, name: str) -> Cue:
    # subtle: not event.plaintext, whose pattern is slow on hostile braces
    shown = markup.rows(event.text, hide_braces=name in ("ass", "ssa"))
    return Cue(event.start / 1000, event.end / 1000, shown)


def _format(head: str, path: Path) -> str:
    """pysubs2's name for the format, from the content and, where that is unclear, the file name."""
    try:
        name = autodetect_format(head)
    except FormatAutodetectionError as error:
        by_name = FILE_EXTENSION_TO_FORMAT_IDENTIFIER.get(path.suffix.lower(), "")
        name = by_name if by_name in error.formats or not error.formats else error.formats[0]
        if not error.formats and "-->" in head:
            name = "vtt" if path.suffix.lower() == ".vtt" else "srt"
    if name not in FORMATS:
        raise SubtitleError(
            f"{path.name} is in no subtitle format that vidsent reads. Save it as .srt or .vtt.",
            zh=f"{path.name} 的格式无法读取。请另存为 .srt 或 .vtt。",
        )
    return name


def _prepared(text: str, name: str, path: Path, skipped: Counter[str]) -> str:
    """The text without what makes pysubs2 misread or fail."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if name in ("ass", "ssa"):
        return _dialogue(text, skipped)
    if name == "vtt":
        return "WEBVTT\n\n" + "\n\n".join(_vtt_cues(_INNER_TIME.sub("", text)))
    if name == "srt":
        text, mended = _mend_timings(_INNER_TIME.sub("", text))
        skipped.update({"subtitle_lines_mended": mended} if mended else {})
        # blank rows are squeezed because pysubs2's search for numbers is slow on many
        return re.sub(r"\n[ \t]*(?=\n[ \t]*\n)", "", text)
    if name == "ttml":
        _refuse_entities(text, path)
    if name in ("microdvd", "tmp"):
        return "\n".join(map(_without_commands, text.split("\n")))
    return text


def _without_commands(row: str) -> str:
    """A row without {Y:i} and tags: pysubs2's search for them is slow on unclosed ones."""
    frames = _FRAMES.match(row)
    head = frames.end() if frames else 0
    return row[:head] + markup.plain(row[head:]).replace("{", "").replace("<", "")


def _mend_timings(text: str) -> tuple[str, int]:
    """Give `00:00:01 --> 00:00:10` the milliseconds it lacks; and how many lines needed it."""
    mended = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal mended
        line, changes = _WITHOUT_FRACTION.subn(r"\1,000", match.group())
        mended += changes > 0
        return line

    return _TIMING.sub(mend, text), mended


def _vtt_cues(text: str) -> list[str]:
    """Blocks from their timing on: no notes, styles, regions or names of cues."""
    blocks: list[list[str]] = []
    inside = False
    for row in text.split("\n"):
        if "-->" in row:
            blocks.append([row])
            inside = True
        elif not row.strip():
            inside = False
        elif inside:
            blocks[-1].append(row)
    return ["\n".join(block) for block in blocks]


def _dialogue(text: str, skipped: Counter[str]) -> str:
    """The spoken lines alone: a broken style would make pysubs2 refuse the whole file."""
    spoken = [row for row in text.split("\n") if row.startswith("Dialogue:")]
    sound = [row for row in spoken if _DIALOGUE.match(row)]
    if len(sound) < len(spoken):
        skipped["subtitle_lines_unreadable"] += len(spoken) - len(sound)
    return "\n".join(sound)


def _refuse_entities(text: str, path: Path) -> None:
    """pysubs2 reads TTML with the standard library, which would expand entities."""
    try:
        fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise SubtitleError(
            f"{path.name} defines XML entities, which is refused. Save it as .srt.",
            zh=f"{path.name} 定义了 XML 实体，已拒绝。请另存为 .srt。",
        ) from error
    except Exception:
        return  # pysubs2 will say what is wrong with it
