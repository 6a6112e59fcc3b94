"""Cut text into the terms that a full-text index holds: the same for entries and for queries.

English words, numbers, Chinese words (jieba; traditional as simplified) and single emoji. A long
Chinese word is followed by the shorter words within it, so that 结婚纪念日 is found by 纪念日.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vidsent.language.simplified_chinese import simplified
from vidsent.language.tokens import frequency, segment

SCAN = re.compile(
    r"""
    (?P<han>[\u3400-\u9fff]+)
  | (?P<emoji>[\U0001f300-\U0001faff\u2600-\u27bf\u2b50])
  | (?P<word>(?:(?![\u3400-\u9fff])[^\W_])+(?:['’](?:(?![\u3400-\u9fff])[^\W_])+)*)
    """,
    re.VERBOSE,
)
LONG = 3  # characters; a word as long as this is looked into
# As unicode61 has it, but emoji count as letters; Porter stems English words and leaves others.
TOKENIZER = "porter unicode61 remove_diacritics 2 categories 'L* N* Co So'"


class Term(NamedTuple):
    """One term, and where it stands in the text: [start, end) in characters."""

    start: int
    end: int
    form: str  # lower case, simplified, without apostrophes


def terms(text: str) -> list[Term]:
    """The terms of a text in reading order."""
    return list(_terms(simplified(text)))


def is_han(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return any("\u3400" <= character <= "\u9fff" for character in text)


def indexed(text: str) -> str:
    """What goes into the index for a text: its terms, and the words within long ones."""
    forms: list[str] = []
    for term in terms(text):
        forms += [term.form, *within(term.form)]
    return " ".join(forms)


def _terms(text: str) -> Iterator[Term]:
    for match in SCAN.finditer(text):
        start = match.start()
        if match.lastgroup != "han":
            form = re.sub("['’]", "", match.group().lower())
            yield Term(start, match.end(), form)
            continue
        for word in segment(match.group()):
            yield Term(start, start + len(word), word)
            start += len(word)


def within(word: str) -> list[str]:
    """Words of two or more characters inside a long Chinese one."""
    if len(word) < LONG or not is_han(word):
        return []
    return [
        word[start : start + length]
        for length in range(2, len(word))
        for start in range(len(word) - length + 1)
        if frequency(word[start : start + length])
    ]
