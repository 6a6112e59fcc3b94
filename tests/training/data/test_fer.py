"""Contact sheets and votes: where a tile lies, which votes count, who has no label."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.training.tiny import fer_split, write_table
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.training.data.fer import CONTEMPT, FILED, NO_LABEL, VOTES, FerSplit, read_split


def _split(*rows: dict[str, int]) -> FerSplit:
    votes = np.zeros((len(rows), len(VOTES)), np.float32)
    for row, given in zip(votes, rows, strict=True):
        for name, count in given.items():
            row[VOTES.index(name)] = count
    blank = np.zeros((len(rows), 48, 48), np.uint8)
    return FerSplit(blank, votes, np.full(len(rows), NO_LABEL))


def test_tiles_are_cut_where_the_sheet_has_them(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 160)  # more than one row of the sheet
    split = read_split(tmp_path, "val")
    assert split.images.shape == (160, 48, 48)
    levels = split.images.mean(axis=(1, 2))
    planted = np.arange(160) % 7 * 25 + 30
    assert np.abs(levels - planted).max() < 3


def test_labels_and_votes_come_in_our_order(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 14)
    split = read_split(tmp_path, "val")
    assert (split.majority() == np.arange(14) % 7).all()
    assert (split.fer2013 == np.arange(14) % 7).all()
    assert split.distribution()[0] == pytest.approx([0.8, 0.2, 0, 0, 0, 0, 0])


def test_single_votes_are_dropped_on_reading(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 2)
    votes = np.zeros((2, len(VOTES)), int)
    votes[0, :3] = 8, 1, 1
    votes[1, :3] = 1, 1, 1
    write_table(tmp_path / "val.csv", votes, ["anger", ""])
    split = read_split(tmp_path, "val")
    assert split.distribution()[0, 0] == 1.0
    assert split.majority().tolist() == [0, NO_LABEL]
    assert split.fer2013.tolist() == [0, NO_LABEL]


def test_majority_leaves_out_what_is_no_emotion_of_ours() -> None:
    split = _split(
        {"fear": 4, "unknown": 5},
        {"contempt": 6, "anger": 4},
        {"not_a_face": 10},
        {},
        {"sadness": 5, "unknown": 4},
    )
    assert split.majority().tolist() == [NO_LABEL] * 4 + [LABELS.index("sadness")]


def test_of_labels_with_as_many_votes_the_first_of_the_file_is_taken() -> None:
    split = _split(
        {"anger": 5, "neutral": 5},
        {"fear": 4, "surprise": 4, "neutral": 2},
        {"contempt": 5, "disgust": 5},
        {"contempt": 4, "unknown": 4},
    )
    taken = [LABELS.index("neutral"), LABELS.index("surprise"), LABELS.index("disgust"), NO_LABEL]
    assert split.majority().tolist() == taken


def test_the_file_is_in_the_order_that_settles_ties(shared: Path) -> None:
    with (shared / "data" / "fer2013" / "test.csv").open(newline="") as file:
        named = next(csv.reader(file))
    votes = [each.removeprefix("votes_") for each in named if each.startswith("votes_")]
    assert tuple(votes) == FILED


def test_a_share_of_what_is_learned_is_the_label_with_most_votes() -> None:
    split = _split({"anger": 5, "neutral": 5}, {"fear": 6, "sadness": 2}, {"unknown": 9, "fear": 1})
    learned = split.distribution(0.4)
    neutral, anger, fear, sadness = (
        LABELS.index(e) for e in ("neutral", "anger", "fear", "sadness")
    )
    assert learned[0, [neutral, anger]] == pytest.approx([0.7, 0.3])
    assert learned[1, [fear, sadness]] == pytest.approx([0.85, 0.15])
    assert np.array_equal(learned[2], split.distribution()[2])
    assert learned.dtype == np.float32


def test_an_absolute_majority_is_more_than_half_of_the_votes_for_one_of_eight() -> None:
    split = _split(
        {"fear": 6, "unknown": 4},
        {"fear": 5, "anger": 5},
        {"sadness": 4, "anger": 3, "unknown": 3},
        {"contempt": 7, "anger": 3},
        {"unknown": 8},
        {"not_a_face": 10},
        {},
    )
    assert split.absolute_majority().tolist() == [
        LABELS.index("fear"),
        -1,
        -1,
        CONTEMPT,
        -1,
        -1,
        -1,
    ]


def test_distribution_sums_to_one_over_the_seven_or_is_nothing() -> None:
    split = _split({"fear": 3, "happiness": 3, "unknown": 4}, {"not_a_face": 10})
    assert split.distribution().sum(1) == pytest.approx([1.0, 0.0])


def test_a_missing_split_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'val'"):
        read_split(tmp_path, "val")


def test_a_sheet_too_small_for_its_table_is_refused(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 3)
    votes = np.ones((151, len(VOTES)), int)
    write_table(tmp_path / "val.csv", votes, ["fear"] * 151)
    with pytest.raises(DataError, match="too small"):
        read_split(tmp_path, "val")


def test_a_sheet_that_is_no_image_is_refused(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 3)
    (tmp_path / "val.png").write_bytes(b"not an image")
    with pytest.raises(DataError, match="decoded"):
        read_split(tmp_path, "val")


def test_hard_labels_are_fer2013_s_own_and_nothing_else(tmp_path: Path) -> None:
    votes = np.zeros((3, len(VOTES)), int)
    votes[:, 3] = 10  # all raters saw happiness
    fer_split(tmp_path, "val", 3)
    write_table(tmp_path / "val.csv", votes, ["fear", "", "happiness"])
    split = read_split(tmp_path, "val").hard()
    assert split.majority().tolist() == [LABELS.index("fear"), NO_LABEL, LABELS.index("happiness")]
    assert split.distribution().sum(1).tolist() == [1, 0, 1]
    assert (split.distribution().argmax(1)[[0, 2]] == split.majority()[[0, 2]]).all()
