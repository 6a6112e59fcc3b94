"""Whatever is done to an image, its labels stay on the face."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.photos import extent, photo
from vidsent.training.evaluation.robustness import (
    PHOTO_TILTS,
    photo_variants,
    turn_photo,
)


@pytest.mark.parametrize("name", [f"tilt_{degrees}" for degrees in PHOTO_TILTS])
def test_boxes_and_landmarks_move_with_the_image(name: str) -> None:
    change, _ = photo_variants()[name]
    source = photo(163, 120)
    harder = change(source)
    x, y, width, height = harder.boxes[0]
    assert extent(harder.image) == pytest.approx([x, y, x + width, y + height], abs=1.5)
    for column, row in harder.landmarks[0].astype(int):
        assert harder.image[row, column].min() > 150
    assert harder.boxes.dtype == harder.landmarks.dtype == np.float32


@pytest.mark.parametrize("degrees", PHOTO_TILTS)
def test_turning_loses_no_corner(degrees: int) -> None:
    source = photo(160, 120)
    source.image[:] = 255
    area = (turn_photo(source, degrees).image.astype(float) - 114).clip(0).sum() / (255 - 114) / 3
    assert area == pytest.approx(160 * 120, rel=0.02)


def test_nothing_is_turned_by_nothing() -> None:
    source = photo()
    same = turn_photo(source, 0)
    assert np.array_equal(same.image, source.image)
    assert same.boxes == pytest.approx(source.boxes)


def test_a_quarter_turn_lays_the_left_eye_above_the_right() -> None:
    right_eye, left_eye = turn_photo(photo(), 90).landmarks[0, :2]  # counter-clockwise
    assert left_eye[1] < right_eye[1]
    assert left_eye[0] == pytest.approx(right_eye[0], abs=1e-3)
