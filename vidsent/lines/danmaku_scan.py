"""Comments one by one in XML that is broken: each from its own start tag to its own end tag.

Programs that record live comments write a bare quote or bracket, or glue two files together; one
bad comment must not take those after it along. Entities of the file's own are never expanded.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

TAGS = ("d", "chat", "sc")
LONGEST_TAG = 20_000  # characters of a start tag
MOST_BRACKETS = 8  # ">" inside one start tag

_START = re.compile(r"<(d|chat|sc)(?=\s)")
_ATTRIBUTE = re.compile(r"\s([A-Za-z]\w{0,30})\s?=\s?(?:\"([^\"]{0,4000})\"|'([^']{0,4000})')")
_CDATA = re.compile(r"\A\s{0,9}<!\[CDATA\[(.*)\]\]>\s{0,9}\Z", re.DOTALL)
_LAST = re.compile(r"</([A-Za-z][\w:.-]{0,60})\s{0,9}>\s{0,99}\Z")
LAST = 200  # characters that hold the last tag

Element = tuple[str, dict[str, str], str]


def elements(text: str, skipped: Counter[str], after: int = 0) -> Iterator[Element]:
    """Tag, attributes and text of each comment behind the first `after` ones.

    `skipped` gains "danmaku_unreadable" for one without an end of its own, and
    "danmaku_file_cut_short" where the file stops before its end.
    """
    starts = list(_START.finditer(text))
    cut_short = not _is_whole(text)
    for number, start in enumerate(starts):
        following = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        found = _element(text, start, following)
        if found is None and following == len(text) and cut_short:
            break
        if number < after:
            continue
        if found is None:
            skipped["danmaku_unreadable"] += 1
        else:
            yield found
    if cut_short:
        skipped["danmaku_file_cut_short"] += 1


def _element(text: str, start: re.Match[str], following: int) -> Element | None:
    """The element that begins at a start tag; None where the next one begins before its end."""
    tag_end = _tag_end(text, start.end(), following)
    if tag_end < 0:
        return None
    attributes = {
        name: html.unescape(double or single)
        for name, double, single in _ATTRIBUTE.findall(text[start.end() : tag_end])
    }
    if text[tag_end - 1] == "/":
        return start[1], attributes, ""
    end = text.find(f"</{start[1]}>", tag_end, following)
    if end < 0:
        return None
    inner = text[tag_end + 1 : end]
    cdata = _CDATA.match(inner)
    return start[1], attributes, cdata[1] if cdata else html.unescape(inner)


def _tag_end(text: str, begin: int, following: int) -> int:
    """Where the start tag ends: the first ">" outside quotes, -1 where there is none."""
    limit = min(begin + LONGEST_TAG, following)
    first = at = text.find(">", begin, limit)
    for _ in range(MOST_BRACKETS):
        if at < 0 or text.count('"', begin, at) % 2 == 0:
            break
        at = text.find(">", at + 1, limit)
    return at if at >= 0 else first


def _is_whole(text: str) -> bool:
    """Whether the end tag of what holds the comments stands at the end."""
    last = _LAST.search(text.rstrip()[-LAST:])
    return last is not None and last[1] not in TAGS
