"""Texts that the labelled sets lack: plain statements, and emotions that are denied.

Posts and comments are written because somebody felt something. A film also says when the train
leaves. Newspaper sentences stand for that; and what a word of emotion becomes under a negation is
spelled out with the words of the table.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL, NUM_LABELS
from vidsent.language.word_table import WordTable
from vidsent.training.texts import Texts

LEAST, MOST = 4, 40  # characters of a plain statement
STRONG = 1.2  # nats that a word speaks for its emotion at least
REPEATED = 3  # times that each word is denied, in other ways

DENIED_ZH = ("不{}", "我不{}", "一点都不{}", "一点也不{}", "并不{}", "他不{}了", "我没有{}")
DENIED_EN = ("not {}", "I am not {}", "I'm not {} at all", "never {}", "he isn't {}", "not so {}")
COMFORT_ZH = ("别{}", "别{}了", "不要{}", "不用{}", "别再{}了")
COMFORT_EN = ("don't be {}", "Don't be {}", "please don't be {}", "no need to be {}")
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]{2,3}")
_LATIN_WORD = re.compile(r"[a-z]{3,}")


def statements(passages: Sequence[str], count: int, seed: int) -> Texts:
    """At most `count` short sentences of newspaper text, all neutral."""
    sentences = [
        sentence.strip("　 ")
        for passage in passages
        for sentence in _SENTENCE.findall(passage)
        if LEAST <= len(sentence.strip("　 ")) <= MOST
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
