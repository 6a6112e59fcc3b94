"""Plain statements are neutral, and an emotion that is denied is not that emotion."""

from __future__ import annotations

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.language.word_table import WordTable
from vidsent.training.plain_texts import LEAST, MOST, STRONG, denials, statements


def row(label: str, weight: float) -> np.ndarray:
    found = np.zeros(len(LABELS))
    found[LABELS.index(label)] = weight
    return found


def test_sentences_of_newspapers_are_neutral_and_short() -> None:
    passages = ["会议今天上午在北京举行。与会者讨论了三项议题。好。", "长" * 90 + "。"]
    found = statements(passages, 10, 0)
    assert sorted(found.texts) == ["与会者讨论了三项议题。", "会议今天上午在北京举行。"]
    assert found.labels[:, NEUTRAL].all() and found.labels.sum() == 2
    assert all(LEAST <= len(text) <= MOST for text in found.texts)
    assert len(statements(passages, 1, 0).texts) == 1


def test_denied_happiness_is_sad_and_other_denied_emotions_are_nothing() -> None:
    words = {
        "开心": row("happiness", STRONG + 1),
        "afraid": row("fear", STRONG + 1),
        "table": row("anger", STRONG - 0.1),
        "😂": row("happiness", STRONG + 1),
        "shut up": row("anger", STRONG + 1),
    }
    found = denials(WordTable(words, {}), 0)
    meant = {
        text: LABELS[int(label.argmax())]
        for text, label in zip(found.texts, found.labels, strict=True)
    }
    assert {each for text, each in meant.items() if "开心" in text} == {"sadness"}
    assert {each for text, each in meant.items() if "afraid" in text} == {"neutral"}
    assert not [text for text in meant if "table" in text or "😂" in text or "shut" in text]
    assert not [text for text in meant if text.startswith("别")]  # 别开心 is not sad
