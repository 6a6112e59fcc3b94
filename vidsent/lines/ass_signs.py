"""Which events of an ASS file are dialogue, and which are signs: what typesetters draw into the
picture, letter by letter and picture by picture, and the syllables of karaoke.

A converter may place every line of dialogue too; so where hardly a line stands without a place,
a place makes no sign.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from vidsent.lines import markup
from vidsent.lines.ass import Event

BRIEF_S = 0.2  # what is placed for a shorter time is one picture of a moving sign
LINE_S = 1.0  # what is only placed, for as long, in a style of dialogue, is a line
LEAST_PLAIN = 0.1  # of the different texts that stand at no place, where places make signs
LEAST_LETTERS = 4  # of a text that may be a line; syllables have fewer

_COMMANDS = re.compile(r"\{[^{}]{0,1000}\}")
_DRAWING = re.compile(r"\\p[1-9]")
_PLACED = re.compile(r"\\(?:pos|move|org|i?clip|fr[xyz]?-?\d|fa[xy]-?[\d.])")
_BARE = re.compile(r"\\(?:pos|an?\d|fad|[ibuq][01])")  # what a line in dialogue may have
_COMMAND = re.compile(r"\\[0-9]?[a-zA-Z]")
_SUNG = re.compile(r"\\(?:k[fot]?|K)\d")
_SIGN_STYLE = re.compile(
    r"(?<![a-z])(?:signs?|typeset(?:ting)?|ts|screens?|titles?|staff|credits?|notes?|rou?maji|kanji|"
    r"furigana|kara(?:oke)?|fx|"
    r"[eé]criteaux?|panneaux?|titres?|cartel(?:es)?|letreros?|t[ií]tulos?|placas?|schild(?:er)?)"
    r"(?![a-z])|надпис|看板|屏幕?字|屏显|标题|標題|注释|注釋|特效|制作|staff",
    re.IGNORECASE,
)
_SONG_STYLE = re.compile(
    r"(?<![a-z])(?:op|ed|opening|ending|songs?|lyrics?|insert)(?![a-z])|歌词|歌詞|片头|片尾|插曲",
    re.IGNORECASE,
)
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # OpRomaji, OPRomaji
_EFFECTS = ("fx", "karaoke", "template", "code", "banner", "scroll")


class Kind(Enum):
    """What an event is, as far as it tells by itself."""

    PLAIN = "a line at the usual place"
    PLACED = "a line or a sign somewhere in the picture"
    SUNG = "a line with the times of its syllables"
    SIGN = "part of a sign or an effect"


def dialogue(events: Iterable[Event], skipped: Counter[str]) -> list[Event]:
    """The events that are said; `skipped` gains the others as "subtitle_signs"."""
    events = list(events)
    kinds = _with_placed_lines(events, [_kind(event) for event in events])
    said = _said_kinds(events, kinds)
    kept = [event for event, kind in zip(events, kinds, strict=True) if kind in said]
    if len(kept) < len(events):
        skipped["subtitle_signs"] += len(events) - len(kept)
    return kept


def _kind(event: Event) -> Kind:
    commands = "".join(_COMMANDS.findall(event.text[: markup.LONGEST]))
    placed = _PLACED.search(commands) is not None
    style = _CASES.sub(" ", event.style).replace("_", " ")
    if _DRAWING.search(commands) or event.effect.lower().startswith(_EFFECTS):
        return Kind.SIGN
    if event.start_s == event.end_s:  # shown for no time: what a typesetter keeps for himself
        return Kind.SIGN
    if _SIGN_STYLE.search(style) or (placed and event.end_s - event.start_s < BRIEF_S):
        return Kind.SIGN
    if _SUNG.search(commands):
        return Kind.SUNG
    if placed:
        return Kind.SIGN if _SONG_STYLE.search(style) else Kind.PLACED
    return Kind.PLAIN


def _with_placed_lines(events: Sequence[Event], kinds: Sequence[Kind]) -> list[Kind]:
    """The kinds, lines of dialogue that only stand elsewhere told from signs by their style."""
    used = Counter(zip((event.style for event in events), kinds, strict=True))
    return [
        Kind.PLAIN
        if kind is Kind.PLACED
        and used[event.style, Kind.PLAIN] >= used[event.style, Kind.PLACED]
        and event.end_s - event.start_s >= LINE_S
        and _is_bare(event.text[: markup.LONGEST])
        else kind
        for event, kind in zip(events, kinds, strict=True)
    ]


def _is_bare(text: str) -> bool:
    """Whether nothing but the place of a text is set."""
    commands = "".join(_COMMANDS.findall(text))
    return len(_COMMAND.findall(commands)) == len(_BARE.findall(commands))


def _said_kinds(events: Sequence[Event], kinds: Sequence[Kind]) -> tuple[Kind, ...]:
    """Lines at the usual place; lines at any place, or sung, where there are hardly others."""
    texts: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for event, kind in zip(events, kinds, strict=True):
        texts[kind].add(_COMMANDS.sub("", event.text[: markup.LONGEST]))
    plain = len(texts[Kind.PLAIN])
    placed = sum(len(text) >= LEAST_LETTERS or not text.isascii() for text in texts[Kind.PLACED])
    if plain and plain >= LEAST_PLAIN * (plain + placed):
        return (Kind.PLAIN,)
    if placed:
        return (Kind.PLAIN, Kind.PLACED)
    return (Kind.SUNG,)
