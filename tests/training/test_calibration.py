"""The temperature that was planted is the one that is found."""

from __future__ import annotations

import pytest
import torch

from vidsent.training.calibration import fit_temperature


@pytest.mark.parametrize("planted", [0.5, 1.0, 2.5])
def test_a_planted_temperature_is_found(planted: float) -> None:
    generator = torch.Generator().manual_seed(0)
    honest = 2 * torch.randn(20_000, 7, generator=generator)
    labels = torch.multinomial(honest.softmax(1), 1, generator=generator)[:, 0]
    assert fit_temperature(honest * planted, labels) == pytest.approx(planted, rel=0.03)
