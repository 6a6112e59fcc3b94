"""Comments that viewers threw at a moment of a video: Bilibili and Niconico XML, super chats too.

Who wrote a comment is in the file as a hash; it is not read. Entities and document types are
refused, because no such file has them and they serve only to attack its reader.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from vidsent.core.errors import SubtitleError
from vidsent.lines import danmaku_scan, xml_text

SHOWN_S = 4.0  # how long a comment crosses the picture
NICONICO_TICKS = 100.0  # `vpos` counts hundredths of a second
ADVANCED = "7"  # Bilibili's positioned comments: a JSON list with the text as its fifth entry
LONGEST_TIME = 12  # digits of whole seconds; the number of a comment has more
SCRIPTS = ("8", "9")  # Bilibili's programs

LATEST_S = 1e7  # some months; what is later is no time of a video

_MARKERS = re.compile(r"<(?:d\s[^<>]{0,400}?\bp|chat\s[^<>]{0,400}?vpos|sc\s[^<>]{0,400}?\bts)\s*=")


class Comment(NamedTuple):
    """What was written, and when in the video it appears."""

    start_s: float
    text: str


def is_danmaku(text: str) -> bool:
    """Whether the text of a file holds such comments."""
    return text.lstrip().startswith("<") and _MARKERS.search(text) is not None


def read_comments(text: str, skipped: Counter[str]) -> Iterator[Comment]:
    """The comments in the order of the file; raises SubtitleError when the XML is hostile.

    Where the XML is broken, what follows is read comment by comment. `skipped` gains comments that
    are none or have lost their end, and whether the file was cut short.
    """
    text = xml_text.mended(text)
    done = 0
    try:
        for element in _elements(text):
            done += 1
            yield from _read(element.tag, element.attrib, element.text or "", skipped)
    except DefusedXmlException as error:
        raise SubtitleError(
            "The danmaku file defines XML entities, which is refused. Download it again.",
            zh="弹幕文件定义了 XML 实体，已拒绝。请重新下载。",
        ) from error
    except (ParseError, ValueError, LookupError):  # the last two for encodings that are none
        for found in danmaku_scan.elements(text, skipped, after=done):
            yield from _read(*found, skipped)


def _elements(text: str) -> Iterator[Any]:
    """The elements of comments, each read and then freed; raises ParseError where XML ends."""
    root: Any = None
    inside = False
    source = io.BytesIO(text.encode())
    for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
        if root is None:
            root = element
        if element.tag not in danmaku_scan.TAGS:
            continue
        if event == "start" and inside:
            raise ParseError("a comment inside a comment: the outer one has lost its end")
        inside = event == "start"
        if event == "end":
            yield element
            root.clear()  # else the whole tree stays in memory


def _read(
    tag: str, attributes: Mapping[str, str], text: str, skipped: Counter[str]
) -> Iterator[Comment]:
    """The comment of an element, if it is one; else it is counted."""
    if tag == "d":
        comment = _bilibili(attributes.get("p", "").split(",", 4), text)
    elif tag == "chat":
        comment = comment_of(attributes.get("vpos", ""), text, NICONICO_TICKS)
    else:  # <sc ts="seconds" price="30">text</sc>, what somebody paid for
        comment = comment_of(attributes.get("ts", ""), text)
    if comment is None:
        skipped["danmaku_unreadable"] += 1
    else:
        yield comment


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
    if not 0 <= start_s <= LATEST_S:
        return None
    return Comment(start_s, _advanced(text) if mode == ADVANCED else text)


def _bilibili(fields: list[str], text: str) -> Comment | None:
    """`<d p="seconds,mode,size,colour,...">text</d>`, or of the program for Windows
    `<d p="number,0,milliseconds,mode,size,...">`."""
    time, mode, third, fourth = (*fields, "", "", "", "")[:4]
    if len(time) > LONGEST_TIME and "." not in time:
        return comment_of(third, text, 1000.0, fourth)
    return comment_of(time, text, mode=mode)


def _advanced(text: str) -> str:
    try:
        return str(json.loads(text)[4])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
