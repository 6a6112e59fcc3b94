"""What the words of timed lines say of emotion, in English and Chinese.

A BERT gives each line its probabilities, and a table of words of emotion has a small say; a word
weighs as much as the probability falls without it. Lines in other languages are marked "other" and
left unread, save for emoji and emotes: an English model finds anger in Spanish. A line without a
word or an emoji has no probabilities; it says nothing, which is not the same as neutral.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from vidsent.core.emotions import LABELS, expected_valence_arousal
from vidsent.core.progress import CountCallback, cancellable
from vidsent.core.results import Line, Word
from vidsent.language.attribution import attributed_words
from vidsent.language.identification import OTHER, identify_languages
from vidsent.language.simplified_chinese import simplified
from vidsent.language.text_model import TextModel
from vidsent.language.word_table import FULL_WEIGHT, Evidence, WordTable, shipped, sums

MOST_READ = 4_000  # different texts that the model reads; the table reads the rarer comments
TOLD_EVERY = 200  # texts of the table, how many were read
# How much the table counts beside the model. Of 0 to 0.5, likelihood was best at 0.2 or 0.3 on the
# dev splits of GoEmotions, SMP2020 and weibo8 (counted once; no command prints it).
TABLE_WEIGHT = 0.2
LEAST = 1e-6  # probability

_SAYS = re.compile(r"[^\W\d_]|[\U0001f300-\U0001faff\u2600-\u27bf\u2b50]")  # not 233: the table


class Reading(NamedTuple):
    """What was read in one text, under the names that `Line` has for it."""

    probs: np.ndarray | None
    valence: float
    arousal: float
    words: tuple[Word, ...]


NOTHING = Reading(None, 0.0, 0.0, ())
Key = tuple[str, str]  # text and language
StageCallback = Callable[
    [str, int, int], None
]  # "words", "weighing" or "comments", done, total; may raise


@dataclass(frozen=True)
class LineReader:
    """Reads lines with the text model that ships, or with another one, and the word table."""

    model: TextModel | None = None
    table: WordTable | None = None

    def read(self, lines: Sequence[Line], on_progress: StageCallback | None = None) -> list[Line]:
        """The lines with language, probabilities (7,), valence, arousal and words filled in.

        `on_progress` gets how far each stage is: lines that the model reads, words that are
        weighed, and comments that the table alone reads. What it raises ends the reading.
        """
        table, on_progress = (
            self.table or shipped(),
            on_progress or (lambda stage, done, total: None),
        )
        check_cancelled = partial(on_progress, "words", 0, 0)
        texts = [simplified(line.text) for line in cancellable(lines, check_cancelled)]
        check_cancelled()
        languages = identify_languages(texts, table)
        check_cancelled()
        keys = list(zip(texts, languages, strict=True))
        chosen = _chosen(lines, keys)
        rarer = set(keys).difference(chosen)
        found = read_by_model(chosen, self.model or TextModel.shared(), table, on_progress)
        found |= read_by_words(rarer, table, partial(on_progress, "comments"))
        read = cancellable(zip(lines, keys, strict=True), partial(on_progress, "comments", 0, 0))
        return [_entered(line, found[key], key) for line, key in read]


def read_by_model(
    keys: Sequence[Key],
    model: TextModel,
    table: WordTable,
    on_progress: StageCallback | None = None,
) -> dict[Key, Reading]:
    """Readings of texts in "en" or "zh" by the text model."""
    if not keys:
        return {}
    texts, languages = [text for text, _ in keys], [language for _, language in keys]
    reading, weighing = (
        partial(on_progress, each) if on_progress else None for each in ("words", "weighing")
    )
    own, affect = model.read(texts, languages, reading)
    probs = with_table(own, texts, languages, table)
    words = attributed_words(texts, languages, probs, own, model, table, weighing)
    return {
        key: Reading(row, float(valence), float(arousal), found)
        for key, row, (valence, arousal), found in zip(keys, probs, affect, words, strict=True)
    }


def with_table(
    probs: np.ndarray, texts: Sequence[str], languages: Sequence[str], table: WordTable
) -> np.ndarray:
    """The model's probabilities (N, 7) and the word table's as one, the table with less weight."""
    logs = np.log(np.maximum(probs, LEAST)) + table_logs(texts, languages, table)
    joined: np.ndarray = softmax(logs, axis=1)
    return joined.astype(np.float32)


def table_logs(texts: Sequence[str], languages: Sequence[str], table: WordTable) -> np.ndarray:
    """What the word table adds to the logarithm of each emotion, (N, 7); 0 where it knows none."""
    found = np.zeros((len(texts), len(LABELS)))
    for row, text, language in zip(found, texts, languages, strict=True):
        if evidence := table.evidence(text):
            row[:] = TABLE_WEIGHT * np.log(table.calibrations[language].probs(sums(evidence)))
    return found


def read_by_words(
    keys: Iterable[Key], table: WordTable, on_progress: CountCallback | None = None
) -> dict[Key, Reading]:
    """Readings of texts by the word table alone."""
    found: dict[Key, Reading] = {}
    once = list(dict.fromkeys(keys))
    for number, key in enumerate(once):
        if on_progress is not None and number % TOLD_EVERY == 0:
            on_progress(number, len(once))
        found[key] = read_text(*key, table)
    return found


def _chosen(lines: Sequence[Line], keys: Sequence[Key]) -> list[Key]:
    """What the model is to read: every subtitle, then the comments that most viewers wrote."""
    said: dict[Key, None] = {}
    written: Counter[Key] = Counter()
    for line, key in zip(lines, keys, strict=True):
        if key[1] == OTHER or not _SAYS.search(key[0]):
            continue
        if line.kind == "danmaku":
            written[key] += line.count
        else:
            said[key] = None
    crowd = (key for key, _ in written.most_common() if key not in said)
    return [*said, *crowd][:MOST_READ]


def _entered(line: Line, reading: Reading, key: Key) -> Line:
    """The line with its reading; its words as the line spells them, traditional or simplified."""
    words = tuple(replace(word, text=line.text[word.start : word.end]) for word in reading.words)
    return replace(line, language=key[1], **{**reading._asdict(), "words": words})


def read_text(text: str, language: str, table: WordTable) -> Reading:
    """Read one text in "en", "zh" or "other" by the word table."""
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
