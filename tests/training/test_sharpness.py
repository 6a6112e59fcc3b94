"""The weights stand where the loss is worst nearby, and then where they were."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from vidsent.training.sharpness import worst_nearby

RADIUS = 0.1


def sloped(at: float) -> nn.ParameterList:
    """Two groups of weights with the gradient of the sum of their squares, and one without."""
    weights = nn.ParameterList([torch.full((3,), at), torch.full((2, 2), 2 * at), torch.ones(1)])
    (weights[0].square().sum() + weights[1].square().sum()).backward()
    return weights


def test_the_step_goes_up_as_far_as_it_should_and_is_taken_back() -> None:
    weights = sloped(0.7)
    before = [each.detach().clone() for each in weights]
    with worst_nearby(weights, RADIUS):
        steps = [each.detach() - old for each, old in zip(weights, before, strict=True)]
        moved = torch.cat([step.flatten() for step in steps])
        assert float(moved.norm()) == pytest.approx(RADIUS, rel=1e-5)
        ahead = torch.cat([old.flatten() for old in before[:2]])  # the gradient of a square
        assert float(nn.functional.cosine_similarity(moved[:-1], ahead, dim=0)) > 0.9999
        assert float(moved[-1]) == 0.0
    assert all(torch.equal(each, old) for each, old in zip(weights, before, strict=True))


def test_it_is_taken_back_after_an_error_and_no_slope_moves_nothing() -> None:
    weights, level = sloped(0.7), sloped(0.0)
    with pytest.raises(ZeroDivisionError), worst_nearby(weights, RADIUS):
        raise ZeroDivisionError
    assert torch.equal(weights[0], torch.full((3,), 0.7))
    with worst_nearby(level, RADIUS):
        assert torch.equal(level[0], torch.zeros(3))
