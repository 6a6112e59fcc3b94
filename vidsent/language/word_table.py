"""The table of emotion words: how much each word speaks for each emotion, and how sums are read.

A weight is a log-odds ratio: by how much the odds of the word rise in text of that emotion, in
nats. The table is tab-separated text so that people can review it; `training.words` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from vidsent.core import weights
from vidsent.core.calibration import Calibration
from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.core.errors import ModelError
from vidsent.language.tokens import Token, tokens

FILE = "words.tsv"
HEADER = ("language", "word", *LABELS)
CALIBRATION = "*"  # marks the rows that hold a language's calibration
DECIMALS = 2
FULL_WEIGHT = 3.0  # nats of evidence at which a word says all that it can

# What a negated word says instead, as shares of its weight. Measured on the training texts: where
# a happy word is negated, sadness and anger rise above their usual share and plain text falls;
# where another one is negated, its emotion drops to about a quarter and no other rises.
NEGATED_HAPPINESS = {"sadness": 0.33, "anger": 0.20, "neutral": -0.30}
NEGATED_OTHER = {"neutral": 0.30}


@dataclass(frozen=True)
class Evidence:
    """One word or phrase of a line that the table knows; weights (7,) float64."""

    start: int
    end: int
    form: str
    weights: np.ndarray
    negated: bool


@dataclass(frozen=True)
class WordTable:
    """Weights (7,) by word or by phrase of two words, and a calibration by language."""

    weights: Mapping[str, np.ndarray]
    calibrations: Mapping[str, Calibration]

    def evidence(self, text: str, alphabetic: bool = True) -> list[Evidence]:
        """What the table knows in a line, in reading order; a phrase replaces its words.

        Without `alphabetic` only emoji, emotes and the like are looked up.
        """
        found: list[Evidence] = []
        line = [token for token in tokens(text) if alphabetic or not token.form.isalpha()]
        index = 0
        while index < len(line):
            length = 2 if self._phrase(line, index) in self.weights else 1
            first, last = line[index], line[index + length - 1]
            form = self._phrase(line, index) if length == 2 else first.form
            if (row := self.weights.get(form)) is not None:
                row = negate(row) if first.negated else row
                found.append(Evidence(first.start, last.end, form, row, first.negated))
            index += length
        return found

    @staticmethod
    def _phrase(line: list[Token], index: int) -> str:
        follows = index + 1 < len(line) and line[index + 1].joins
        return f"{line[index].form} {line[index + 1].form}" if follows else ""


def sums(evidence: list[Evidence]) -> np.ndarray:
    """Summed weights (7,) of a line, each word once, divided by the root of their number.

    The words of one line repeat each other; the root keeps a long line from being certain.
    """
    rows = {(each.form, each.negated): each.weights for each in evidence}
    return np.sum(list(rows.values()), 0) / np.sqrt(len(rows)) if rows else np.zeros(NUM_LABELS)


def negate(row: np.ndarray) -> np.ndarray:
    """The weights (7,) that a word has under a negation."""
    label = int(row[:-1].argmax())
    shares = NEGATED_HAPPINESS if LABELS[label] == "happiness" else NEGATED_OTHER
    turned = np.zeros(NUM_LABELS)
    for name, share in shares.items():
        turned[LABELS.index(name)] = share * max(0.0, row[label])
    return turned


@cache
def shipped() -> WordTable:
    """The table that comes with vidsent, checked against its checksum; raises ModelError."""
    return parse(weights.read_bytes(FILE).decode())


def parse(text: str) -> WordTable:
    """The table that `dump` wrote; raises ModelError when it is something else."""
    head, *rows = text.splitlines()
    if tuple(head.split("\t")) != HEADER:
        raise ModelError(f"The word table must begin with the columns {', '.join(HEADER)}.")
    words: dict[str, np.ndarray] = {}
    calibrations: dict[str, Calibration] = {}
    for row in rows:
        language, word, *cells = row.split("\t")
        if word.startswith(CALIBRATION):
            bias = np.array(cells, np.float64)
            calibrations[language] = Calibration(float(word[len(CALIBRATION) :]), bias)
        else:
            words[word] = np.array([float(cell or 0) for cell in cells])
    return WordTable(words, calibrations)


def dump(table: WordTable, languages: Mapping[str, str]) -> str:
    """The table as text, sorted; `languages` names the language of each word. 0 is left blank."""
    rows = ["\t".join(HEADER)]
    for language, calibration in sorted(table.calibrations.items()):
        cells = (f"{value:.4f}" for value in calibration.bias)
        rows.append("\t".join((language, f"{CALIBRATION}{calibration.scale:.4f}", *cells)))
    for word in sorted(table.weights, key=lambda word: (languages[word], word)):
        cells = (f"{value:.{DECIMALS}f}" if value else "" for value in table.weights[word])
        rows.append("\t".join((languages[word], word, *cells)))
    return "\n".join(rows) + "\n"
