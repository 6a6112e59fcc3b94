"""Comments in the JSON of several sites and players."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from vidsent.lines.danmaku import Comment
from vidsent.lines.danmaku_json import read_danmaku_json

TOLD = [Comment(0.0, "first"), Comment(12.5, "哈哈")]


def read(value: Any) -> tuple[list[Comment] | None, dict[str, int]]:
    skipped: Counter[str] = Counter()
    found = read_danmaku_json(value, skipped)
    return (None if found is None else list(found)), dict(skipped)


@pytest.mark.parametrize(
    "value",
    [
        [
            {"id": 1, "mode": 1, "midHash": "5bd04b14", "content": "first"},  # at 0, left out
            {"id": 2, "progress": 12500, "mode": 1, "content": "哈哈", "ctime": 1626077354},
        ],
        {"elems": [{"progress": 0, "content": "first"}, {"progress": 12500, "content": "哈哈"}]},
        {"code": 0, "data": [[0, 0, "#fff", "a", "first"], [12.5, 1, 16777215, "b", "哈哈"]]},
        {"count": 2, "comments": [{"p": "0,1,25", "m": "first"}, {"p": "12.5,1,25", "m": "哈哈"}]},
        [{"time": 0, "text": "first"}, {"time": 12.5, "text": "哈哈", "mode": 0}],
        {"data": {"list": [{"time": "0", "text": "first"}, {"time": "12.5", "text": "哈哈"}]}},
        {"barrage_list": [
            {"time_offset": "0", "content": "first"},
            {"time_offset": "12500", "content": "哈哈"},
        ]},
        [
            {"thread": {"thread": "1"}},
            {"chat": {"vpos": 0, "content": "first"}},
            {"chat": {"vpos": 1250, "content": "哈哈"}},
        ],
        {"data": {"globalComments": [], "threads": [
            {"id": "1", "fork": "owner", "comments": []},
            {"id": "1", "fork": "main", "comments": [{"vposMs": 0, "body": "first"}]},
            {"id": "2", "fork": "easy", "comments": [{"vposMs": 12500, "body": "哈哈"}]},
        ]}},
        {"result": 0, "danmakus": [
            {"position": 0, "mode": 1, "body": "first"},
            {"position": 12500, "mode": 1, "body": "哈哈"},
        ]},
        [[], [{"c": "0,16777215,1,25", "m": "first"}], [{"c": "12.5,16777215,1,25", "m": "哈哈"}]],
        {"video": {"title": "x"}, "comments": [
            {"content_offset_seconds": 0, "message": {"body": "first"}},
            {"content_offset_seconds": 12.5, "message": {"body": "哈哈"}},
        ]},
        [{"data": {"video": {"comments": {"edges": [
            {"node": {"contentOffsetSeconds": 0, "message": {"fragments": [{"text": "first"}]}}},
            {"node": {"contentOffsetSeconds": 12.5, "message": {
                "fragments": [{"text": "哈"}, {"text": "哈", "emote": {}}]
            }}},
        ]}}}}],
        [{"attributes": {"video-offset": 0, "message": "first"}},
         {"attributes": {"video-offset": 12500, "message": "哈哈"}}],
        [{"time_in_seconds": 0, "message": "first"}, {"time_in_seconds": 12.5, "message": "哈哈"}],
        [
            {"replayChatItemAction": {"videoOffsetTimeMsec": "0", "actions": [
                {"addChatItemAction": {"item": {"liveChatTextMessageRenderer": {
                    "message": {"runs": [{"text": "first"}]}, "authorName": {"simpleText": "x"}
                }}}},
                {"addLiveChatTickerItemAction": {}},
            ]}},
            {"replayChatItemAction": {"videoOffsetTimeMsec": "12500", "actions": [
                {"addChatItemAction": {"item": {"liveChatPaidMessageRenderer": {
                    "message": {"runs": [{"text": "哈"}, {"emoji": {"emojiId": "哈"}}]}
                }}}},
            ]}},
        ],
    ],
    ids=["bilibili", "elems", "dplayer", "p,m", "artplayer", "nested", "offsets", "niconico",
         "threads", "acfun", "old acfun", "twitch", "twitch pages", "rechat", "chat-downloader",
         "youtube"],
)  # fmt: skip
def test_every_form_gives_the_same_comments(value: Any) -> None:
    comments, skipped = read(value)
    assert comments == TOLD
    assert sum(skipped.values()) == (1 if "'thread'" in str(value) else 0)


def test_programs_and_broken_entries_are_counted() -> None:
    positioned = json.dumps([0, 0, "1-1", 4.5, "好看"])
    comments, skipped = read(
        [
            {"progress": 1000, "mode": 8, "content": "run()"},
            {"progress": 2000, "mode": 7, "content": positioned},
            {"progress": "soon", "content": "x"},
            {"progress": -5, "content": "x"},
            {"progress": 1e400, "content": "x"},
            {"progress": 1000},
            [1, 2],
            None,
        ]
    )
    assert comments == [Comment(2.0, "好看")]
    assert skipped == {"danmaku_unreadable": 7}


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        [],
        {"data": 3},
        [{"start": 1, "end": 2, "text": "hi"}],
        [[1, 0, "red"]],
        [[[[[[]]]]]],
    ],
)
def test_other_values_are_no_comments(value: Any) -> None:
    assert read(value) == (None, {})
