"""Begin a deeper network with the weights of a shallower one, so that nothing learned is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import torch
from torch import Tensor

from vidsent.faces.expression import ExpressionCNN, ResidualBlock

State = dict[str, Tensor]


def grown(model: ExpressionCNN, weights: Mapping[str, Tensor]) -> State:
    """`weights` of an ExpressionCNN whose stages may have fewer blocks, as `model` would load them.

    The blocks that are lacking come last in their stage and begin as the identity: their second
    norm is zero, and what goes in is not negative (after Chen et al. 2016, Net2DeeperNet).
    """
    known = _by_stage(weights)
    state: State = {k: v for k, v in weights.items() if not _is_block(k, weights)}
    depths: dict[int, int] = defaultdict(int)
    for index, module in enumerate(model.trunk):
        if isinstance(module, ResidualBlock):
            width = module.conv1.out_channels
            blocks, depth = known.get(width, []), depths[width]
            depths[width] += 1
            block = blocks[depth] if depth < len(blocks) else _identity(module)
            state |= {f"trunk.{index}.{name}": tensor for name, tensor in block.items()}
    return state


def _identity(block: ResidualBlock) -> State:
    state = {name: tensor.clone() for name, tensor in block.state_dict().items()}
    return {**state, "norm2.weight": torch.zeros_like(state["norm2.weight"])}


def _by_stage(weights: Mapping[str, Tensor]) -> dict[int, list[State]]:
    """The residual blocks of a state by their width, each with its own names."""
    blocks: dict[int, State] = defaultdict(dict)
    for name, tensor in weights.items():
        if _is_block(name, weights):
            _, index, rest = name.split(".", 2)
            blocks[int(index)][rest] = tensor
    stages: dict[int, list[State]] = defaultdict(list)
    for _, block in sorted(blocks.items()):
        stages[len(block["conv1.weight"])].append(block)
    return stages


def _is_block(name: str, weights: Mapping[str, Tensor]) -> bool:
    parts = name.split(".")
    return parts[0] == "trunk" and f"trunk.{parts[1]}.conv1.weight" in weights
