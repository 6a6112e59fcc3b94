"""Tiles are spoiled as it is said, and rows count what was planted."""

from __future__ import annotations

import numpy as np
import pytest

from vidsent.training.data.fer import CONTEMPT, VOTES, FerSplit
from vidsent.training.evaluation import expression_rows
from vidsent.training.evaluation.robustness import (
    MASK_FROM,
    TILE_DARK,
    TILE_SIDE,
    tile_variants,
    turn_tile,
)

CHANGES = tile_variants()


def _face() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)


def _split(labels: list[int]) -> FerSplit:
    votes = np.zeros((len(labels), len(VOTES)), np.float32)
    votes[np.arange(len(labels)), labels] = 10
    images = np.stack([_face()] * len(labels))
    return FerSplit(images, votes, np.array(labels, np.int64))


@pytest.mark.parametrize("name", CHANGES)
def test_every_variant_changes_the_tile_and_not_its_shape(name: str) -> None:
    tile = _face()
    before = tile.copy()
    changed = CHANGES[name][0](tile)
    assert changed.shape == tile.shape and changed.dtype == np.uint8
    assert not np.array_equal(changed, before)
    assert np.array_equal(tile, before)


def test_variants_do_what_they_are_called() -> None:
    tile = _face()
    spoiled = {name: change(tile) for name, (change, _) in CHANGES.items()}
    assert spoiled["dark"].max() <= round(255 * TILE_DARK)
    assert np.array_equal(spoiled["masked"][:MASK_FROM], tile[:MASK_FROM])
    assert len(np.unique(spoiled["masked"][MASK_FROM:])) == 1
    assert spoiled["blurred"].std() < tile.std() / 2
    assert spoiled[f"small_{TILE_SIDE}px"].std() < tile.std()


def test_a_turn_is_counter_clockwise_about_the_middle() -> None:
    tile = np.zeros((48, 48), np.uint8)
    tile[22:26, 34:46] = 255  # to the right of the middle
    rows, columns = np.nonzero(turn_tile(tile, 90) > 128)
    assert rows.mean() < 12 and abs(columns.mean() - 23.5) < 1


def test_rows_on_tiles_count_only_faces_with_an_emotion() -> None:
    test = _split([0, 1, 2, 3, 9])  # the last is not a face
    probs = np.eye(7)[[0, 1, 2, 4, 0]]
    rows = expression_rows.recognition_rows(
        FerSplit(test.images, test.votes, np.array([0, 1, 2, 3, -1])), probs, probs[[0, 0, 0, 0, 0]]
    )
    assert rows["ferplus_accuracy"].value == 0.75
    assert rows["ferplus_accuracy_tiles"].value == 0.25
    assert rows["ferplus_uar"].value == 0.75
    assert {row.n for row in rows.values()} == {4}


def test_the_published_protocol_leaves_out_what_is_in_doubt_and_keeps_contempt() -> None:
    test = _split([0, 1, CONTEMPT, 3])
    test.votes[1, 2] = 10  # as many say something else
    probs = np.eye(7)[[0, 1, 2, 3]]
    rows = expression_rows.recognition_rows(test, probs, probs)
    metric = rows["ferplus_accuracy_as_published"]
    assert metric.n == 3
    assert metric.value == pytest.approx(2 / 3, abs=1e-4)


def test_variants_are_read_as_spoiled_and_compared_with_the_truth() -> None:
    test = _split([0, 1, 2, 9])
    asked: list[np.ndarray] = []

    def read(tiles: np.ndarray) -> np.ndarray:
        asked.append(tiles)
        return np.eye(7)[[0, 1, 6]]

    rows = expression_rows.variant_rows(test, read)
    assert len(rows) == len(CHANGES) == len(asked)
    assert {row.value for row in rows.values()} == {round(2 / 3, 4)}
    assert not any(np.array_equal(tiles, test.images[:3]) for tiles in asked)


def test_accuracy_by_size_takes_each_face_once_and_a_missed_one_as_wrong() -> None:
    truth = np.array([0, 0, 1, 1, -1])
    sides = np.array([24, 39, 40, 100, 100])
    answers = np.array([0, expression_rows.MISSED, 1, 1, 1])
    rows = expression_rows.size_rows(truth, sides, answers)
    assert {name: (row.value, row.n) for name, row in rows.items()} == {
        "ferplus_accuracy_24_40px": (0.5, 2),
        "ferplus_accuracy_40_64px": (1.0, 1),
        "ferplus_accuracy_96_144px": (1.0, 1),
    }
