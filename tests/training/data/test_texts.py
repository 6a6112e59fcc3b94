"""Text sets are read as their tables say."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.core.errors import DataError
from vidsent.language.word_table import WordTable
from vidsent.training.data.texts import (
    HELD_OUT,
    STATEMENT_LENGTHS,
    STRONG,
    denials,
    read_texts,
    statements,
)


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / "text" / f"{name}.tsv.gz"
    path.parent.mkdir(exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)
    return folder


def test_labels_outside_the_seven_are_dropped(tmp_path: Path) -> None:
    data = write(
        tmp_path,
        "goemotions_ekman",
        "train\ten\tfear,anticipation\tRun!",
        "train\ten\ttrust,opinion=positive\tYou should",
        "dev\ten\tanger,disgust\tUgh",
        "test\ten\tneutral\tIt is",
    )
    splits = read_texts(data, "goemotions_ekman")
    assert {split: found.texts for split, found in splits.items()} == {
        "train": ("Run!",),
        "dev": ("Ugh",),
        "test": ("It is",),
    }
    assert [LABELS[k] for k in splits["dev"].labels[0].nonzero()[0]] == ["anger", "disgust"]


def test_a_set_without_dev_lends_every_tenth_sentence(tmp_path: Path) -> None:
    data = write(tmp_path, "xed_en", *[f"train\ten\tanger\t{n}" for n in range(30)])
    splits = read_texts(data, "xed_en")
    assert splits["dev"].texts == ("0", "10", "20")
    assert len(splits["train"].texts) == 30 - 30 // HELD_OUT
    assert not set(splits["dev"].texts) & set(splits["train"].texts)


def test_emotes_written_as_titles_become_emotes(tmp_path: Path) -> None:
    data = write(tmp_path, "smp2020_zh", "train\tzh\tsadness\t走了《泪》", "dev\tzh\tanger\t《怒》")
    assert read_texts(data, "smp2020_zh")["train"].texts == ("走了[泪]",)


def test_missing_and_malformed_sets_are_data_errors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No text set"):
        read_texts(tmp_path, "xed_en")
    with pytest.raises(DataError, match="not a table"):
        read_texts(write(tmp_path, "xed_en", "only two\tcolumns"), "xed_en")
    (tmp_path / "text" / "xed_en.tsv.gz").write_bytes(b"no gzip")
    with pytest.raises(DataError, match="not a table"):
        read_texts(tmp_path, "xed_en")


def test_shared_sets_have_the_sizes_that_their_authors_state(shared: Path) -> None:
    splits = read_texts(shared / "data", "goemotions_ekman")
    assert {split: len(found.texts) for split, found in splits.items()} == {
        "train": 43_410,
        "dev": 5_426,
        "test": 5_427,
    }


def row(label: str, weight: float) -> np.ndarray:
    found = np.zeros(len(LABELS))
    found[LABELS.index(label)] = weight
    return found


def test_sentences_of_newspapers_are_neutral_and_short() -> None:
    passages = ["会议今天上午在北京举行。与会者讨论了三项议题。好。", "长" * 90 + "。"]
    found = statements(passages, 10, 0)
    assert sorted(found.texts) == ["与会者讨论了三项议题。", "会议今天上午在北京举行。"]
    assert found.labels[:, NEUTRAL].all() and found.labels.sum() == 2
    least, most = STATEMENT_LENGTHS
    assert all(least <= len(text) <= most for text in found.texts)
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
