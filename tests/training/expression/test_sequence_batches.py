"""What the GRU is shown: rates, windows, stills that turn, and targets that add up."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.training.cnn_outputs import counting, example, two_stills
from vidsent.training.data.face_clips import RATE_HZ
from vidsent.training.expression import sequence_batches
from vidsent.training.expression.sequence_batches import (
    FADE_STEPS,
    MAX_STEPS,
    RATES_HZ,
    STILL_STEPS,
)


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_resampling_keeps_time() -> None:
    outputs = counting(10)
    assert torch.equal(sequence_batches.resample(outputs, 1.0).features, outputs.features)
    halved = sequence_batches.resample(outputs, 2.0).features[:, 0]
    assert halved.tolist() == [0, 2, 4, 6, 8]
    doubled = sequence_batches.resample(outputs, 0.5).features[:, 0]
    assert doubled[:4].tolist() == [0, 0.5, 1.0, 1.5]
    assert float(doubled.max()) == 9


def test_acted_windows_play_at_rates_in_range_and_keep_their_label() -> None:
    samples = sequence_batches.acted([example(counting(400), label=4)], 200, _generator())
    lengths = [len(sample.steps) for sample in samples]
    assert max(lengths) == MAX_STEPS
    assert all(sample.label == 4 for sample in samples)
    assert all(sample.steps.sum() == 0 for sample in samples)
    speed = [float(sample.outputs.features[:, 0].diff().mean()) for sample in samples]
    fastest, slowest = RATE_HZ / RATES_HZ[0], RATE_HZ / RATES_HZ[1]
    assert slowest - 1e-3 <= min(speed) < 1.1 * slowest
    assert 0.9 * fastest < max(speed) <= fastest + 1e-3
    assert len({float(sample.outputs.features[0, 0]) for sample in samples}) > 50


def test_a_clip_of_one_image_is_a_window_of_its_own() -> None:
    samples = sequence_batches.acted([example(counting(1), label=0)], 5, _generator())
    assert [len(sample.steps) for sample in samples] == [1] * 5


def test_rising_clips_are_asked_for_their_last_step_alone() -> None:
    (sample,) = sequence_batches.rising([example(counting(3), label=1)], 1, _generator())
    assert sample.label == -1
    assert sample.steps[:2].sum() == 0
    assert sample.steps[2].tolist() == [0, 1, 0, 0, 0, 0, 0]


def test_stills_are_held_or_turn_once_and_their_targets_go_along() -> None:
    turned = 0
    for sample in sequence_batches.still(two_stills(), 300, _generator()):
        count = len(sample.steps)
        assert STILL_STEPS[0] <= count < STILL_STEPS[1]
        assert float(sample.steps.sum()) == pytest.approx(1.0, abs=1e-5)
        shown = sample.outputs.features[:, 0]  # image 0 is all 0 and image 1 all 1
        torch.testing.assert_close(sample.steps[:, 1] * count, shown, atol=1e-4, rtol=0)
        if shown.unique().numel() > 1:
            turned += 1
            moves = shown.diff()
            assert (moves >= 0).all() or (moves <= 0).all()
            assert int((moves.abs() > 1e-6).sum()) <= FADE_STEPS + 1
    assert 40 < turned < 150  # half may turn, half of those to the same image


def test_a_batch_pads_without_targets_and_weighs_real_steps_alike() -> None:
    samples = [
        *sequence_batches.rated([example(counting(4), affect=(0.5, -0.5))], 1, _generator()),
        *sequence_batches.rising([example(counting(2), label=3)], 1, _generator()),
    ]
    batch = sequence_batches.collate(samples)
    assert batch.features.shape[:2] == batch.steps.shape[:2] == (2, 4)
    assert batch.lengths.tolist() == [4, 2]
    assert batch.labels.tolist() == [-1, -1]
    np.testing.assert_array_equal(batch.affect[0].numpy(), [0.5, -0.5])
    assert batch.affect[1].isnan().all()
    assert batch.share()[:, :, 0].tolist() == [[0.25] * 4, [0.5, 0.5, 0, 0]]


def test_one_seed_draws_one_batch() -> None:
    acted = [example(counting(60), label=2), example(counting(30), label=5)]

    def drawn(seed: int) -> torch.Tensor:
        generator = _generator(seed)
        samples = sequence_batches.acted(acted, 8, generator)
        return sequence_batches.collate(
            [*samples, *sequence_batches.still(two_stills(), 8, generator)]
        ).features

    assert torch.equal(drawn(1), drawn(1))
    assert drawn(1).shape != drawn(2).shape or not torch.equal(drawn(1), drawn(2))
