"""Labelled sentences: the tables `text/<name>.tsv.gz` with columns split, lang, labels, text.

Labels outside our seven (trust, anticipation, like, opinion=...) are dropped, and with them the
sentences that have no other. What those sets lack is made here as well. Posts and comments are
written because somebody felt something; a film also says when the train leaves. Newspaper
sentences stand for that; and what a word of emotion becomes under a negation is spelled out with
the words of the word table. This module does not tokenize.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL, NUM_LABELS
from vidsent.core.errors import DataError
from vidsent.language.word_table import WordTable

COLUMNS = ("split", "lang", "labels", "text")
SETS_EN = ("goemotions_ekman", "xed_en", "csmv_comments")
SETS_ZH = ("smp2020_zh", "weibo8_zh")
RATED = "emobank_vad"
MIDDLE, REACH = 3.0, 2.0  # of its ratings from 1 to 5
HELD_OUT = 10  # a set without a dev split lends every tenth training sentence for one

# SMP2020 writes Weibo's emotes as book titles, 《泪》; everyone else writes [泪].
_TITLED_EMOTE = re.compile(r"《([^《》]{1,6})》")

STATEMENT_LENGTHS = 4, 40  # characters of a plain statement
STRONG = 1.2  # nats that a word speaks for its emotion at least
REPEATED = 3  # times that each word is denied, in other ways

_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
DENIALS = (  # which words, how each is denied, and how people are comforted besides
    (
        re.compile(r"[\u4e00-\u9fff]{2,3}"),
        ("不{}", "我不{}", "一点都不{}", "一点也不{}", "并不{}", "他不{}了", "我没有{}"),
        ("别{}", "别{}了", "不要{}", "不用{}", "别再{}了"),
    ),
    (
        re.compile(r"[a-z]{3,}"),
        ("not {}", "I am not {}", "I'm not {} at all", "never {}", "he isn't {}", "not so {}"),
        ("don't be {}", "Don't be {}", "please don't be {}", "no need to be {}"),
    ),
)


@dataclass(frozen=True)
class Texts:
    """N sentences of one split and their labels (N, 7) bool in the order of `LABELS`.

    A set may know fewer labels: of the others it says nothing, neither that they are there nor
    that they are not.
    """

    texts: tuple[str, ...]
    labels: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Which labels occur, (7,) bool."""
        known: np.ndarray = np.logical_or.reduce(self.labels, axis=0)
        return known

    def first(self, count: int | None) -> Texts:
        """The first so many, or all."""
        return Texts(self.texts[:count], self.labels[:count])

    def single(self) -> tuple[list[str], np.ndarray]:
        """The sentences that bear one label, and the label of each, (N,) int."""
        one = self.labels.sum(1) == 1
        return list(compress(self.texts, one)), self.labels[one].argmax(1)


@dataclass(frozen=True)
class Rated:
    """N sentences and how readers found them: valence and arousal (N, 2) float32 in [-1, 1]."""

    texts: tuple[str, ...]
    ratings: np.ndarray


def read_texts(data: Path, name: str) -> dict[str, Texts]:
    """Splits "train" and "dev", and "test" where the set has one; raises DataError."""
    splits: dict[str, list[tuple[str, np.ndarray]]] = {}
    for split, labels, text in _read(data, name):
        if (marks := np.isin(LABELS, labels.split(","))).any():
            splits.setdefault(split, []).append((text, marks))
    if "dev" not in splits:
        train = splits["train"]
        splits["dev"] = train[::HELD_OUT]
        splits["train"] = [row for index, row in enumerate(train) if index % HELD_OUT]
    columns = {split: tuple(zip(*rows, strict=True)) for split, rows in splits.items()}
    return {split: Texts(texts, np.array(marks)) for split, (texts, marks) in columns.items()}


def read_ratings(data: Path) -> dict[str, Rated]:
    """Splits of `RATED`, valence and arousal from 1 to 5 as V=3.2,A=2.9; raises DataError."""
    splits: dict[str, list[tuple[str, tuple[float, float]]]] = {}
    for split, labels, text in _read(data, RATED):
        told = dict(label.split("=") for label in labels.split(","))
        ratings = (float(told["V"]) - MIDDLE) / REACH, (float(told["A"]) - MIDDLE) / REACH
        splits.setdefault(split, []).append((text, ratings))
    columns = {split: tuple(zip(*rows, strict=True)) for split, rows in splits.items()}
    return {
        split: Rated(texts, np.array(found, np.float32))
        for split, (texts, found) in columns.items()
    }


def read_plain(data: Path, names: Iterable[str]) -> list[str]:
    """Every text of these sets, whatever its labels, but no test split; raises DataError."""
    return [text for name in names for split, _, text in _read(data, name) if split != "test"]


def _read(data: Path, name: str) -> list[tuple[str, str, str]]:
    """Split, labels and text of each row; raises DataError."""
    path = data / "text" / f"{name}.tsv.gz"
    if not path.is_file():
        raise DataError(f"No text set at {path}: --data must name the folder that holds text/.")
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            rows = [row.rstrip("\n").split("\t") for row in file]
        if name == "smp2020_zh":
            rows = [[*row, _TITLED_EMOTE.sub(r"[\1]", text)] for *row, text in rows]
        return [(split, labels, text) for split, _, labels, text in rows]
    except (OSError, EOFError, ValueError) as error:
        raise DataError(f"{path} is not a table of {', '.join(COLUMNS)}: {error}") from error


def statements(passages: Sequence[str], count: int, seed: int) -> Texts:
    """At most `count` short sentences of newspaper text, all neutral."""
    least, most = STATEMENT_LENGTHS
    every = (each.strip("　 ") for passage in passages for each in _SENTENCE.findall(passage))
    sentences = [sentence for sentence in every if least <= len(sentence) <= most]
    drawn = random.Random(seed).sample(sentences, min(count, len(sentences)))
    return Texts(tuple(drawn), np.eye(NUM_LABELS, dtype=bool)[[NEUTRAL] * len(drawn)])


def denials(table: WordTable, seed: int) -> Texts:
    """Strong words of the table under a negation: not happy is sad, not afraid is nothing."""
    chance = random.Random(seed)
    texts: list[str] = []
    labels: list[int] = []
    for word, weights in sorted(table.weights.items()):
        label = int(weights[:NEUTRAL].argmax())
        if weights[label] < STRONG or (forms := _forms(word, LABELS[label])) is None:
            continue
        meant = "sadness" if LABELS[label] == "happiness" else "neutral"
        for form in chance.sample(forms, min(REPEATED, len(forms))):
            texts.append(form.format(word))
            labels.append(LABELS.index(meant))
    return Texts(tuple(texts), np.eye(NUM_LABELS, dtype=bool)[labels])


def _forms(word: str, label: str) -> Sequence[str] | None:
    """Ways to deny a word; None for what is no plain word."""
    for plain, denied, comfort in DENIALS:
        if plain.fullmatch(word):
            return denied if label == "happiness" else denied + comfort
    return None
