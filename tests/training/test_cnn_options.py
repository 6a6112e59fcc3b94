"""How the CNN is trained follows from how long it is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from vidsent.training.cnn_options import CnnOptions, fine_tuning

EPOCH = 223  # steps, of FER2013 in batches of 128


@pytest.mark.parametrize("options", [CnnOptions(), fine_tuning(Path("start.safetensors"))])
def test_a_usual_run_averages_with_the_decay_that_it_names(options: CnnOptions) -> None:
    assert options.decay_over(options.epochs * EPOCH) == options.ema_decay == 0.999


def test_the_average_of_a_short_run_is_not_what_it_began_with() -> None:
    options = CnnOptions()
    assert options.ema_decay**EPOCH > 0.75
    for steps in (EPOCH, 20, 1):
        assert options.decay_over(steps) ** steps < 0.01
