"""Which words carry the emotion of a line: those without which its probability falls.

Each word of content is hidden in turn and the line read again (occlusion, Zeiler & Fergus 2014).
Of two words that say the same neither is missed, so a word that the class-distinctive table knows
to speak for the emotion weighs at least as the table has it. What the table does not know counts
less, because a small model may lean on a name or a topic. Grammar words are never asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.core.progress import CountCallback
from vidsent.core.results import Word
from vidsent.language.lexicon import STOPWORDS
from vidsent.language.text_model import TextModel
from vidsent.language.tokens import Token, tokens
from vidsent.language.word_table import FULL_WEIGHT, Evidence, WordTable

LEAST_FELT = 0.3  # probability of an emotion whose words are looked for
LEAST_WEIGHT = 0.05  # of a word worth marking
MOST_HIDDEN = 2_000  # readings in all; the surest lines come first
MOST_WORDS = 12  # of a line that are asked
LEAST = 1e-3  # probability that a model can be said to see
UNKNOWN_SHARE = 0.5  # of its weight that a word keeps which the table does not know
TABLE_SHARE = 0.6  # of what the table says of a word is what it weighs at least
HAN_UNKNOWN = 1  # characters; a single one that the table does not know is a piece of a word


class Span(NamedTuple):
    """A word or phrase of line `line`, [start, end) in characters."""

    line: int
    start: int
    end: int
    form: str
    negated: bool
    known: np.ndarray | None  # its weights (7,) in the table


def attributed_words(
    texts: Sequence[str],
    languages: Sequence[str],
    probs: np.ndarray,
    own: np.ndarray,
    model: TextModel,
    table: WordTable,
    on_progress: CountCallback | None = None,
) -> list[tuple[Word, ...]]:
    """The words that carry each line's emotion, in reading order.

    probs (N, 7) are the lines', `own` (N, 7) those that the model alone gives them.

    A word's weight is the share of the probability of the line's emotion that is lost without it.
    """
    felt = np.delete(probs, NEUTRAL, 1)
    labels = felt.argmax(1)  # neutral is the last
    strength = felt.max(1)
    spans = [
        span
        for line in np.argsort(-strength, kind="stable")
        if strength[line] >= LEAST_FELT
        for span in _spans(int(line), texts[line], table)
    ][:MOST_HIDDEN]
    without = [texts[s.line][: s.start] + model.gap + texts[s.line][s.end :] for s in spans]
    again = model.read(without, [languages[s.line] for s in spans], on_progress).probs
    found: list[list[Word]] = [[] for _ in texts]
    for span, left in zip(spans, again, strict=True):
        label = int(labels[span.line])
        before = max(LEAST, float(own[span.line, label]))
        weight = max(0.0, (before - float(left[label])) / before)
        weight = _joined(weight, span, label)
        if weight >= LEAST_WEIGHT:
            found[span.line].append(_word(texts[span.line], span, label, weight))
    return [tuple(sorted(words, key=lambda word: word.start)) for words in found]


def _word(text: str, span: Span, label: int, weight: float) -> Word:
    return Word(
        start=span.start,
        end=span.end,
        text=text[span.start : span.end],
        label=LABELS[label],
        weight=round(min(1.0, weight), 4),
        negated=span.negated,
    )


def _joined(lost: float, span: Span, label: int) -> float:
    """The weight of a word from what is lost without it and what the table says of it."""
    if span.negated:
        return lost
    if span.known is None or span.known[label] <= 0:
        return UNKNOWN_SHARE * lost
    return max(lost, TABLE_SHARE * min(1.0, float(span.known[label]) / FULL_WEIGHT))


def _spans(line: int, text: str, table: WordTable) -> list[Span]:
    """Words of content of a line; a phrase that the table knows is one."""
    evidence = {each.start: each for each in table.evidence(text)}
    spans: list[Span] = []
    end = 0
    for token in tokens(text):
        if token.start < end:
            continue  # inside a phrase
        if (known := evidence.get(token.start)) is not None:
            spans.append(_known(line, known))
            end = known.end
        elif not _says_nothing(token, text[token.start : token.end]):
            spans.append(Span(line, token.start, token.end, token.form, token.negated, None))
    return spans[:MOST_WORDS]


def _known(line: int, evidence: Evidence) -> Span:
    return Span(
        line, evidence.start, evidence.end, evidence.form, evidence.negated, evidence.weights
    )


def _says_nothing(token: Token, spelled: str) -> bool:
    """Grammar, a lone Han character, or a name: a capital letter within a line."""
    lone = len(token.form) <= HAN_UNKNOWN and token.form.isalpha()
    name = token.start > 0 and spelled.istitle() and spelled.isascii()
    return lone or name or token.form in STOPWORDS
