"""The events of an ASS or SSA file, by the fields that its own Format row names.

What they are, dialogue, a sign or a comment of a viewer, is for `ass_signs` and `ass_danmaku`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from vidsent.lines.clock import seconds

_BEGINNING = re.compile(
    r"^\s{0,4}(?:\[Script Info\]|\[Events\]|\[V4\+? Styles\]"
    r"|Dialogue:(?:[^,\n]{0,40},)?\s{0,4}\d{1,3}:\d\d:\d\d)",
    re.MULTILINE | re.IGNORECASE,
)
FIELDS = (  # where no Format row stands above the events
    "layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"
)  # fmt: skip
NEEDED = ("start", "end", "text")
ALIASES = {"actor": "name", "marked": "layer"}


class Event(NamedTuple):
    """One event: seconds, the style's name, its effect, and the text with its commands."""

    start_s: float
    end_s: float
    style: str
    effect: str
    text: str


def is_ass(head: str) -> bool:
    """Whether the beginning of a file is that of ASS or SSA."""
    return _BEGINNING.search(head) is not None


def read_events(text: str, skipped: Counter[str]) -> list[Event]:
    """The events that are shown, in the order of the file; broken ones are counted."""
    events: list[Event] = []
    fields: tuple[str, ...] = FIELDS
    section = "[events]"
    for row in text.split("\n"):
        name, colon, rest = row.lstrip().partition(":")
        if row.lstrip().startswith("["):
            section = row.strip().lower()
        elif colon and name == "Format" and section == "[events]":
            fields = _fields(rest)
        elif colon and name == "Dialogue":
            event = _event(rest, fields)
            if event is None:
                skipped["subtitle_lines_unreadable"] += 1
            else:
                events.append(event)
    return events


def _fields(row: str) -> tuple[str, ...]:
    """The names of the fields, as FIELDS where the row names no time or no text."""
    names = [name.strip().lower() for name in row.split(",")]
    found = tuple(ALIASES.get(name, name) for name in names)
    return found if all(name in found for name in NEEDED) else FIELDS


def _event(row: str, fields: tuple[str, ...]) -> Event | None:
    values = _values(row, fields)
    if values is None:
        return None
    start_s, end_s = seconds(values["start"]), seconds(values["end"])
    if start_s is None or end_s is None:
        return None
    style, effect = values.get("style", ""), values.get("effect", "")
    return Event(start_s, end_s, style.strip().lstrip("*"), effect.strip(), values["text"])


def _values(row: str, fields: tuple[str, ...]) -> dict[str, str] | None:
    """The fields of a row by name; the text may hold commas wherever it stands."""
    after = len(fields) - 1 - fields.index("text")
    parts = row.strip().split(",", len(fields) - 1 - after)
    if after and parts:
        parts[-1:] = parts[-1].rsplit(",", after)
    return dict(zip(fields, parts, strict=True)) if len(parts) == len(fields) else None
