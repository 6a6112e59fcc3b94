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

DENIED_ZH = ("不{}", "我不{}", "一点都不{}", "一点也不{}", "并不{}", "他不{}了", "我没有{}")
DENIED_EN = ("not {}", "I am not {}", "I'm not {} at all", "never {}", "he isn't {}", "not so {}")
COMFORT_ZH = ("别{}", "别{}了", "不要{}", "不用{}", "别再{}了")
COMFORT_EN = ("don't be {}", "Don't be {}", "please don't be {}", "no need to be {}")
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]{2,3}")
_LATIN_WORD = re.compile(r"[a-z]{3,}")


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
    return {split: _texts(found) for split, found in splits.items()}


def read_ratings(data: Path, name: str = RATED) -> dict[str, Rated]:
    """Splits of a set with valence and arousal from 1 to 5, as V=3.2,A=2.9; raises DataError."""
    splits: dict[str, list[tuple[str, tuple[float, float]]]] = {}
    for split, labels, text in _read(data, name):
        told = dict(label.split("=") for label in labels.split(","))
        ratings = (float(told["V"]) - MIDDLE) / REACH, (float(told["A"]) - MIDDLE) / REACH
        splits.setdefault(split, []).append((text, ratings))
    return {
        split: Rated(tuple(text for text, _ in rows), np.array([r for _, r in rows], np.float32))
        for split, rows in splits.items()
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
        return [(split, labels, _unify(name, text)) for split, _, labels, text in rows]
    except (OSError, EOFError, ValueError) as error:
        raise DataError(f"{path} is not a table of {', '.join(COLUMNS)}: {error}") from error


def _texts(rows: list[tuple[str, np.ndarray]]) -> Texts:
    labels = np.array([marks for _, marks in rows]).reshape(-1, NUM_LABELS)
    return Texts(tuple(text for text, _ in rows), labels)


def _unify(name: str, text: str) -> str:
    return _TITLED_EMOTE.sub(r"[\1]", text) if name == "smp2020_zh" else text


def statements(passages: Sequence[str], count: int, seed: int) -> Texts:
    """At most `count` short sentences of newspaper text, all neutral."""
    least, most = STATEMENT_LENGTHS
    sentences = [
        sentence.strip("　 ")
        for passage in passages
        for sentence in _SENTENCE.findall(passage)
        if least <= len(sentence.strip("　 ")) <= most
    ]
    drawn = random.Random(seed).sample(sentences, min(count, len(sentences)))
    labels = np.zeros((len(drawn), NUM_LABELS), bool)
    labels[:, NEUTRAL] = True
    return Texts(tuple(drawn), labels)


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
    if _HAN_WORD.fullmatch(word):
        return DENIED_ZH if label == "happiness" else DENIED_ZH + COMFORT_ZH
    if _LATIN_WORD.fullmatch(word):
        return DENIED_EN if label == "happiness" else DENIED_EN + COMFORT_EN
    return None
