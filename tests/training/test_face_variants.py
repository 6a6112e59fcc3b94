"""Whatever is done to a picture, its labels stay on the face."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.photos import extent, photo
from vidsent.training.face_variants import SHRINK, TILTS, blurred, changes, dark, small, turned


@pytest.mark.parametrize("name", [*(f"tilt_{degrees}" for degrees in TILTS), "small"])
def test_boxes_and_landmarks_move_with_the_picture(name: str) -> None:
    change, _ = changes()[name]
    source = photo(163, 120)
    harder = change(source)
    x, y, width, height = harder.boxes[0]
    assert extent(harder.image) == pytest.approx([x, y, x + width, y + height], abs=1.5)
    for column, row in harder.landmarks[0].astype(int):
        assert harder.image[row, column].min() > 150
    assert harder.boxes.dtype == harder.landmarks.dtype == np.float32


@pytest.mark.parametrize("degrees", TILTS)
def test_turning_loses_no_corner(degrees: int) -> None:
    source = photo(160, 120)
    source.image[:] = 255
    area = (turned(source, degrees).image.astype(float) - 114).clip(0).sum() / (255 - 114) / 3
    assert area == pytest.approx(160 * 120, rel=0.02)


def test_nothing_is_turned_by_nothing() -> None:
    source = photo()
    same = turned(source, 0)
    assert np.array_equal(same.image, source.image)
    assert same.boxes == pytest.approx(source.boxes)


def test_a_quarter_turn_lays_the_left_eye_above_the_right() -> None:
    right_eye, left_eye = turned(photo(), 90).landmarks[0, :2]  # counter-clockwise
    assert left_eye[1] < right_eye[1]
    assert left_eye[0] == pytest.approx(right_eye[0], abs=1e-3)


def test_the_small_picture_keeps_its_size_and_shrinks_its_face() -> None:
    source = photo()
    shrunk = small(source)
    assert shrunk.image.shape == source.image.shape
    assert shrunk.boxes[0, 2:] == pytest.approx(source.boxes[0, 2:] / SHRINK, rel=0.05)


def test_dark_is_darker_and_blurred_is_smoother_in_place() -> None:
    source = photo()
    for change in (dark, blurred):
        assert change(source).boxes is source.boxes
    assert dark(source).image.min() < 5
    assert dark(source).image.max() == 255
    steps = [
        np.abs(np.diff(each.image[..., 0].astype(int))).max() for each in (source, blurred(source))
    ]
    assert steps[1] < steps[0] / 3
