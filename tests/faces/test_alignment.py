"""Crops come out upright and of one size, and their quality falls as faces get worse."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import data

from vidsent.faces.alignment import (
    FITTED,
    SMALLEST,
    TEMPLATE,
    align,
    crop_transform,
    face_quality,
    sharpness,
    similarity_transform,
    yaw,
)
from vidsent.faces.expression import CROP_SIZE

# Eyes, nose and mouth corners of Eileen Collins in NASA's portrait (512 x 512), by eye.
LANDMARKS = np.array([[199, 108], [243, 106], [222, 131], [204, 149], [243, 147]], np.float32)


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """NASA's public-domain portrait of Eileen Collins, (512, 512, 3) uint8."""
    return np.asarray(data.astronaut())


def turned(image: np.ndarray, points: np.ndarray, degrees: float, scale: float = 1.0):  # type: ignore[no-untyped-def]
    """The picture and its points turned and scaled about the middle."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return cv2.warpAffine(image, matrix, (width, height)), moved.astype(np.float32)


@given(st.floats(-3.1, 3.1), st.floats(0.05, 20), st.floats(-500, 500), st.floats(-500, 500))
def test_a_similarity_is_found_again(angle: float, scale: float, x: float, y: float) -> None:
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = TEMPLATE[FITTED] @ linear.T + [x, y]
    matrix = similarity_transform(moved, TEMPLATE[FITTED])
    back = moved @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(back, TEMPLATE[FITTED], atol=1e-3)


@pytest.mark.parametrize(("less", "more"), [(-25, -60), (25, 90), (25, 150)])
def test_a_face_that_lies_gives_the_crop_of_a_tilted_one(
    portrait: np.ndarray, less: float, more: float
) -> None:
    tilted = align(*turned(portrait, LANDMARKS, less)).astype(float)
    lying = align(*turned(portrait, LANDMARKS, more)).astype(float)
    assert tilted.shape == (CROP_SIZE, CROP_SIZE)
    assert np.corrcoef(tilted.ravel(), lying.ravel())[0, 1] > 0.98


@pytest.mark.parametrize(("tilt", "kept"), [(0, 0), (10, 5), (-10, -5), (60, 8), (-120, -8)])
def test_half_of_a_small_tilt_is_kept(tilt: float, kept: float) -> None:
    angle = np.radians(tilt)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = TEMPLATE @ spin.T * 3 + [200, 100]
    matrix = crop_transform(points)
    cut = points @ matrix[:, :2].T + matrix[:, 2]
    across = cut[1] - cut[0]
    assert np.degrees(np.arctan2(across[1], across[0])) == pytest.approx(kept, abs=0.1)
    np.testing.assert_allclose(cut[FITTED].mean(0), TEMPLATE[FITTED].mean(0), atol=0.01)


def test_what_is_sharp_stays_sharp_in_a_crop() -> None:
    """Stripes of a face a little larger than its crop: none is lost to a stretch or an average."""
    for scale in (1.2, 1.7, 2.3, 3.6, 7.9):
        side = round(120 * scale)
        columns = np.arange(side) // max(1, round(2 * scale)) % 2 * 255
        image = np.repeat(np.tile(columns, (side, 1)).astype(np.uint8)[..., None], 3, axis=2)
        crop = align(image, ((TEMPLATE + 5.5) * scale - 0.5).astype(np.float32))
        assert crop[40:56].astype(float).std() > 90, scale


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_a_larger_or_smaller_face_gives_the_same_crop(portrait: np.ndarray, scale: float) -> None:
    resized = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    upright, other = align(portrait, LANDMARKS), align(resized, LANDMARKS * scale)
    assert np.corrcoef(upright.ravel(), other.ravel())[0, 1] > 0.98


def test_the_eyes_come_to_lie_on_the_template() -> None:
    image = np.zeros((300, 300, 3), np.uint8)
    points = (TEMPLATE * 2 + 40).astype(np.float32)
    for x, y in points[:2]:
        cv2.circle(image, (round(float(x)), round(float(y))), 8, (255, 255, 255), -1)
    crop = align(image, points)
    for x, y in TEMPLATE[:2]:
        assert crop[round(float(y)), round(float(x))] > 240
    assert crop[80:].max() == 0


@pytest.mark.parametrize("shift", [(-200, -100), (300, 0), (5000, 5000)])
def test_a_face_beyond_the_edge_still_gives_a_crop(
    portrait: np.ndarray, shift: tuple[int, int]
) -> None:
    crop = align(portrait, LANDMARKS + np.array(shift, np.float32))
    assert crop.shape == (CROP_SIZE, CROP_SIZE)
    assert crop.dtype == np.uint8


def test_landmarks_in_one_point_give_no_nonsense(portrait: np.ndarray) -> None:
    points = np.full((5, 2), 100, np.float32)
    crop = align(portrait, points)
    assert crop.shape == (CROP_SIZE, CROP_SIZE)
    assert 0 <= face_quality(crop, points).value <= 1


def test_quality_falls_with_size_until_a_face_is_not_read(portrait: np.ndarray) -> None:
    values, sizes = [], []
    for scale in (1.0, 0.35, 0.25, 0.1):
        small = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        quality = face_quality(align(small, LANDMARKS * scale), LANDMARKS * scale)
        values.append(quality.value)
        sizes.append(quality.size)
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.9
    assert sizes[-1] < SMALLEST
    assert values[-1] == 0


def test_quality_falls_with_blur_until_a_face_is_not_read(portrait: np.ndarray) -> None:
    values = [
        face_quality(align(cv2.GaussianBlur(portrait, (0, 0), sigma), LANDMARKS), LANDMARKS).value
        for sigma in (0.5, 4, 6, 12)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.9
    assert values[-1] == 0


def test_sharpness_does_not_depend_on_light(portrait: np.ndarray) -> None:
    crop = align(portrait, LANDMARKS)
    darker = (crop * 0.4 + 10).astype(np.uint8)
    assert sharpness(darker) == pytest.approx(sharpness(crop), rel=0.1)
    assert sharpness(np.full_like(crop, 90)) == 0


def test_a_head_that_turns_shows_in_its_landmarks() -> None:
    """Five points of a head of depth, seen ever more from the side."""
    head = np.array([[-30, -30, 0], [30, -30, 0], [0, 0, 30], [-20, 30, 5], [20, 30, 5]], float)
    turns = []
    for degrees in (0, 20, 40, 60):
        angle = np.radians(degrees)
        across = head[:, 0] * np.cos(angle) + head[:, 2] * np.sin(angle)
        turns.append(yaw(np.column_stack([across, head[:, 1]]).astype(np.float32)))
    assert turns == sorted(turns)
    assert turns[0] < 0.05
    assert turns[-1] > 1


def test_tilting_is_not_turning() -> None:
    for degrees in (0, 30, 90, 200):
        angle = np.radians(degrees)
        spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        assert yaw((TEMPLATE @ spin.T).astype(np.float32)) < 0.05
