"""The temperature and the biases that were planted are those that are found."""

from __future__ import annotations

import pytest
import torch

from vidsent.training.calibration import fit_biases, fit_temperature


@pytest.mark.parametrize("planted", [0.5, 1.0, 2.5])
def test_a_planted_temperature_is_found(planted: float) -> None:
    generator = torch.Generator().manual_seed(0)
    honest = 2 * torch.randn(20_000, 7, generator=generator)
    labels = torch.multinomial(honest.softmax(1), 1, generator=generator)[:, 0]
    assert fit_temperature(honest * planted, labels) == pytest.approx(planted, rel=0.03)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_planted_biases_are_found_whatever_the_temperature(scale: float) -> None:
    generator = torch.Generator().manual_seed(0)
    planted = torch.tensor([0.6, -0.4, 0.0, 0.3, -0.5, -0.2, 0.2])
    seen = torch.randn(20_000, 7, generator=generator)
    labels = torch.multinomial((scale * (seen + planted)).softmax(1), 1, generator=generator)[:, 0]
    assert fit_biases(seen, labels).tolist() == pytest.approx(planted.tolist(), abs=0.1)


def test_a_label_that_is_never_seen_is_not_ruled_out() -> None:
    labels = torch.zeros(5, dtype=torch.int64)
    found = fit_biases(torch.zeros(5, 7), labels)
    assert float(found.sum()) == pytest.approx(0)
    assert 0 < found[0] - found[1] < 3
    assert fit_biases(torch.zeros(0, 7), labels[:0]).tolist() == pytest.approx([0.0] * 7)


def test_answers_that_say_the_opposite_turn_no_bias_round() -> None:
    labels = torch.arange(700) % 7
    labels[:70] = 0  # the commonest
    wrong = -3 * torch.nn.functional.one_hot(labels, 7).double()
    assert int(fit_biases(wrong, labels).argmax()) == 0
