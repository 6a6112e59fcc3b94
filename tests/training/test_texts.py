"""Text sets are read as their tables say."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.training.texts import HELD_OUT, read_texts


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
