"""Comments that viewers threw at a moment of a video: Bilibili and Niconico XML.

Who wrote a comment is in the file as a hash; it is not read. Entities and document types are
refused, because no such file has them and they serve only to attack its reader.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from vidsent.core.errors import SubtitleError

SHOWN_S = 4.0  # how long a comment crosses the picture
NICONICO_TICKS = 100.0  # `vpos` counts hundredths of a second
ADVANCED = "7"  # Bilibili's positioned comments: a JSON list with the text as its fifth entry
SCRIPTS = ("8", "9")  # Bilibili's programs

_MARKERS = re.compile(r"<(?:d\s+p|chat\s[^<>]*vpos)\s*=")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")  # its encoding is no longer true
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0


class Comment(NamedTuple):
    """What was written, and when in the video it appears."""

    start_s: float
    text: str


def is_danmaku(text: str) -> bool:
    """Whether the text of a file holds such comments."""
    return text.lstrip().startswith("<") and _MARKERS.search(text) is not None


def read_comments(text: str, skipped: Counter[str]) -> Iterator[Comment]:
    """The comments in the order of the file; raises SubtitleError when the XML is hostile.

    A file that was cut short gives what came before the cut.
    """
    source = io.BytesIO(_ILLEGAL.sub("", _DECLARATION.sub("", text)).encode())
    root: Any = None
    try:
        for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
            if root is None:
                root = element
            if event == "end" and element.tag in ("d", "chat"):
                comment = _bilibili(element) if element.tag == "d" else _niconico(element)
                if comment is None:
                    skipped["danmaku_unreadable"] += 1
                else:
                    yield comment
                root.clear()  # else the whole tree stays in memory
    except DefusedXmlException as error:
        raise SubtitleError(
            "The danmaku file defines XML entities, which is refused. Download it again.",
            zh="弹幕文件定义了 XML 实体，已拒绝。请重新下载。",
        ) from error
    except ParseError:
        skipped["danmaku_file_cut_short"] += 1


def comment_of(time: str, text: str, ticks: float = 1.0, mode: str = "") -> Comment | None:
    """A comment `time` / `ticks` seconds into the video, shown in Bilibili's `mode`.

    None for an impossible time and for what is a program rather than a comment.
    """
    if mode in SCRIPTS:
        return None
    try:
        start_s = float(time) / ticks
    except ValueError:
        return None
    if not (math.isfinite(start_s) and start_s >= 0):
        return None
    return Comment(start_s, _advanced(text) if mode == ADVANCED else text)


def _bilibili(element: Any) -> Comment | None:
    """`<d p="seconds,mode,size,colour,...">text</d>`; None for what is no readable comment."""
    time, _, rest = str(element.get("p", "")).partition(",")
    return comment_of(time, element.text or "", mode=rest.partition(",")[0])


def _niconico(element: Any) -> Comment | None:
    return comment_of(element.get("vpos", ""), element.text or "", NICONICO_TICKS)


def _advanced(text: str) -> str:
    try:
        return str(json.loads(text)[4])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
