"""Parts of the face are where the landmarks are, and heat is named after the part it lies in."""

from __future__ import annotations

import numpy as np
import pytest

from vidsent.faces.alignment import TEMPLATE
from vidsent.faces.expression import CROP_SIZE
from vidsent.faces.regions import OUTSIDE, PARTS, hottest, masks

PLACES = {  # landmarks of `TEMPLATE`, and a chin
    "eyes": TEMPLATE[:2],
    "nose": TEMPLATE[2:3],
    "mouth": TEMPLATE[3:],
    "jaw": np.array([[48.5, 83.5]]),
}


def _glow(*points: np.ndarray, spread: float = 4.0) -> np.ndarray:
    """Heat (96, 96) around points (N, 2)."""
    rows, columns = np.mgrid[:CROP_SIZE, :CROP_SIZE]
    each = [
        np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2))
        for x, y in np.concatenate(points)
    ]
    heat: np.ndarray = np.sum(each, axis=0)
    return heat / heat.max()


def test_parts_never_overlap_and_hold_their_landmarks() -> None:
    found = masks()
    assert tuple(found) == PARTS
    assert np.sum(list(found.values()), axis=0).max() == 1
    for part, points in PLACES.items():
        assert all(found[part][round(y), round(x)] for x, y in points)


@pytest.mark.parametrize("part", PARTS)
def test_heat_at_a_landmark_is_named_after_it(part: str) -> None:
    assert hottest(_glow(PLACES[part]))[0] == part


def test_two_parts_as_hot_as_each_other_are_both_named() -> None:
    assert set(hottest(_glow(PLACES["eyes"], PLACES["mouth"]))) == {"eyes", "mouth"}


def test_heat_that_is_everywhere_has_no_name() -> None:
    assert hottest(np.ones((CROP_SIZE, CROP_SIZE))) == ()
    assert hottest(np.zeros((CROP_SIZE, CROP_SIZE))) == ()


def test_heat_in_the_corners_is_outside_the_face() -> None:
    corners = np.array([[4.0, 4.0], [91.0, 4.0], [4.0, 91.0]])
    assert hottest(_glow(corners)) == (OUTSIDE,)
