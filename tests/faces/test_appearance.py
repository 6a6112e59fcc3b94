"""People who look different are told apart, whatever the light and however the box jitters."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st

from vidsent.faces.appearance import LENGTH, describe, similarity

SKIN, FAIR, DARK, RED, BLUE = (
    (200, 150, 120), (215, 190, 120), (50, 35, 30), (170, 40, 40), (40, 60, 160),
)  # fmt: skip
BOX = np.array([130.0, 60.0, 60.0, 70.0])


def person(hair: tuple[int, ...], clothes: tuple[int, ...], wall: int = 120) -> np.ndarray:
    """A drawn person (240, 320, 3) uint8 whose face fills BOX."""
    image = np.full((240, 320, 3), wall, np.uint8)
    x, y, width, height = (int(value) for value in BOX)
    cv2.ellipse(image, (x + 30, y + 20), (width // 2 + 10, height // 2 + 15), 0, 0, 360, hair, -1)
    cv2.rectangle(image, (x - 30, y + 80), (x + width + 30, 239), clothes, -1)
    cv2.ellipse(image, (x + 30, y + 38), (width // 2 - 3, height // 2), 0, 0, 360, SKIN, -1)
    noise = np.random.default_rng(0).normal(0, 6, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def alike(first: np.ndarray, second: np.ndarray) -> float:
    return float(similarity(first[None], second[None])[0, 0])


def test_one_is_oneself_in_other_light_and_another_place() -> None:
    image = person(DARK, RED)
    before = describe(image, BOX)
    for light in (0.6, 1.3):
        lit = np.clip(image * light, 0, 255).astype(np.uint8)
        moved = np.roll(lit, 70, axis=1)
        assert alike(before, describe(moved, BOX + np.array([70, 0, 0, 0]))) > 0.8


@given(st.lists(st.floats(-0.1, 0.1), min_size=4, max_size=4))
def test_a_jittering_box_changes_little(jitter: list[float]) -> None:
    image = person(DARK, RED)
    assert alike(describe(image, BOX), describe(image, BOX + 65 * np.array(jitter))) > 0.8


def test_size_changes_little() -> None:
    image = person(DARK, RED)
    for scale in (0.25, 3.0):
        other = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        assert alike(describe(image, BOX), describe(other, BOX * scale)) > 0.8


@pytest.mark.parametrize(("hair", "clothes"), [(DARK, BLUE), (FAIR, RED), (FAIR, BLUE)])
def test_another_hair_or_dress_is_seen(hair: tuple[int, ...], clothes: tuple[int, ...]) -> None:
    first = describe(person(DARK, RED), BOX)
    assert alike(first, describe(person(hair, clothes), BOX)) < 0.6


def test_two_real_people_look_different() -> None:
    woman, man = skimage.data.astronaut(), np.repeat(skimage.data.camera()[..., None], 3, axis=2)
    here, there = np.array([175.0, 65.0, 90.0, 120.0]), np.array([215.0, 75.0, 55.0, 65.0])
    again = describe(cv2.GaussianBlur(woman, (5, 5), 0), here + 6)
    assert alike(describe(woman, here), again) > 0.8
    assert alike(describe(woman, here), describe(man, there)) < 0.4


def test_what_lies_beyond_the_edge_is_not_compared() -> None:
    """The chest is cut off, yet the rest is still the same person, and another still another."""
    whole, other = person(DARK, RED), person(FAIR, RED)
    low = int(BOX[1] + 1.1 * BOX[3])
    assert alike(describe(whole, BOX), describe(whole[:low], BOX)) > 0.75
    assert alike(describe(other, BOX), describe(whole[:low], BOX)) < 0.5


@pytest.mark.parametrize("box", [(-500, 0, 60, 60), (100, 5000, 60, 60), (1e6, 1e6, 1e3, 1e3)])
def test_a_box_beyond_the_picture_says_nothing(box: tuple[float, ...]) -> None:
    nothing = describe(person(DARK, RED), np.array(box))
    assert not nothing.any()
    assert alike(nothing, describe(person(DARK, RED), BOX)) == 0.5


@given(
    st.tuples(st.floats(-300, 400), st.floats(-300, 300), st.floats(0, 500), st.floats(0, 500)),
    st.sampled_from([(1, 1), (3, 200), (120, 160)]),
)
def test_any_box_gives_a_sound_description(box: tuple[float, ...], shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    found = describe(image, np.array(box))
    assert found.shape == (LENGTH,) and found.dtype == np.float32
    assert np.isfinite(found).all()
    assert 0 <= alike(found, found) <= 1


def test_similarity_of_many_is_that_of_each_pair() -> None:
    rows = np.stack([describe(person(hair, RED), BOX) for hair in (DARK, FAIR, BLUE)])
    table = similarity(rows, rows[:2])
    assert table.shape == (3, 2)
    assert np.diag(table[:2]) == pytest.approx([1, 1], abs=1e-4)
    assert table[2, 1] == pytest.approx(alike(rows[2], rows[1]), abs=1e-6)
    assert similarity(np.zeros((0, LENGTH)), rows).shape == (0, 3)
