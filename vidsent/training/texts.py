"""Labelled sentences: the tables `text/<name>.tsv.gz` with columns split, lang, labels, text.

Labels outside our seven (trust, anticipation, like, opinion=...) are dropped, and with them the
sentences that have no other. This module does not tokenize.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.core.errors import DataError

COLUMNS = ("split", "lang", "labels", "text")
SETS_EN = ("goemotions_ekman", "xed_en", "csmv_comments")
SETS_ZH = ("smp2020_zh", "weibo8_zh")
RATED = "emobank_vad"
MIDDLE, REACH = 3.0, 2.0  # of its ratings from 1 to 5
HELD_OUT = 10  # a set without a dev split lends every tenth training sentence for one

# SMP2020 writes Weibo's emotes as book titles, 《泪》; everyone else writes [泪].
_TITLED_EMOTE = re.compile(r"《([^《》]{1,6})》")


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
