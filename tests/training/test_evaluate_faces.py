"""The measures of two detectors whose answers were planted, and one run of the real ones."""

from __future__ import annotations

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data as pictures

from tests.training.photos import MIDDLE, empty, photo
from vidsent.faces import detection
from vidsent.training import contest, haar
from vidsent.training.contest import Contest
from vidsent.training.evaluate_faces import FACE_SETS, evaluate_faces
from vidsent.training.face_kinds import united
from vidsent.training.face_measures import Found
from vidsent.training.face_speed import FRAMES, fill, measure_speed
from vidsent.training.haar import HaarDetector
from vidsent.training.timing import TURNS

PHOTOS = [
    photo(name="mask/0000.jpg"),
    photo(200, 200, (20, 30, 100, 130), name="portrait/0000.jpg"),
    photo(200, 200, (90, 30, 50, 60), name="portrait/0001.jpg"),
    empty(),
]

needs_cascade = pytest.mark.skipif(not haar.available(), reason="OpenCV 5 has no cascades")


def white(image: np.ndarray) -> Found:
    """Finds every white spot of a picture, surely."""
    mask = (image.min(2) > MIDDLE).astype(np.uint8)
    boxes = cv2.connectedComponentsWithStats(mask)[2][1:, :4]
    return Found(boxes.astype(np.float32), np.full(len(boxes), 0.9))


def noisy(image: np.ndarray) -> Found:
    """Finds large white spots, and weaker than them the four corners of every picture."""
    found = white(image)
    large = found.boxes[:, 2] > 60
    corners = [[x, y, 12, 12] for y in (0, image.shape[0] - 12) for x in (0, image.shape[1] - 12)]
    boxes = np.concatenate([found.boxes[large], np.array(corners, np.float32)])
    return Found(boxes, np.append(found.scores[large], [0.8, 0.7, 0.6, 0.3]))


def blind(image: np.ndarray) -> Found:
    """Finds nothing at all."""
    return Found(np.zeros((0, 4), np.float32), np.zeros(0))


def test_who_finds_everything_has_full_precision_beside_who_finds_nothing() -> None:
    row = contest.precision_row(Contest.hold(PHOTOS, white, blind), united, 0.5, "planted")
    assert (row["value"], row["low"], row["high"]) == (1.0, 1.0, 1.0)
    assert row["baseline"] == 0.0
    assert row["n"] == len(PHOTOS)
    assert "3 faces" in row["protocol"] and "planted" in row["protocol"]


def test_recall_is_of_pictures_with_a_face_and_its_interval_covers_it() -> None:
    held = Contest.hold(PHOTOS, noisy, white)
    row = contest.shipped_recall_row(held, "planted")
    assert row["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert row["low"] <= row["value"] <= row["high"]
    assert row["low"] < row["high"]
    assert row["baseline"] == 1.0
    assert row["n"] == 3
    assert contest.shipped_recall_row(held.of("mask"), "planted")["value"] == 0.0


def test_false_positives_are_counted_at_the_shipped_threshold() -> None:
    backgrounds = Contest.hold(PHOTOS, noisy, white).of("background")
    row = contest.false_positives_row(backgrounds, "planted")
    assert row["value"] == sum(score >= detection.THRESHOLD for score in (0.8, 0.7, 0.6, 0.3))
    assert row["baseline"] == 0.0


@pytest.mark.parametrize(("most", "recall"), [(0, 0.0), (1, 1.0), (5, 1.0)])
def test_recall_is_taken_at_as_many_false_positives_as_the_baseline_makes(
    most: int, recall: float
) -> None:
    def ours(image: np.ndarray) -> Found:
        """Surest of a wrong answer, then right, then wrong again."""
        (face,) = white(image).boxes
        wrong = np.array([[1, 1, 9, 9], [180, 180, 9, 9]], np.float32)
        return Found(np.stack([wrong[0], face, wrong[1]]), np.array([0.9, 0.8, 0.7]))

    def baseline(image: np.ndarray) -> Found:
        return Found(np.tile([150.0, 5.0, 8.0, 8.0], (most, 1)), np.ones(most))

    row = contest.variant_row(Contest.hold(PHOTOS[1:2], ours, baseline), "planted")
    assert row["value"] == recall
    assert row["baseline"] == 0.0
    assert f"{most} false positives" in row["protocol"]


def test_recall_by_kind_has_a_row_for_every_kind_that_is_there() -> None:
    rows = contest.recall_rows(Contest.hold(PHOTOS, white, noisy), "planted")
    assert {"recall_48_96px", "recall_96px_up", "recall_frontal"} <= set(rows)
    assert "recall_16_24px" not in rows and "recall_profile" not in rows
    assert rows["recall_48_96px"]["value"] == rows["recall_96px_up"]["value"] == 1.0
    assert rows["recall_48_96px"]["baseline"] == 0.0
    assert rows["recall_96px_up"]["baseline"] == 1.0


def test_without_the_cascade_rows_say_that_nothing_was_compared() -> None:
    held = Contest.hold(PHOTOS, white, None)
    rows = [
        contest.precision_row(held, united, 0.5, ""),
        contest.shipped_recall_row(held, ""),
        contest.false_positives_row(held.of("background"), ""),
        *contest.recall_rows(held, "").values(),
        contest.variant_row(held, ""),
    ]
    assert [row["baseline"] for row in rows] == [None] * len(rows)
    assert all("baseline" in row and "cascade" not in row["protocol"] for row in rows)


def test_speed_is_measured_on_pictures_of_the_stated_sizes_in_turn() -> None:
    asked: list[tuple[str, tuple[int, ...], int]] = []

    def ours(image: np.ndarray, side: int) -> None:
        asked.append(("ours", image.shape, side))

    def theirs(image: np.ndarray) -> None:
        asked.append(("haar", image.shape, 0))

    rows = measure_speed(PHOTOS[:2], ours, theirs)
    assert {(shape[1], shape[0]) for _, shape, _ in asked} == set(FRAMES)
    assert all(side == shape[1] for who, shape, side in asked if who == "ours")
    turn = ["ours", "ours", "haar", "haar"]
    assert [who for who, _, _ in asked] == (["ours", "haar"] + turn * TURNS) * len(FRAMES)
    assert set(rows) == {f"ms_{r}{w}x{h}" for w, h in FRAMES for r in ("", "ratio_")}
    alone = measure_speed(PHOTOS[:2], ours, None)
    assert {row["baseline"] for row in alone.values()} == {None}


@pytest.mark.parametrize(("width", "height"), FRAMES)
def test_pictures_are_filled_and_not_squeezed(width: int, height: int) -> None:
    filled = fill(photo(200, 200, (80, 80, 40, 40)).image, width, height)
    assert filled.shape == (height, width, 3)
    (box,) = white(filled).boxes
    assert box[2] == pytest.approx(box[3], abs=2)


@needs_cascade
def test_the_cascade_still_finds_a_frontal_face_and_none_in_the_dark() -> None:
    found = HaarDetector().detect(np.asarray(pictures.astronaut()))
    assert len(found.boxes) == len(found.scores) == 1
    x, y, width, height = found.boxes[0]
    assert x < 222 < x + width and y < 131 < y + height
    assert HaarDetector().detect(np.zeros((20, 300, 3), np.uint8)).boxes.shape == (0, 4)


def test_a_small_run_of_everything_has_every_row_that_is_promised(
    shared: Path, tmp_path: Path
) -> None:
    found = evaluate_faces(shared / "data", clips=tmp_path / "absent", limit=2)
    promised = {"ap35", "ap50", "portrait_recall", "false_positives_per_image", "human_ap35"}
    promised |= {f"{name}_ap{least}" for name in FACE_SETS for least in (35, 50)}
    promised |= {"recall_tilt_90", "recall_dark", "recall_small", "ms_640x640", "ms_320x180"}
    assert promised <= set(found)
    json.dumps(found, allow_nan=False)
    for name, row in found.items():
        assert row["low"] <= row["value"] <= row["high"], name
        assert all(math.isfinite(row[key]) for key in ("value", "low", "high"))
        assert row["n"] >= 1 and row["protocol"]
    compared = found["ap35"]["baseline"]
    assert (compared is not None) == haar.available()
