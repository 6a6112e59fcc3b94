"""The measures of a detector whose answers were planted, kinds of face, one run of the real one."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.photos import MIDDLE, empty, photo
from vidsent.faces.detection import THRESHOLD
from vidsent.faces.detector_network import LANDMARKS
from vidsent.training.data.face_photos import Photo
from vidsent.training.detector.average_precision import Found
from vidsent.training.evaluation.faces import (
    Answers,
    evaluate_faces,
    false_positives_row,
    kinds,
    measured,
    nose_shift,
    precision_row,
    readable,
    recall_by_kind,
    recall_row,
)

PHOTOS = [
    photo(name="mask/0000.jpg"),
    photo(200, 200, (20, 30, 100, 130), name="portrait/0000.jpg"),
    photo(200, 200, (90, 30, 50, 60), name="portrait/0001.jpg"),
    empty(),
]
SIDES = (15, 20, 24, 28, 40, 60, 120)
FACE = np.array([[-1, 0, 0], [1, 0, 0], [0, 1, 1], [-0.8, 2, 0], [0.8, 2, 0]])  # x, y, towards us


def white(image: np.ndarray) -> Found:
    """Finds every white spot of an image, surely."""
    mask = (image.min(2) > MIDDLE).astype(np.uint8)
    boxes = cv2.connectedComponentsWithStats(mask)[2][1:, :4]
    return Found(boxes.astype(np.float32), np.full(len(boxes), 0.9))


def noisy(image: np.ndarray) -> Found:
    """Finds large white spots, and weaker than them the four corners of every image."""
    found = white(image)
    large = found.boxes[:, 2] > 60
    corners = [[x, y, 12, 12] for y in (0, image.shape[0] - 12) for x in (0, image.shape[1] - 12)]
    boxes = np.concatenate([found.boxes[large], np.array(corners, np.float32)])
    return Found(boxes, np.append(found.scores[large], [0.8, 0.7, 0.6, 0.3]))


def blind(image: np.ndarray) -> Found:
    """Finds nothing at all."""
    return Found(np.zeros((0, 4), np.float32), np.zeros(0))


def test_who_finds_everything_has_full_precision_and_who_finds_nothing_none() -> None:
    row = precision_row(Answers.ask(PHOTOS, white), 0.5, "planted")
    assert (row.value, row.low, row.high) == (1.0, 1.0, 1.0)
    assert row.n == len(PHOTOS)
    assert "3 faces" in row.protocol and "planted" in row.protocol
    assert precision_row(Answers.ask(PHOTOS, blind), 0.5, "").value == 0.0


def test_recall_is_of_photographs_with_a_face_and_its_interval_covers_it() -> None:
    answers = Answers.ask(PHOTOS, noisy)
    row = recall_row(answers, "planted")
    assert row.value == pytest.approx(1 / 3, abs=1e-4)
    assert row.low <= row.value <= row.high
    assert row.low < row.high
    assert row.n == 3 and f"threshold {THRESHOLD}" in row.protocol
    assert recall_row(answers.of("mask"), "planted").value == 0.0


def test_false_positives_are_counted_at_the_shipped_threshold() -> None:
    row = false_positives_row(Answers.ask(PHOTOS, noisy).of("background"), "planted")
    assert row.value == sum(score >= THRESHOLD for score in (0.8, 0.7, 0.6, 0.3))


def test_recall_by_kind_has_a_row_for_every_kind_that_is_there() -> None:
    rows = recall_by_kind(Answers.ask(PHOTOS, noisy), "planted")
    assert {"recall_48_96px", "recall_96px_up", "recall_frontal"} <= set(rows)
    assert "recall_16_24px" not in rows and "recall_profile" not in rows
    assert rows["recall_48_96px"].value == 0.0
    assert rows["recall_96px_up"].value == 1.0


def test_a_small_run_of_everything_has_every_row_that_is_promised(
    data: Path, quick_timing: None
) -> None:
    found = evaluate_faces(data, limit=2)
    promised = {"ap35", "ap50", "portrait_recall", "false_positives_per_image", "ms_640x360"}
    promised |= {"mask_ap35", "portrait_ap50", "recall_tilt_90"}
    assert promised <= set(found)
    json.dumps(found, allow_nan=False)
    for name, row in found.items():
        assert row["low"] <= row["value"] <= row["high"], name
        assert all(math.isfinite(row[key]) for key in ("value", "low", "high"))
        assert row["n"] >= 1 and row["protocol"]


def row_of_faces(*sides: int) -> Photo:
    """Faces of these sides beside each other."""
    boxes = np.array([[130 * k, 0, side, side * 0.9] for k, side in enumerate(sides)], np.float32)
    landmarks = np.full((len(sides), LANDMARKS, 2), np.nan, np.float32)
    return replace(photo(), boxes=boxes, landmarks=landmarks)


def seen(yaw: float, tilt: float) -> np.ndarray:
    """Landmarks (1, 5, 2) of a head turned and tilted by degrees, its nose half an eye distance
    out, seen from afar."""
    a, b = np.radians([yaw, tilt])
    x = FACE[:, 0] * np.cos(a) + FACE[:, 2] * np.sin(a)
    points = np.stack([x, FACE[:, 1]], 1) * 20
    turned = points @ np.array([[np.cos(b), np.sin(b)], [-np.sin(b), np.cos(b)]])
    return turned[None] + 100


@pytest.mark.parametrize("tilt", [-90, -30, 0, 60])
@pytest.mark.parametrize("yaw", [-60, -10, 0, 30, 70])
def test_the_nose_shifts_by_half_the_tangent_whatever_the_tilt(yaw: float, tilt: float) -> None:
    assert nose_shift(seen(yaw, tilt))[0] == pytest.approx(
        abs(np.tan(np.radians(yaw))) / 2, abs=1e-6
    )


@pytest.mark.parametrize(
    ("yaw", "kind"),
    [(0, "frontal"), (-15, "frontal"), (30, "half"), (-40, "half"), (60, "profile")],
)
def test_a_turned_head_is_of_one_kind(yaw: float, kind: str) -> None:
    found = kinds(replace(row_of_faces(60), landmarks=seen(yaw, 20)))
    assert [name for name in ("frontal", "half", "profile") if found[name][0]] == [kind]


def test_unknown_landmarks_have_no_turn_and_small_faces_are_not_asked() -> None:
    unknown, small = row_of_faces(60), replace(row_of_faces(20), landmarks=seen(0, 0))
    for each in (unknown, small):
        assert not any(kinds(each)[name].any() for name in ("frontal", "half", "profile"))


def test_every_face_is_of_one_size() -> None:
    found = kinds(row_of_faces(*SIDES))
    sizes = [found[f"{name}px"] for name in ("16_24", "24_32", "32_48", "48_96")]
    table = np.array([*sizes, found["96px_up"]])
    assert table.sum(0).tolist() == [0, 1, 1, 1, 1, 1, 1]
    assert table.argmax(0)[1:].tolist() == [0, 1, 1, 2, 3, 4]


def test_faces_count_by_their_size() -> None:
    row = row_of_faces(*SIDES)
    assert readable(row).tolist() == [False, False, False, True, True, True, True]
    assert measured(row).tolist() == [False, True, True, True, True, True, True]


def labelled() -> Photo:
    """Three faces: of both labellers, of the reference, of people; the first and last masked."""
    boxes = np.array([[0, 0, 40, 50], [100, 0, 40, 50], [200, 0, 40, 50]], np.float32)
    return replace(
        photo(name="mask/0000.jpg"),
        boxes=boxes,
        landmarks=np.full((3, LANDMARKS, 2), np.nan, np.float32),
        masked=np.array([True, False, False]),
        tagged=np.array([True, False, True]),
    )


def test_only_people_say_who_wears_a_mask_and_who_none() -> None:
    found = kinds(labelled())
    assert found["masked"].tolist() == [True, False, False]
    assert found["bare"].tolist() == [False, False, True]
    elsewhere = kinds(replace(labelled(), name="video/0000.jpg"))
    assert not elsewhere["masked"].any() and not elsewhere["bare"].any()
