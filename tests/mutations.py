"""Broken files: a number and a seed give the same one on every machine.

A case is one file of a corpus with one to three changes. Half of the places that are changed lie
near an end of the file, as that is where containers keep what everything else hangs on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

TEXT = (".srt", ".vtt", ".ass", ".xml", ".json", ".ttml", ".sub", ".smi", ".txt")
MOST_CHANGES = 3
MOST_BITS = 64
MOST_COPIES = 2_000  # of a duplicated range
MOST_ADDED = 300_000  # bytes, by duplicating
TEXT_SHARE = 0.4  # of all cases
# Sizes, counts and times that parsers trip over, as containers write them
EXTREMES = tuple(
    value.to_bytes(size, order)
    for size in (2, 4, 8)
    for value in (0, 1, 2 ** (8 * size) - 1, 2 ** (8 * size - 1) - 1, 2 ** (8 * size - 1))
    for order in ("big", "little")
)

Other = Callable[[], bytes]  # another file of the corpus


class Source(NamedTuple):
    """A sound file of the corpus."""

    name: str
    content: bytes


class Case(NamedTuple):
    """One broken file, and what was done to which."""

    name: str
    content: bytes
    told: str


def case(corpus: Sequence[Source], seed: int, number: int) -> Case:
    """Broken file `number` of a seed."""
    dice = random.Random(f"{seed}/{number}")
    wants_text = dice.random() < TEXT_SHARE
    alike = [each for each in corpus if is_text(each.name) == wants_text]
    source = dice.choice(alike)
    content, done = source.content, list[str]()
    for _ in range(dice.randint(1, MOST_CHANGES)):
        change = dice.choice(CHANGES)
        content = change(content, dice, lambda: dice.choice(alike).content)
        done.append(change.__name__.strip("_"))
    return Case(source.name, content, f"{source.name}: {', '.join(done)}")


def is_text(name: str) -> bool:
    """Whether the file is one of subtitles or comments."""
    return name.endswith(TEXT)


def _place(size: int, dice: random.Random) -> int:
    """An index into `size` bytes, half of the time near the start or the end."""
    if size <= 1:
        return 0
    if dice.random() < 0.5:
        return dice.randrange(size)
    near = min(size - 1, int(size ** dice.random()) - 1)
    return near if dice.random() < 0.7 else size - 1 - near


def _range(size: int, dice: random.Random) -> tuple[int, int]:
    """Start and end; as often short as long."""
    start = _place(size, dice)
    return start, min(size, start + max(1, int(size ** dice.random())))


def _truncate(content: bytes, dice: random.Random, other: Other) -> bytes:
    return content[: _place(len(content), dice)]


def _flip(content: bytes, dice: random.Random, other: Other) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, MOST_BITS) if changed else 0):
        changed[_place(len(changed), dice)] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _splice(content: bytes, dice: random.Random, other: Other) -> bytes:
    rest = other()
    return content[: _place(len(content), dice)] + rest[_place(len(rest), dice) :]


def _zero(content: bytes, dice: random.Random, other: Other) -> bytes:
    start, end = _range(len(content), dice)
    return content[:start] + bytes(end - start) + content[end:]


def _duplicate(content: bytes, dice: random.Random, other: Other) -> bytes:
    start, end = _range(len(content), dice)
    copies = min(MOST_ADDED // max(1, end - start), int(MOST_COPIES ** dice.random()))
    return content[:end] + content[start:end] * max(1, copies) + content[end:]


def _swap_header(content: bytes, dice: random.Random, other: Other) -> bytes:
    size = _place(min(len(content), 65_536), dice)
    return other()[:size] + content[size:]


def _cut_out(content: bytes, dice: random.Random, other: Other) -> bytes:
    start, end = _range(len(content), dice)
    return content[:start] + content[end:]


def _extreme(content: bytes, dice: random.Random, other: Other) -> bytes:
    value, start = dice.choice(EXTREMES), _place(len(content), dice)
    return content[:start] + value + content[start + len(value) :]


CHANGES = (
    _truncate,
    _flip,
    _splice,
    _zero,
    _duplicate,
    _swap_header,
    _cut_out,
    _extreme,
)
