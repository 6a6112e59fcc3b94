"""What the words of timed lines say of emotion, in English and Chinese.

Lines in other languages are marked "other" and left unread, save for emoji and emotes: a table
of English words finds "red", "con" and "dime" in Spanish. A line without a word that the table
knows has no probabilities; it says nothing, which is not the same as neutral.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from vidsent.emotions import LABELS, NEUTRAL, expected_valence_arousal
from vidsent.lexicon import ENGLISH
from vidsent.results import Keyword, Line, Word
from vidsent.tokens import normal
from vidsent.wordtable import Evidence, WordTable, shipped, sums

OTHER = "other"
HAN_LETTERS = 3  # Latin letters that say as much as one Han character
FEW_WORDS = 12  # below this a text in Latin letters is taken for English
LATIN_SHARE = 0.2  # of the lines; below it they are cries and slang among another language
ENGLISH_SHARE = 0.3  # of the words that English text draws from grammar and from the table
KANA_SHARE = 0.2  # of the lines with Han or kana; above it they are Japanese
KANA_LINES = 3  # at least, for that
KEYWORD_WEIGHT = 0.45  # of a word at its strongest; less would let topics in
FULL_WEIGHT = 3.0  # nats of evidence at which a word alone has weight 1

_HAN, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3041-\u30fa]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f]+(?:['’][a-z]+)*")


class Reading(NamedTuple):
    """What was read in one text, under the names that `Line` has for it."""

    probs: np.ndarray | None
    valence: float
    arousal: float
    words: tuple[Word, ...]


NOTHING = Reading(None, 0.0, 0.0, ())


@dataclass(frozen=True)
class LineReader:
    """Reads lines with the shipped word table, or with another one."""

    table: WordTable | None = None

    def read(self, lines: Sequence[Line]) -> list[Line]:
        """The lines with language, probabilities (7,), valence, arousal and words filled in."""
        table = self.table or shipped()
        languages = tell_languages([line.text for line in lines], table)
        seen: dict[tuple[str, str], Reading] = {}  # danmaku repeat themselves
        found = []
        for line, language in zip(lines, languages, strict=True):
            key = (line.text, language)
            if key not in seen:
                seen[key] = read_text(line.text, language, table)
            found.append(replace(line, language=language, **seen[key]._asdict()))
        return found


def read_text(text: str, language: str, table: WordTable) -> Reading:
    """Read one text in "en", "zh" or "other"."""
    evidence = table.evidence(text, alphabetic=language != OTHER)
    if not evidence:
        return NOTHING
    calibration = table.calibrations["zh" if language == "zh" else "en"]
    probs = calibration.probs(sums(evidence)).astype(np.float32)
    valence, arousal = (float(value) for value in expected_valence_arousal(probs))
    return Reading(probs, valence, arousal, _words(text, evidence))


def _words(text: str, evidence: Sequence[Evidence]) -> tuple[Word, ...]:
    """The evidence as spans, each with the label it speaks for most and its share of it."""
    labels = [int(each.weights.argmax()) for each in evidence]
    once = {(each.form, each.negated): np.maximum(each.weights, 0) for each in evidence}
    totals = np.maximum(np.sum(list(once.values()), 0), FULL_WEIGHT)
    return tuple(
        Word(
            start=each.start,
            end=each.end,
            text=text[each.start : each.end],
            label=LABELS[label],
            weight=round(float(each.weights[label] / totals[label]), 4),
            negated=each.negated,
        )
        for each, label in zip(evidence, labels, strict=True)
    )


def keywords(lines: Iterable[Line], limit: int = 24) -> tuple[Keyword, ...]:
    """The words that carried most emotion, strongest first; negated ones are left out.

    A word said often counts more, but by the logarithm: one cry of terror outweighs ten "good".
    """
    weights: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    times: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for line in lines:
        for word in line.words:
            if not word.negated and word.label != LABELS[NEUTRAL]:
                key = (normal(word.text), word.label, line.language)
                weights[key].append(word.weight)
                times[key].append(line.start_s)
    scores = {
        key: max(each) * (1 + math.log(len(set(times[key]))))
        for key, each in weights.items()
        if max(each) >= KEYWORD_WEIGHT
    }
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    return tuple(
        Keyword(
            text=text,
            label=label,
            weight=round(scores[text, label, language] / scores[best[0]], 4),
            language=language,
            times_s=tuple(sorted(set(times[text, label, language]))),
        )
        for text, label, language in best
    )


def tell_languages(texts: Sequence[str], table: WordTable) -> list[str]:
    """ "en", "zh" or "other" for each text; all of them together tell English and Chinese from
    languages in the same letters."""
    latin = OTHER if _is_foreign(texts, table) else "en"
    han = OTHER if _is_japanese(texts) else "zh"
    return [_language(text, latin, han) for text in texts]


def _language(text: str, latin: str, han: str) -> str:
    hans, kanas, letters = (len(each.findall(text)) for each in (_HAN, _KANA, _LATIN))
    if kanas > 1 and kanas * 4 >= hans:
        return OTHER
    if hans and hans * HAN_LETTERS >= letters:
        return han
    if letters or not any(character.isalpha() for character in text):
        return latin
    return OTHER


def _is_japanese(texts: Sequence[str]) -> bool:
    kana = sum(_KANA.search(text) is not None for text in texts)
    either = sum(_KANA.search(text) is not None or _HAN.search(text) is not None for text in texts)
    return kana >= KANA_LINES and kana > KANA_SHARE * either


def _is_foreign(texts: Sequence[str], table: WordTable) -> bool:
    """Whether the lines in Latin letters are many enough to tell, and not English."""
    latin = [text for text in texts if _LATIN.search(text) and not _HAN.search(text)]
    words = [word for text in latin for word in _LATIN_WORD.findall(text.lower())]
    known = sum(word in ENGLISH or word in table.weights for word in words)
    enough = len(words) >= FEW_WORDS and len(latin) >= LATIN_SHARE * len(texts)
    return enough and known < ENGLISH_SHARE * len(words)
