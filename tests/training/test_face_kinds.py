"""Which faces count, and of which kind they are, on faces whose kind was planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.photos import photo
from vidsent.faces.detector_network import LANDMARKS
from vidsent.training.face_kinds import human, kinds, reference, tiny_too, turn, united
from vidsent.training.facedet import Photo

SIDES = (15, 20, 24, 28, 40, 60, 120)
FACE = np.array([[-1, 0, 0], [1, 0, 0], [0, 1, 1], [-0.8, 2, 0], [0.8, 2, 0]])  # x, y, towards us


def row_of_faces(*sides: int) -> Photo:
    """Faces of these sides beside each other."""
    boxes = np.array([[130 * k, 0, side, side * 0.9] for k, side in enumerate(sides)], np.float32)
    landmarks = np.full((len(sides), LANDMARKS, 2), np.nan, np.float32)
    return replace(photo(), boxes=boxes, reference=boxes, landmarks=landmarks)


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
def test_turn_is_half_the_tangent_whatever_the_tilt(yaw: float, tilt: float) -> None:
    assert turn(seen(yaw, tilt))[0] == pytest.approx(abs(np.tan(np.radians(yaw))) / 2, abs=1e-6)


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
    faces = row_of_faces(*SIDES)
    assert united(faces).judged.tolist() == [False, False, False, True, True, True, True]
    assert tiny_too(faces).judged.tolist() == [False, True, True, True, True, True, True]


def labelled() -> Photo:
    """Three faces: of both labellers, of the reference, of people; the first and last masked."""
    boxes = np.array([[0, 0, 40, 50], [100, 0, 40, 50], [200, 0, 40, 50]], np.float32)
    drawn = np.array([[0, 10, 40, 40], [200, 10, 40, 40]], np.float32)
    return replace(
        photo(name="mask/0000.jpg"),
        boxes=boxes,
        landmarks=np.full((3, LANDMARKS, 2), np.nan, np.float32),
        masked=np.array([True, False, False]),
        human=drawn,
        reference=boxes[:2],
    )


def test_people_s_truth_frees_what_only_the_reference_found() -> None:
    truth = human(labelled())
    assert truth.boxes.tolist() == [[0, 10, 40, 40], [200, 10, 40, 40], [100, 0, 40, 50]]
    assert truth.judged.tolist() == [True, True, False]


def test_the_reference_s_truth_frees_what_only_people_found() -> None:
    truth = reference(labelled())
    assert truth.boxes.tolist() == labelled().boxes.tolist()
    assert truth.judged.tolist() == [True, True, False]


def test_only_people_say_who_wears_a_mask_and_who_none() -> None:
    found = kinds(labelled())
    assert found["masked"].tolist() == [True, False, False]
    assert found["bare"].tolist() == [False, False, True]
    elsewhere = kinds(replace(labelled(), name="video/0000.jpg"))
    assert not elsewhere["masked"].any() and not elsewhere["bare"].any()
