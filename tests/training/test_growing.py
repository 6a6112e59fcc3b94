"""A deeper network that begins with the weights of a shallower one answers as that one did."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from vidsent.core.errors import DataError
from vidsent.faces.expression import STAGES, ExpressionCNN, ResidualBlock
from vidsent.training import backbones
from vidsent.training.growing import grown
from vidsent.training.options import SMALL_RESNET


def shallow() -> dict[str, torch.Tensor]:
    """Weights of our network without the last block of each stage that has more than one."""
    torch.manual_seed(1)
    network = ExpressionCNN()
    for module in network.modules():
        if (
            isinstance(module, nn.BatchNorm2d) and module.running_var is not None
        ):  # as after training: no norm is trivial
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    last, kept = len(network.trunk) - 1, []
    for index, module in enumerate(network.trunk):
        ends = index == last or _width(network.trunk[index + 1]) != _width(module)
        if not (isinstance(module, ResidualBlock) and ends):
            kept.append(module)
    network.trunk = nn.Sequential(*kept)
    return network.state_dict()


def _width(module: nn.Module) -> int:
    return module.conv1.out_channels if isinstance(module, ResidualBlock) else 0


def answer(weights: dict[str, torch.Tensor], crops: torch.Tensor) -> torch.Tensor:
    network = ExpressionCNN()
    depth = 1 + max(int(key.split(".")[1]) for key in weights if key.startswith("trunk."))
    blocks, widths = [], [_width(module) for module in network.trunk]
    for width in sorted(set(widths)):
        of_width = [module for module in network.trunk if _width(module) == width]
        blocks += of_width[:-1] if width else of_width
    network.trunk = nn.Sequential(*blocks)
    assert len(blocks) == depth == len(widths) - len(STAGES)
    network.load_state_dict(weights)
    with torch.inference_mode():
        return network.eval()(crops)


def test_a_grown_network_answers_as_the_shallow_one() -> None:
    weights, crops = shallow(), torch.rand(3, 1, 48, 48)
    network = ExpressionCNN()
    network.load_state_dict(grown(network, weights))
    with torch.inference_mode():
        assert torch.allclose(network.eval()(crops), answer(weights, crops), atol=1e-5)


def test_weights_of_the_same_depth_are_taken_as_they_are() -> None:
    weights = ExpressionCNN().state_dict()
    state = grown(ExpressionCNN(), weights)
    assert state.keys() == weights.keys()
    assert all(torch.equal(state[name], weights[name]) for name in weights)


def test_the_bench_grows_what_it_starts_from(tmp_path: Path) -> None:
    path, crops = tmp_path / "shallow.safetensors", torch.rand(2, 1, 48, 48)
    save_file(shallow(), path)
    network = backbones.make(SMALL_RESNET, path).eval()
    with torch.inference_mode():
        assert torch.allclose(network(crops), answer(shallow(), crops), atol=1e-5)


def test_weights_of_another_width_are_refused(tmp_path: Path) -> None:
    weights = shallow()
    weights["classifier.weight"] = weights["classifier.weight"][:, :100].contiguous()
    save_file(weights, tmp_path / "other.safetensors")
    with pytest.raises(DataError, match="another network"):
        backbones.make(SMALL_RESNET, tmp_path / "other.safetensors")
