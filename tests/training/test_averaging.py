"""The average of weights forgets what a short run began with; in a long run it is the usual one."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from vidsent.training.averaging import averaged, decay_at


def _after(steps: int, decay: float) -> float:
    """The average of a weight that is 0 at first and 1 ever after."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    average = averaged(model, decay)
    average.update_parameters(model)
    nn.init.ones_(model.weight)
    for _ in range(steps):
        average.update_parameters(model)
    return float(average.state_dict()["module.weight"].item())


def test_a_short_run_is_not_mostly_what_it_began_with() -> None:
    assert 1 - 0.999**50 < 0.05  # of a plain average
    assert _after(50, 0.999) > 0.99


def test_the_weight_of_the_last_steps_is_bounded() -> None:
    assert decay_at(1, 0.999) < decay_at(100, 0.999) < decay_at(10_000, 0.999) == 0.999
    assert _after(1, 0.9) == pytest.approx(1 - decay_at(1, 0.9))


def test_buffers_are_averaged_and_counts_copied_in_kind() -> None:
    model = nn.BatchNorm1d(2)
    average = averaged(model, 0.9, use_buffers=True)
    for _ in range(5):
        model(torch.randn(8, 2) + 3)
        average.update_parameters(model)
    found = average.state_dict()
    assert found["module.running_mean"].mean() > 0.5
    assert found["module.num_batches_tracked"].dtype == torch.int64
