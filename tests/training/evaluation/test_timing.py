"""The cost of reading is counted for each face, in turns that all calls take alike."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.training.photos import extent, photo
from vidsent.training.evaluation.timing import (
    BATCH,
    STEPS,
    TRACKS,
    TURNS,
    best_times,
    detection_speed,
    expression_speed,
    fill,
    threads,
)


def test_best_times_have_every_call_go_through_all_inputs_in_every_turn() -> None:
    asked: list[tuple[str, int]] = []
    times = best_times(
        [1, 2], [lambda each: asked.append(("a", each)), lambda each: asked.append(("b", each))]
    )
    turn = [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert asked == [("a", 1), ("b", 1)] + turn * TURNS
    assert [each.shape for each in times] == [(2,), (2,)]


def test_threads_are_as_before_afterwards() -> None:
    before = torch.get_num_threads()
    with threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_rows_of_the_shipped_models_are_costs(quick_timing: None) -> None:
    tiles = np.random.default_rng(0).integers(0, 256, (8, 96, 96), dtype=np.uint8)
    rows = expression_speed(tiles)
    assert rows["ms_per_face_fp32"].n == 1
    assert f"{BATCH} faces" in rows["ms_per_face_fp32"].protocol
    assert rows["ms_per_step_gru"].n == TRACKS and str(STEPS) in rows["ms_per_step_gru"].protocol
    assert 0 < rows["ms_per_step_gru"].value < rows["ms_per_face_fp32"].value


def test_detection_is_timed_on_frames_of_the_stated_size_in_turn() -> None:
    asked: list[tuple[tuple[int, ...], int]] = []
    images = [photo().image, photo(200, 200, (20, 30, 100, 130)).image]
    rows = detection_speed(images, lambda image, side: asked.append((image.shape, side)))
    assert asked == [((360, 640, 3), 640)] * (1 + 2 * TURNS)
    assert rows["ms_640x360"].n == 2


@pytest.mark.parametrize(("width", "height"), [(640, 360), (320, 320)])
def test_frames_are_filled_and_not_squeezed(width: int, height: int) -> None:
    filled = fill(photo(200, 200, (80, 80, 40, 40)).image, width, height)
    assert filled.shape == (height, width, 3)
    left, top, right, bottom = extent(filled)
    assert right - left == pytest.approx(bottom - top, abs=2)
