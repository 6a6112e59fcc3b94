"""How the CNN is trained follows from how long it is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vidsent.training.expression.cnn_options import CnnOptions, options_for
from vidsent.training.options import SystemOptions

EPOCH = 223  # steps, of FER2013 in batches of 128


@pytest.mark.parametrize(
    "options", [CnnOptions(), options_for(SystemOptions(), Path("start.safetensors"))]
)
def test_a_usual_run_averages_with_the_decay_that_it_names(options: CnnOptions) -> None:
    assert options.decay_over(options.epochs * EPOCH) == options.ema_decay == 0.999


def test_the_average_of_a_short_run_is_not_what_it_began_with() -> None:
    options = CnnOptions()
    assert options.ema_decay**EPOCH > 0.75
    for steps in (EPOCH, 20, 1):
        assert options.decay_over(steps) ** steps < 0.01


def test_labels_that_published_figures_count_are_learned_as_those_count_them() -> None:
    """FER2013's accuracy is of tiles as they are, and of faces, not of emotions."""
    usual, own = (
        options_for(SystemOptions(), None),
        options_for(SystemOptions(labels="fer2013"), None),
    )
    assert usual.aligned > 0 and usual.balance > 0
    assert own == replace(usual, aligned=0.0, balance=0.0)


@pytest.mark.parametrize("start", [None, Path("expression_cnn.safetensors")])
def test_a_rate_that_is_named_takes_the_place_of_the_usual(start: Path | None) -> None:
    for backbone in ("small-resnet", "vgg16"):
        usual = options_for(SystemOptions(backbone=backbone), start)
        named = options_for(SystemOptions(backbone=backbone, learning_rate=0.003), start)
        assert named == replace(usual, learning_rate=0.003)
