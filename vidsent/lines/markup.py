"""Take away from a subtitle what nobody says: markup, speakers' names, music signs, noises.

Every repeat in a pattern is bounded: a hostile file must not make matching slow.
"""

from __future__ import annotations

import html
import re

LONGEST = 20_000  # characters of one subtitle, markup included, that are looked at
MOST_OPENINGS = 4  # dashes and names before what is said: "- >> JOHN: Run!"

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_OVERRIDE = re.compile(r"\{(?:\\|[a-zA-Z]:)[^{}]{0,1000}\}")  # {\an8}, {Y:i}
_BRACES = re.compile(r"\{[^{}]{0,1000}\}")
_DRAWING = re.compile(r"\\p[1-9]")
_BREAK = re.compile(r"\\[Nn]|\r\n?|\n")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)
_NOTES = re.compile("[♩♪♫♬🎵🎶]")
_MUSIC = " \t#*"  # at both ends of what is sung
_DASH = re.compile(r"[-–—]{1,2}\s{0,3}(?=[^\W\d]|[\[(（【])")  # a change of speaker; not "-5"
# Who speaks: "JOHN:", "MAN #2:", ">>"; and in brackets "[Alba]", "(JOHN)", 【旁白】, see _aside.
_SPEAKER = re.compile(r">>+\s{0,4}|[A-ZÀ-Þ][A-ZÀ-Þ0-9\x20.'\#-]{1,24}:(?:\s|$)")
_ASIDE = re.compile(
    r"[\[(](?P<latin>[^\[\]()\u3400-\u9fff]{1,60})[\])]:?(?=\s|$|[^\w])"
    r"|[【（](?P<han>[\u3400-\u9fff]{1,6})[】）][:：]?"
)
# A sound that a person makes says how they feel ("[sobbing]", （笑）); other noises say nothing.
_FELT = re.compile(
    r"\b(?:laugh|chuckl|giggl|snicker|cackl|cheer|whoop|sob|cr(?:y|ies|ied)|weep|wail|whimper|"
    r"sniff|scream|shriek|yell|shout|gasp|sigh|groan|moan|growl|snarl|tears?\b|ang(?:ry|rily)|"
    r"sad|happ|excite|scare|terrif|shock|nervous|disgust|frustrat)|[笑哭泣叹怒吼喊惊怕]|尖叫",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"\b(?:applau|clapping|music|songs?\b|sing(?:s|ing)\b|humming|instrumental|theme\b|silence|"
    r"inaudible|indistinct|unintelligible|chatter|murmur|conversation|announcer|speaks|speaking|"
    r"foreign|thunder|rain(?:ing)?\b|wind\b|beep|buzz|ring(?:s|ing)\b|chim(?:e|ing)|bells?\b|"
    r"alarm|siren|slam|knock|doors?\b|footsteps|engine|cars?\b|horn|honk|tires|gunshot|gunfire|"
    r"explosion|crash|bark|whistl|typing|click|static\b|cough|clears\s+throat)",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\b(?:i|you|he|she|it|we|they|my|your)\b", re.IGNORECASE)  # not a noise
_SAYS = re.compile(f"{_FELT.pattern}|{_REMARK.pattern}", re.IGNORECASE)  # something, and stays
_HAN_NOISES = ("音乐", "掌声", "鼓掌", "歌声", "铃声", "雷声", "雨声", "枪声", "敲门声", "背景音乐")


def rows(raw: str, hide_braces: bool = False) -> list[str]:
    """The rows of text that a subtitle shows, empty ones left out.

    `hide_braces` hides everything in braces, as ASS does; else only what is clearly a command.
    """
    raw = raw[:LONGEST]
    braces = _BRACES if hide_braces else _OVERRIDE
    if any(_DRAWING.search(command) for command in braces.findall(raw)):
        return []  # the text is the outline of a shape
    shown = braces.sub("", raw).replace(r"\h", " ")
    found = (_row(row) for row in _BREAK.split(shown))
    return [row for row in found if row]


def uncommanded(raw: str) -> str:
    """The text of an ASS event as viewers typed it: without commands, on one row."""
    return _BREAK.sub(" ", _BRACES.sub("", raw[:LONGEST])).replace(r"\h", " ")


def plain(raw: str) -> str:
    """The text without commands in braces and without tags."""
    return _TAG.sub("", _OVERRIDE.sub("", raw))


def _row(row: str) -> str:
    row = _UNSEEN.sub("", html.unescape(_TAG.sub("", row)))
    row = " ".join(_NOTES.sub(" ", row).split()).strip(_MUSIC)
    for _ in range(MOST_OPENINGS):
        bare = _opened(row).strip(_MUSIC)
        if bare == row:
            break
        row = bare
    row = " ".join(_ASIDE.sub(_aside, row).split()).strip(_MUSIC)
    return row if any(character.isalnum() or character > "\u2fff" for character in row) else ""


def _opened(row: str) -> str:
    """A row without one dash, name or bracket with a name that it begins with."""
    if opening := _DASH.match(row) or _SPEAKER.match(row):
        return row[opening.end() :]
    opening = _ASIDE.match(row)
    if opening and _is_name(opening) and not _SAYS.search(opening.group()):
        return row[opening.end() :]
    return row


def _is_name(aside: re.Match[str]) -> bool:
    return aside["han"] is not None or aside["latin"][0].isupper()


def _aside(aside: re.Match[str]) -> str:
    """Nothing for a noise in brackets; what is felt, an emote or a remark stays."""
    said = aside["latin"] or aside["han"]
    noise = said in _HAN_NOISES or _NOISE.search(said)
    return " " if noise and not _SAYS.search(said) else aside.group()
