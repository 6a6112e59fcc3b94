"""Comments of viewers that a converter saved as ASS, to be drawn over a video by any player.

They cross the picture from right to left; those that stood at its top or bottom are placed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from vidsent.lines import markup
from vidsent.lines.ass import Event
from vidsent.lines.danmaku import Comment

LEAST_SHARE = 0.5  # of the events that cross the picture, where no converter left its name
LEAST_OF_PLACED = 0.1  # the same where no event stands at the usual place
HEAD = 200  # characters of an event that hold its place

_NUMBER = r"\s{0,3}(-?\d{1,6}(?:\.\d{1,6})?)\s{0,3}"
_MOVE = re.compile(rf"\\move\({_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}")
_PLACED = re.compile(r"\\(?:move|pos)\(|\\an?\d")
_DRAWING = re.compile(r"\\p[1-9]")
_COMMANDS = re.compile(r"\{[^{}]{0,1000}\}")
_CONVERTER = re.compile(
    r"danmak?u|bili ?ass|bbdown|nico2ass|niconvert|comment2ass|弹幕|彈幕", re.IGNORECASE
)
_STYLE = re.compile(
    r"^(?:r2l|l2r|top|btm|bottom|danmak?u?.*|bili.*|bbdown.*|nico.*|fix|moving|alternatively|acplay|"
    r"sp|message_?box|super.?chat|.*弹幕.*|滚动.*|顶部.*|底部.*)$",
    re.IGNORECASE,
)
_BOX = re.compile(r"message_?box|super.?chat|gift", re.IGNORECASE)  # names and prices stand in it


def is_danmaku(head: str, events: Sequence[Event]) -> bool:
    """Whether the events are comments: by the converter's name in `head`, or by how they move."""
    events = [event for event in events if not _DRAWING.search(event.text[:HEAD])]
    if not events:
        return False
    crossing = sum(map(_crosses, events))
    all_placed = all(_PLACED.search(event.text[:HEAD]) for event in events)
    if _CONVERTER.search(head.partition("[Events]")[0]):
        return crossing > 0 or all_placed
    return crossing >= (LEAST_OF_PLACED if all_placed else LEAST_SHARE) * len(events)


def split(events: Sequence[Event], skipped: Counter[str]) -> tuple[list[Comment], list[Event]]:
    """The comments, and the events that are subtitles among them.

    `skipped` gains drawings and boxes as "danmaku_unreadable".
    """
    comments: list[Comment] = []
    others: list[Event] = []
    for event in events:
        commands = "".join(_COMMANDS.findall(event.text[: markup.LONGEST]))
        if _DRAWING.search(commands) or _BOX.search(event.style) or event.start_s < 0:
            skipped["danmaku_unreadable"] += 1
        elif _PLACED.search(commands) or _STYLE.match(event.style):
            comments.append(Comment(event.start_s, markup.uncommanded(event.text)))
        else:
            others.append(event)
    return comments, others


def _crosses(event: Event) -> bool:
    match = _MOVE.search(event.text[: markup.LONGEST])
    if match is None:
        return False
    from_x, from_y, to_x, to_y = map(float, match.groups())
    return from_x > to_x and abs(from_y - to_y) < 1 and to_x <= 0 < from_x
