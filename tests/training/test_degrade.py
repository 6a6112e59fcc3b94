"""Pictures are spoiled as promised: hands cover faces only, and no source is touched."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vidsent.training.degrade import degrade, occlude

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
def test_a_spoiled_picture_keeps_its_shape_its_source_and_its_seed(seed: int) -> None:
    image = noise(1)
    worse, finest = degrade(image, np.random.default_rng(seed))
    assert 0 <= finest < 48
    assert worse.shape == image.shape
    assert worse.dtype == np.uint8
    assert np.array_equal(image, noise(1))
    assert np.array_equal(worse, degrade(image, np.random.default_rng(seed))[0])


def test_pictures_are_darkened_more_often_than_lightened() -> None:
    image = np.full((8, 8, 3), 128, np.uint8)
    levels = [degrade(image, np.random.default_rng(seed))[0].mean() for seed in range(200)]
    assert 70 < np.median(levels) < 150
    assert np.quantile(levels, 0.05) < 50  # a film's night
    assert max(levels) > 150
