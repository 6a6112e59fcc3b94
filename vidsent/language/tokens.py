"""Cut a line of text into words that may carry emotion, with their places in the line.

English words, Chinese words (jieba), emoji, emoticons and bracketed emotes such as `[怒]` are
tokens; numbers, addresses, @names and punctuation are not. Each token says whether a negation
reaches it ("not happy", 不开心). This module knows no emotion: `attribution` weighs the tokens.
"""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

from vidsent.language.lexicon import LIFTS, NEGATIONS, REACH_OF_NT, SLANG, UNMERGED, UNSURPASSED

SCAN = re.compile(
    r"""
    (?P<skip>(?:https?://|www\.)\S+ | [@＠][\w-]+ | \[(?-i:[A-Z]{3,})\])
  | (?P<emote>\[[^\[\]\s]{1,8}\])
  | (?P<smile>[:;=][o'’-]?[()DPp/\\|]+(?!\w) | <3+ | \bT_+T\b | \^_*\^)
  | (?P<latin>[a-z\u00c0-\u024f]+(?:['’][a-z\u00c0-\u024f]+)*)
  | (?P<han>[\u3400-\u9fff]+)
  | (?P<number>(?<!\d)(?:23{2,}|6{3,})(?!\d))
  | (?P<emoji>[\U0001f300-\U0001faff\u2600-\u27bf\u2b50])
  | (?P<pause>[.!?;:,()…。！？；：，、（）\n]+|\s[-–—]+\s)
    """,
    re.VERBOSE | re.IGNORECASE,
)
STRETCHED = re.compile(r"(.)\1{2,}")  # sooooo, 哈哈哈哈哈, 233333
LAUGHTER = re.compile(r"a?(?:h+[aei]+){2,}h*")


class Token(NamedTuple):
    """One word: [start, end) in characters of the line, its normal form, and what surrounds it."""

    start: int
    end: int
    form: str  # lower case, stretched letters cut
    negated: bool
    joins: bool  # follows the token before it without a pause: the two may be a phrase


def tokens(text: str) -> list[Token]:
    """The tokens of a line in reading order."""
    found: list[Token] = []
    reach, joins = 0, False
    for kind, start, end in _pieces(text):
        if kind == "pause":
            reach, joins = 0, False
            continue
        form = _normal(kind, text[start:end])
        word = kind in ("latin", "han")  # "not a gangster😂" denies no laughter
        if not word or form in LIFTS or (form == "be" and found and found[-1].form in UNSURPASSED):
            reach = 0
        found.append(Token(start, end, form, reach > 0, joins and word))
        reach, joins = _reach_of(form) or max(0, reach - 1), word
    return found


def normal(text: str) -> str:
    """A word or phrase the way tokens spell it, without stretches: 哈哈哈哈哈 is 哈哈哈."""
    forms = [token.form for token in tokens(text)]
    return (" " if " " in text else "").join(forms) or text


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind and place of each piece of text; runs of Han characters are cut into words."""
    for match in SCAN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "han":
            start = match.start()
            for word in segment(match.group()):
                yield kind, start, start + len(word)
                start += len(word)
        elif kind != "skip":
            yield kind, match.start(), match.end()


def _normal(kind: str, piece: str) -> str:
    piece = piece.lower().replace("’", "'")
    if kind == "latin":
        return "haha" if LAUGHTER.fullmatch(piece) else STRETCHED.sub(r"\1\1", piece)
    if kind == "number":
        return "666" if piece[0] == "6" else "233"
    return STRETCHED.sub(r"\1\1\1", piece) if kind == "han" else piece


def _reach_of(form: str) -> int:
    return REACH_OF_NT if form.endswith("n't") else NEGATIONS.get(form, 0)


_lock = threading.Lock()
_jieba: Any = None


def segment(run: str) -> list[str]:
    """Words of a run of Han characters, by jieba's dictionary alone."""
    if len(run) == 1:
        return [run]
    words = _dictionary().cut(run, HMM=False)  # the HMM invents words that no table can know
    return [part for word in words for part in _split_imperative(word)]


def frequency(word: str) -> int:
    """How often jieba's dictionary saw a Chinese word; 0 for one that it does not hold."""
    return int(_dictionary().FREQ.get(word) or 0)


def _dictionary() -> Any:
    """The one jieba tokenizer of this process, loaded on first use."""
    global _jieba
    with _lock:
        if _jieba is None:
            _jieba = _load_jieba()
    return _jieba


def _split_imperative(word: str) -> tuple[str, ...]:
    """别生气 (don't be angry) is one word to jieba, and would hide the word that it negates."""
    if len(word) == 3 and word[0] == "别" and frequency(word[1:]):
        return "别", word[1:]
    return (word,)


def _load_jieba() -> Any:
    """A jieba tokenizer with its own dictionary.

    Filled by hand: jieba's way keeps a cache at a fixed name in the shared temporary folder
    and unmarshals whatever lies there. Its import warns on recent Pythons.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in sorted(SLANG):  # the order changes what add_word does
        tokenizer.add_word(word)
    for word in UNMERGED:
        tokenizer.FREQ[word] = 0
    return tokenizer
