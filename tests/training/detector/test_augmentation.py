"""Images are spoiled as promised: hands cover faces only; distractors never cover a face."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vidsent.training.detector.augmentation import (
    PARTS,
    blurred_out,
    degrade,
    draw_word,
    occlude,
    paste_distractors,
    shuffled_parts,
)

SIDE = 192  # pixels


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def test_hands_cover_a_part_of_some_faces_and_nothing_else() -> None:
    boxes = np.array([[20, 20, 80, 90], [110, 100, 170, 180]], np.float32)
    covered = 0
    for seed in range(60):
        image, before = noise(99), noise(99)
        occlude(image, boxes, np.random.default_rng(seed))
        changed = (image != before).any(2)
        for left, top, right, bottom in boxes.astype(int):
            share = changed[top : bottom + 1, left : right + 1].mean()
            assert share < 0.3
            covered += bool(share)
            changed[top : bottom + 1, left : right + 1] = False
        assert not changed.any()
    assert 3 <= covered <= 40


@given(st.integers(0, 100_000))
def test_a_spoiled_image_keeps_its_shape_its_source_and_its_seed(seed: int) -> None:
    image = noise(1)
    worse, finest = degrade(image, np.random.default_rng(seed))
    assert 0 <= finest < 48
    assert worse.shape == image.shape
    assert worse.dtype == np.uint8
    assert np.array_equal(image, noise(1))
    assert np.array_equal(worse, degrade(image, np.random.default_rng(seed))[0])


def test_images_are_darkened_more_often_than_lightened() -> None:
    image = np.full((8, 8, 3), 128, np.uint8)
    levels = [degrade(image, np.random.default_rng(seed))[0].mean() for seed in range(200)]
    assert 70 < np.median(levels) < 150
    assert np.quantile(levels, 0.05) < 50  # a film's night
    assert max(levels) > 150


CANVAS = 160  # pixels
TAKEN = np.array([[20, 20, 70, 80], [90, 100, 150, 150]], np.float32)
seeds = st.integers(0, 100_000)


def gradient(side: int = 60) -> np.ndarray:
    """Every pixel of the patch is another colour."""
    y, x = np.mgrid[:side, :side]
    return np.stack([4 * x, 4 * y, 2 * (x + y)], axis=-1).astype(np.uint8)


@given(seeds)
def test_a_jumbled_face_has_all_its_parts_but_not_their_order(seed: int) -> None:
    patch = gradient()
    mixed = shuffled_parts(patch, np.random.default_rng(seed))
    assert mixed.shape == patch.shape
    np.testing.assert_array_equal(
        np.sort(mixed.reshape(-1, 3), 0), np.sort(patch.reshape(-1, 3), 0)
    )
    assert (mixed != patch).any()


def test_a_patch_too_small_to_cut_is_no_error() -> None:
    tiny = np.full((2, 3, 3), 9, np.uint8)
    assert shuffled_parts(tiny, np.random.default_rng(0)).shape == (PARTS, PARTS, 3)
    assert blurred_out(tiny).shape == tiny.shape


def test_a_blank_face_keeps_its_colour_and_loses_its_features() -> None:
    patch = np.full((50, 50, 3), (200, 150, 120), np.uint8)
    patch[10:15, 10:20] = patch[10:15, 30:40] = 20  # eyes
    smooth = blurred_out(patch)
    assert np.abs(smooth.mean((0, 1)) - patch.mean((0, 1))).max() < 5
    assert smooth.std() < patch.std()
    assert smooth[12, 15].min() > 80


@given(seeds)
def test_nothing_is_put_over_a_face(seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = np.full((CANVAS, CANVAS, 3), 77, np.uint8)
    taken = paste_distractors(image, [gradient(30), gradient(45), gradient(CANVAS)], TAKEN, rng)
    for _ in range(3):
        draw_word(image, taken, rng)
    for left, top, right, bottom in TAKEN.astype(int):
        assert (image[top:bottom, left:right] == 77).all()
    assert len(taken) <= len(TAKEN) + 2, "the last patch is as large as the image"


def test_words_are_written_somewhere() -> None:
    nowhere = np.zeros((0, 4), np.float32)
    written = 0
    for seed in range(30):
        image = np.zeros((CANVAS, CANVAS, 3), np.uint8)
        draw_word(image, nowhere, np.random.default_rng(seed))
        written += bool(image.any())
    assert written > 10
