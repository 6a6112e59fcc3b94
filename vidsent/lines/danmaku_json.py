"""Comments that viewers threw at a moment of a video, as JSON.

Read are lists of objects with a time and a text, as Bilibili's segments are exported
({"progress": 1500, "content": ..., "mode": 1}), as players and other sites have them
({"time": 1.5, "text": ...}, {"chat": {"vpos": 150, "content": ...}}) and with the time in a
string ({"p": "1.5,1,...", "m": ...}); DPlayer's rows [1.5, 0, "white", "author", text]; and chat
that ran beside a broadcast, of Twitch and YouTube. They may lie inside an object, or be several
lists one after the other. As in XML, who wrote a comment is not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from vidsent.lines.danmaku import Comment, comment_of

TEXT_KEYS = ("content", "text", "m", "body", "message")
TIME_KEYS = {  # where the time is, and how many of it make a second
    "progress": 1000.0,
    "time_offset": 1000.0,
    "vposMs": 1000.0,
    "vpos": 100.0,
    "content_offset_seconds": 1.0,  # Twitch
    "contentOffsetSeconds": 1.0,
    "video-offset": 1000.0,
    "videoOffsetTimeMsec": 1000.0,  # YouTube
    "time_in_seconds": 1.0,
    "playat": 1000.0,
    "time": 1.0,
    "timepoint": 1.0,
    "p": 1.0,  # the first entry of a list, and the mode is the second
    "c": 1.0,  # the same, mode third
    "position": 1000.0,  # AcFun
}
LISTED = {"p": 1, "c": 2}  # keys whose values are lists in a string: which entry is the mode
WRAPPERS = (
    "data", "comments", "elems", "danmaku", "danmakus", "danmuku", "barrage_list", "list",
    "threads", "video", "edges", "added", "result", "messages", "chat",
)  # fmt: skip
INNER = ("chat", "node", "attributes")  # objects around one comment
DEEPEST = 8  # objects around the list
ROW = 5  # entries of one of DPlayer's rows, the last of which is the text
LOOKED_AT = 20  # entries that tell whether a list holds comments
RENDERERS = ("liveChatTextMessageRenderer", "liveChatPaidMessageRenderer")


def read_danmaku_json(value: Any, skipped: Counter[str]) -> Iterator[Comment] | None:
    """The comments in a JSON value, in the order of the file; None where it holds none."""
    found = _list(value, DEEPEST)
    return None if found is None else _comments(found, skipped)


def _list(value: Any, deep: int) -> list[Any] | None:
    """The list of comments in a JSON value, looked for in the usual places."""
    if not deep:
        return None
    if isinstance(value, list):
        if any(_is_comment(each) for each in value[:LOOKED_AT]):
            return value
        if not any(_list(each, deep - 1) for each in value[:LOOKED_AT]):
            return None
        return [entry for each in value for entry in _list(each, deep - 1) or ()]
    if isinstance(value, dict):
        found = (_list(value[key], deep - 1) for key in WRAPPERS if key in value)
        return next((each for each in found if each is not None), None)
    return None


def _is_comment(entry: Any) -> bool:
    if isinstance(entry, list):
        return _comment(entry) is not None
    entry = _inner(entry)
    if not isinstance(entry, dict):
        return False
    if "replayChatItemAction" in entry:
        return True
    return not entry.keys().isdisjoint(TIME_KEYS) and _text(entry) is not None


def _text(entry: dict[str, Any]) -> str | None:
    """What was written; Twitch and YouTube keep it in pieces."""
    for key in TEXT_KEYS:
        value = entry.get(key)
        if isinstance(value, str):
            return value
        if key == "message" and isinstance(value, dict):
            return _pieces(value)
    return None


def _pieces(message: dict[str, Any]) -> str | None:
    if isinstance(body := message.get("body"), str):
        return body
    pieces = message.get("fragments") or message.get("runs")
    if not isinstance(pieces, list):
        return None
    return "".join(_piece(each) for each in pieces if isinstance(each, dict))


def _piece(piece: dict[str, Any]) -> str:
    """Text, or an emoji: itself where it is in Unicode, else its short name, such as :smile:."""
    if isinstance(text := piece.get("text"), str):
        return text
    emoji = piece.get("emoji")
    if not isinstance(emoji, dict):
        return ""
    if not emoji.get("isCustomEmoji") and isinstance(itself := emoji.get("emojiId"), str):
        return itself
    names = emoji.get("shortcuts")
    return str(names[0]) if isinstance(names, list) and names else ""


def _inner(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return next((entry[key] for key in INNER if isinstance(entry.get(key), dict)), entry)


def _comments(entries: list[Any], skipped: Counter[str]) -> Iterator[Comment]:
    for entry in entries:
        inner = _inner(entry)
        live = isinstance(inner, dict) and "replayChatItemAction" in inner
        for comment in _replayed(inner) if live else [_comment(inner)]:
            if comment is None:
                skipped["danmaku_unreadable"] += 1
            else:
                yield comment


def _comment(entry: Any) -> Comment | None:
    if isinstance(entry, list):
        is_row = len(entry) == ROW and isinstance(entry[-1], str)
        return comment_of(str(entry[0]), entry[-1]) if is_row else None
    if not isinstance(entry, dict) or (text := _text(entry)) is None:
        return None
    # Bilibili's exporters leave out a progress of 0
    key = next((key for key in TIME_KEYS if key in entry), "progress")
    time, mode = str(entry.get(key, 0)), str(entry.get("mode", ""))
    if key in LISTED:
        parts = time.split(",", 3)
        time, mode = parts[0], (parts + [""] * 3)[LISTED[key]]
    return comment_of(time, text, TIME_KEYS[key], mode)


def _replayed(entry: dict[str, Any]) -> Iterator[Comment | None]:
    """The comments of one moment of YouTube's live chat; stickers and notices are none."""
    replay = entry["replayChatItemAction"]
    if not isinstance(replay, dict) or not isinstance(replay.get("actions"), list):
        yield None
        return
    time = str(replay.get("videoOffsetTimeMsec", entry.get("videoOffsetTimeMsec", "")))
    for action in replay["actions"]:
        renderer = _renderer(action)
        message = renderer.get("message") if renderer else None
        if isinstance(message, dict):
            text = _pieces(message)
            yield None if text is None else comment_of(time, text, 1000.0)


def _renderer(action: Any) -> dict[str, Any] | None:
    for key in ("addChatItemAction", "item"):
        action = action.get(key) if isinstance(action, dict) else None
    if not isinstance(action, dict):
        return None
    return next((action[key] for key in RENDERERS if isinstance(action.get(key), dict)), None)
