"""The temperature and the biases that were planted are those that are found."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from vidsent.core.emotions import NEUTRAL
from vidsent.training.calibration import PRIOR, fit_for_prior, fold, weights_for_prior


def test_labels_are_weighed_to_come_as_the_prior_says() -> None:
    labels = np.repeat(np.arange(7), [5, 1, 2, 50, 7, 3, 90])
    shares = np.bincount(labels, weights_for_prior(labels))
    assert shares == pytest.approx(PRIOR)
    assert shares[NEUTRAL] == max(shares)
    some = np.array([0, 0, 3])
    assert np.bincount(some, weights_for_prior(some))[[0, 3]] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_a_planted_calibration_is_found_whatever_is_common(scale: float) -> None:
    generator = torch.Generator().manual_seed(0)
    planted = np.array([0.6, -0.4, 0.0, 0.3, -0.5, -0.2, 0.2])
    labels = torch.multinomial(torch.from_numpy(PRIOR), 20_000, True, generator=generator)
    shown = torch.zeros(20_000, 7)
    shown[torch.arange(20_000), labels] = 1.5  # what tells a label, in log-odds
    honest = torch.randn(20_000, 7, generator=generator) + shown + torch.from_numpy(PRIOR).log()
    # noise of spread 1 around a signal of 1.5: log-odds of 1.5 times what is seen
    scores = (1.5 * honest.double() - torch.from_numpy(planted)) / scale
    many = labels != 3  # of one corpus, half of a label is lost
    kept = many | (torch.rand(20_000, generator=generator) < 0.5)
    found = fit_for_prior(scores[kept], labels[kept].numpy())
    assert found.scale == pytest.approx(scale, rel=0.06)
    expected = planted - 0.5 * np.log(PRIOR)  # log-priors were scaled by 1.5 as well
    assert found.bias - found.bias.mean() == pytest.approx(expected - expected.mean(), abs=0.12)


def test_a_folded_calibration_is_what_the_layer_answers() -> None:
    torch.manual_seed(0)
    layer, seen = nn.Linear(4, 7), torch.rand(5, 4)
    before = layer(seen).detach().numpy()
    found = fit_for_prior(torch.randn(70, 7), np.arange(70) % 7)
    told = fold(layer, found)
    wanted = found.probs(before)
    np.testing.assert_allclose(layer(seen).softmax(1).detach().numpy(), wanted, atol=1e-5)
    assert told["scale"] == found.scale
