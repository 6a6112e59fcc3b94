"""The cost of reading is counted for each face, and rounding is compared with itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vidsent.training import expression_speed, timing
from vidsent.training.expression_speed import BATCH, STEPS, TRACKS, speed_rows
from vidsent.training.timing import TURNS, best_times, threads


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


def test_rows_of_the_shipped_models_are_costs_and_close_agreement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(expression_speed, "BATCHES", 2)
    monkeypatch.setattr(timing, "TURNS", 1)
    tiles = np.random.default_rng(0).integers(0, 256, (8, 48, 48), dtype=np.uint8)
    rows = speed_rows(tiles)
    assert rows["ms_per_face_fp32"].n == rows["ms_per_face_bf16"].n == 2
    assert f"{BATCH} faces" in rows["ms_per_face_fp32"].protocol
    assert rows["ms_per_step_gru"].n == TRACKS and str(STEPS) in rows["ms_per_step_gru"].protocol
    assert 0 < rows["ms_per_step_gru"].value < rows["ms_per_face_fp32"].value
    assert 0 < rows["bf16_largest_difference"].value < 0.2
    assert rows["bf16_same_answer"].n == len(tiles)
