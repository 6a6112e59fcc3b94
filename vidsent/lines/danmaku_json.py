"""Comments that viewers threw at a moment of a video, as JSON.

Read are lists of objects with a time and a text, as Bilibili's segments are exported
({"progress": 1500, "content": ..., "mode": 1}), as players and other sites have them
({"time": 1.5, "text": ...}, {"chat": {"vpos": 150, "content": ...}}) and with the time in a
string ({"p": "1.5,1,...", "m": ...}); and DPlayer's rows [1.5, 0, "white", "author", text].
They may lie inside an object. As in XML, who wrote a comment is not read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from vidsent.lines.danmaku import Comment, comment_of

TEXT_KEYS = ("content", "text", "m", "body")
TIME_KEYS = {  # where the time is, and how many of it make a second
    "progress": 1000.0,
    "time_offset": 1000.0,
    "vposMs": 1000.0,
    "vpos": 100.0,
    "time": 1.0,
    "timepoint": 1.0,
    "p": 1.0,  # the first entry of a list, and the mode is the second
}
WRAPPERS = ("data", "comments", "elems", "danmaku", "danmakus", "danmuku", "barrage_list", "list")
DEEPEST = 3  # objects around the list
ROW = 5  # entries of one of DPlayer's rows, the last of which is the text
LOOKED_AT = 20  # entries that tell whether a list holds comments


def read_json(text: str, skipped: Counter[str]) -> Iterator[Comment] | None:
    """The comments in the order of the file; None where the text is no such JSON."""
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        found = _list(json.loads(text), DEEPEST)
    except (ValueError, RecursionError):
        return None
    return None if found is None else _comments(found, skipped)


def _list(value: Any, deep: int) -> list[Any] | None:
    """The list of comments in a JSON value, looked for in the usual places."""
    if isinstance(value, list):
        return value if any(_is_comment(each) for each in value[:LOOKED_AT]) else None
    if isinstance(value, dict) and deep:
        inner = (_list(value[key], deep - 1) for key in WRAPPERS if key in value)
        return next((each for each in inner if each is not None), None)
    return None


def _is_comment(entry: Any) -> bool:
    if isinstance(entry, list):
        return _comment(entry) is not None
    entry = _inner(entry)
    return isinstance(entry, dict) and not entry.keys().isdisjoint(TIME_KEYS) and _has_text(entry)


def _has_text(entry: dict[str, Any]) -> bool:
    return any(isinstance(entry.get(key), str) for key in TEXT_KEYS)


def _inner(entry: Any) -> Any:
    return entry.get("chat", entry) if isinstance(entry, dict) else entry


def _comments(entries: list[Any], skipped: Counter[str]) -> Iterator[Comment]:
    for entry in entries:
        comment = _comment(_inner(entry))
        if comment is None:
            skipped["danmaku_unreadable"] += 1
        else:
            yield comment


def _comment(entry: Any) -> Comment | None:
    if isinstance(entry, list):
        is_row = len(entry) == ROW and isinstance(entry[-1], str)
        return comment_of(str(entry[0]), entry[-1]) if is_row else None
    if not isinstance(entry, dict) or not _has_text(entry):
        return None
    text = next(entry[key] for key in TEXT_KEYS if isinstance(entry.get(key), str))
    # Bilibili's exporters leave out a progress of 0
    key = next((key for key in TIME_KEYS if key in entry), "progress")
    time, mode = str(entry.get(key, 0)), str(entry.get("mode", ""))
    if key == "p":
        time, mode = (*time.split(",", 2), "")[:2]
    return comment_of(time, text, TIME_KEYS[key], mode)
