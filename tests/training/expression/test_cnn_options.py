"""How the CNN is trained follows from how long it is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vidsent.training.expression.cnn_options import CnnOptions, options_for
from vidsent.training.options import SystemOptions


@pytest.mark.parametrize(
    "options", [CnnOptions(), options_for(SystemOptions(), Path("start.safetensors"))]
)
def test_a_usual_run_averages_with_about_the_decay_that_it_names(options: CnnOptions) -> None:
    assert options.decay() == pytest.approx(options.ema_decay, abs=1e-3)


def test_the_average_of_a_short_run_is_not_what_it_began_with() -> None:
    for steps in (300, 20, 1):
        options = CnnOptions(epochs=1, steps=steps)
        assert options.decay() ** steps < 0.01


@pytest.mark.parametrize("start", [None, Path("expression_cnn.safetensors")])
def test_a_rate_that_is_named_takes_the_place_of_the_usual(start: Path | None) -> None:
    for backbone in ("small-resnet", "vgg16"):
        usual = options_for(SystemOptions(backbone=backbone), start)
        named = options_for(SystemOptions(backbone=backbone, learning_rate=0.003), start)
        assert named == replace(usual, learning_rate=0.003)
