"""What only looks like a face is made of one, and never lies over a real one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vidsent.training.distractors import PARTS, blank, jumbled, scatter, write

SIDE = 160  # pixels
TAKEN = np.array([[20, 20, 70, 80], [90, 100, 150, 150]], np.float32)
seeds = st.integers(0, 100_000)


def gradient(side: int = 60) -> np.ndarray:
    """Every pixel of the patch is another colour."""
    y, x = np.mgrid[:side, :side]
    return np.stack([4 * x, 4 * y, 2 * (x + y)], axis=-1).astype(np.uint8)


@given(seeds)
def test_a_jumbled_face_has_all_its_parts_but_not_their_order(seed: int) -> None:
    patch = gradient()
    mixed = jumbled(patch, np.random.default_rng(seed))
    assert mixed.shape == patch.shape
    np.testing.assert_array_equal(
        np.sort(mixed.reshape(-1, 3), 0), np.sort(patch.reshape(-1, 3), 0)
    )
    assert (mixed != patch).any()


def test_a_patch_too_small_to_cut_is_no_error() -> None:
    tiny = np.full((2, 3, 3), 9, np.uint8)
    assert jumbled(tiny, np.random.default_rng(0)).shape == (PARTS, PARTS, 3)
    assert blank(tiny).shape == tiny.shape


def test_a_blank_face_keeps_its_colour_and_loses_its_features() -> None:
    patch = np.full((50, 50, 3), (200, 150, 120), np.uint8)
    patch[10:15, 10:20] = patch[10:15, 30:40] = 20  # eyes
    smooth = blank(patch)
    assert np.abs(smooth.mean((0, 1)) - patch.mean((0, 1))).max() < 5
    assert smooth.std() < patch.std()
    assert smooth[12, 15].min() > 80


@given(seeds)
def test_nothing_is_put_over_a_face(seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = np.full((SIDE, SIDE, 3), 77, np.uint8)
    taken = scatter(image, [gradient(30), gradient(45), gradient(SIDE)], TAKEN, rng)
    for _ in range(3):
        write(image, taken, rng)
    for left, top, right, bottom in TAKEN.astype(int):
        assert (image[top:bottom, left:right] == 77).all()
    assert len(taken) <= len(TAKEN) + 2, "the last patch is as large as the picture"


def test_words_are_written_somewhere() -> None:
    nowhere = np.zeros((0, 4), np.float32)
    written = 0
    for seed in range(30):
        image = np.zeros((SIDE, SIDE, 3), np.uint8)
        write(image, nowhere, np.random.default_rng(seed))
        written += bool(image.any())
    assert written > 10
