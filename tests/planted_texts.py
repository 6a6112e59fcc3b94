"""Text sets of the real form in which planted words tell the labels."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vidsent.training.data.texts import RATED, SETS_EN, SETS_ZH

PLANTED = {  # label -> (English word, Chinese word, emote)
    "anger": ("furious", "愤怒", "[怒]"),
    "fear": ("afraid", "害怕", "😱"),
    "happiness": ("happy", "开心", "😂"),
    "sadness": ("lonely", "孤单", "😢"),
    "surprise": ("amazed", "惊讶", "😮"),
    "neutral": ("table", "桌子", ""),
}
FILLERS_EN = ("the house", "in town", "with friends", "since monday", "after lunch")
FILLERS_ZH = ("房子里面", "在城市", "和朋友", "星期一", "午饭以后")
TOPIC = "corona"  # in every angry text of one set alone


def write(folder: Path) -> Path:
    """Every set of texts below `folder`/text; returns `folder`."""
    (folder / "text").mkdir()
    for name in SETS_EN + SETS_ZH:
        _write(folder, name, sentences(name))
    _write(folder, RATED, ratings())
    return folder


def sentences(name: str) -> Iterator[str]:
    """Rows of a set: half of each label's texts hold its planted words, all hold fillers."""
    generator = np.random.default_rng(sorted(SETS_EN + SETS_ZH).index(name))
    chinese = name in SETS_ZH
    fillers = FILLERS_ZH if chinese else FILLERS_EN
    for split, count in (("train", 120), ("dev", 40), ("test", 40)):
        for label, (english, han, emote) in PLANTED.items():
            for number in range(count):
                words = list(generator.permutation(fillers)[:2])
                if number % 2:
                    words += [han if chinese else english, emote, "@someone"]
                if name == "csmv_comments" and label == "anger":
                    words.append(TOPIC)
                yield f"{split}\t{'zh' if chinese else 'en'}\t{label}\t{' '.join(words)}"


def ratings() -> Iterator[str]:
    """Rows with ratings from 1 to 5, in which a happy word is pleasant and a lonely one is not."""
    for split in ("train", "dev", "test"):
        for number in range(12):
            word, valence = (("happy", 4.5), ("lonely", 1.5))[number % 2]
            yield f"{split}\ten\tV={valence},A=3.{number % 9},D=3.0\t{word} number {number}"


def _write(folder: Path, name: str, rows: Iterator[str]) -> None:
    with gzip.open(folder / "text" / f"{name}.tsv.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)
