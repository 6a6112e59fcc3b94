"""SAMI, MicroDVD, MPL2 and TMPlayer through pysubs2, with what it would trip over put right."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from pysubs2 import SSAEvent, SSAFile
from pysubs2.exceptions import FormatAutodetectionError, UnknownFPSError
from pysubs2.formats import FILE_EXTENSION_TO_FORMAT_IDENTIFIER, autodetect_format

from vidsent.core.errors import SubtitleError
from vidsent.lines import markup
from vidsent.lines.cues import Cue

FORMATS = frozenset(("sami", "microdvd", "mpl2", "tmp"))
HEAD = 10_000  # characters that tell the format

_FRAMES = re.compile(r" {0,9}\{ {0,9}\d{1,9} {0,9}\} {0,9}\{ {0,9}\d{1,9} {0,9}\}")
_TIMECODE = re.compile(r"\s{0,9}\d{1,2}:\d\d:\d\d[:;]\d\d\s{0,3}[\t,;|-]?\s{0,3}\d")


def is_player_format(head: str) -> bool:
    """Whether the beginning of a file is in one of these formats."""
    return bool(_formats(head))


def read_player_format(text: str, path: Path, frame_rate: float | None) -> list[Cue]:
    """The cues of the file at `path` with content `text`; raises SubtitleError."""
    name = _format(text[:HEAD], path)
    if name in ("microdvd", "tmp"):
        text = "\n".join(map(_without_commands, text.split("\n")))
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
    return [_cue(event) for event in parsed if event.type == "Dialogue"]


def _cue(event: SSAEvent) -> Cue:
    # subtle: not event.plaintext, whose pattern is slow on hostile braces
    return Cue(event.start / 1000, event.end / 1000, markup.rows(event.text))


def _format(head: str, path: Path) -> str:
    """pysubs2's name for the format, from the content and, where that is unclear, the file name."""
    found = _formats(head)
    by_name = FILE_EXTENSION_TO_FORMAT_IDENTIFIER.get(path.suffix.lower(), "")
    if not found:
        raise SubtitleError(
            f"{path.name} is in no subtitle format that vidsent reads. Save it as .srt or .vtt.",
            zh=f"{path.name} 的格式无法读取。请另存为 .srt 或 .vtt。",
        )
    return by_name if by_name in found else min(found)


def _formats(head: str) -> set[str]:
    """The formats that the beginning of a file may be."""
    try:
        found = {autodetect_format(head)}
    except FormatAutodetectionError as error:
        found = set(error.formats)
    if any(_TIMECODE.match(row) for row in head.split("\n")):
        found.discard("tmp")  # which ends its times in seconds; this is a format of broadcasters
    return found & FORMATS


def _without_commands(row: str) -> str:
    """A row without {Y:i} and tags: pysubs2's search for them is slow on unclosed ones."""
    frames = _FRAMES.match(row)
    head = frames.end() if frames else 0
    return row[:head] + markup.plain(row[head:]).replace("{", "").replace("<", "")
