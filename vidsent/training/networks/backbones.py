"""Networks that read an expression from a face crop: ours, and torchvision's beside it.

torchvision's are built for colour images of 224 pixels. Here the first layer takes grey, and the
five halvings of a crop end in maps of 3 by 3. No weight changes its shape, so pretrained ones
fit. The head is replaced by the mean of the maps and one linear layer; of VGG16 that removes 120 of
138 million parameters, whose 7 by 7 input would be 3 by 3 here.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.modules.batchnorm import _BatchNorm

from vidsent.core.errors import DataError
from vidsent.faces.expression import (
    CROP_SIZE,
    STEM_KERNEL,
    ExpressionCNN,
    ExpressionNetwork,
    ResidualBlock,
)
from vidsent.training.options import SMALL_RESNET
from vidsent.training.runs import read_weights

HEADS = ("fc.", "classifier.")  # of torchvision's networks: read, but not kept
STEM = "trunk.0.weight"
OURS = "trunk."  # keys of a file that this project wrote begin with it


def make(name: str, start: Path | None = None) -> ExpressionNetwork:
    """The network `name` of `options.BACKBONES`, with random weights or with those of `start`.

    `start` is a safetensors file of ours, or a state dict in torchvision's layout as safetensors
    or .pth. Raises DataError when it does not fit.
    """
    weights = {} if start is None else read_weights(start)
    if name == SMALL_RESNET:
        network: ExpressionNetwork = ExpressionCNN()
        if weights:
            _load(network, for_larger_crops(weights), name, start)
        return network
    from torchvision.models import get_model  # a second to import, and not for ours

    model = get_model(name, weights=None)
    if weights and not is_ours(weights):
        _load(model, weights, name, start, spared=HEADS)
    network = _adapted(model)
    if is_ours(weights):
        _load(network, weights, name, start)
    return network


def for_larger_crops(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights of our CNN, also of one for crops of half the side: it then answers as before.

    Each weight of its 3 x 3 stem stands over four pixels, whose mean was one.
    """
    stem = weights.get(STEM)
    if stem is None or 2 * stem.shape[-1] != STEM_KERNEL:
        return weights
    return {**weights, STEM: F.interpolate(stem, scale_factor=2.0) / 4}


def blocks(network: ExpressionNetwork) -> list[list[nn.Module]]:
    """The parts of the trunk that `--freeze` counts, in the order a crop passes them.

    Ours: the stem and each residual block. ResNet: likewise. VGG: the convolutions between two
    pools. MobileNet and EfficientNet: each entry of torchvision's `features`.
    """
    children = list(network.trunk)
    if not isinstance(network, ExpressionCNN):
        return [[child] for child in children]
    stem = list(takewhile(lambda child: not isinstance(child, ResidualBlock), children))
    return [stem, *[[child] for child in children[len(stem) :]]]


def freeze(network: ExpressionNetwork, count: int) -> None:
    """Let the first `count` blocks keep their weights; raises DataError when there are fewer."""
    found = blocks(network)
    if count > len(found):
        raise DataError(
            f"--freeze {count}: this backbone has {len(found)} blocks; freeze at most those."
        )
    for part in found[:count]:
        for module in part:
            module.requires_grad_(False)


def train_mode(network: ExpressionNetwork, frozen: int) -> None:
    """Training mode, but for the first `frozen` blocks: their batch norms stay as they are."""
    network.train()
    for part in blocks(network)[:frozen]:
        for module in part:
            module.eval()


@torch.no_grad()
def remeasure_norms(
    model: ExpressionNetwork, crops: Iterable[Tensor], frozen: int, device: torch.device
) -> None:
    """torch's `update_bn`, which knows no frozen blocks: those keep their statistics here."""
    train_mode(model, frozen)
    live = [each for each in model.modules() if isinstance(each, _BatchNorm) and each.training]
    if not live:
        return
    momenta = [norm.momentum for norm in live]
    for norm in live:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over all batches
    for batch in crops:
        model(batch.to(device))
    for norm, momentum in zip(live, momenta, strict=True):
        norm.momentum = momentum


def is_ours(weights: dict[str, Tensor]) -> bool:
    """Whether the tensors are in this project's layout, head included."""
    return any(key.startswith(OURS) for key in weights)


def _load(
    model: nn.Module,
    weights: dict[str, Tensor],
    name: str,
    path: Path | None,
    spared: tuple[str, ...] = (),
) -> None:
    """Load all but what begins with `spared`; raises DataError when the rest does not fit."""
    kept = {key: value for key, value in weights.items() if not key.startswith(spared)}
    try:
        lacking, surplus = model.load_state_dict(kept, strict=False)
    except RuntimeError as error:
        raise DataError(f"{path} holds weights of another network than {name}.") from error
    lacking = [key for key in lacking if not key.startswith(spared)]
    if lacking or surplus:
        odd = (lacking + surplus)[0]
        raise DataError(
            f"{path} holds weights of another network than {name} "
            f"({len(lacking)} missing, {len(surplus)} too many, such as {odd})."
        )


def _adapted(model: Any) -> ExpressionNetwork:
    """The trunk of one of torchvision's networks, for grey crops."""
    parts = _resnet(model) if hasattr(model, "layer1") else _sequential(model)
    trunk = nn.Sequential(*parts)
    stem = next(module for module in trunk.modules() if isinstance(module, nn.Conv2d))
    # subtle: colour weights see grey as three equal channels, whose answers add up
    stem.weight = nn.Parameter(stem.weight.detach().sum(1, keepdim=True))
    stem.in_channels = 1
    with torch.inference_mode():
        width = trunk.eval()(torch.zeros(1, 1, CROP_SIZE, CROP_SIZE)).shape[1]
    return ExpressionNetwork(trunk.train(), width)


def _resnet(model: Any) -> list[nn.Module]:
    stem = nn.Sequential(model.conv1, model.bn1, model.relu, model.maxpool)
    return [stem, *model.layer1, *model.layer2, *model.layer3, *model.layer4]


def _sequential(model: Any) -> list[nn.Module]:
    pools = [k for k, child in enumerate(model.features) if isinstance(child, nn.MaxPool2d)]
    if not pools:  # MobileNet and EfficientNet
        return list(model.features)
    ends = [pool + 1 for pool in pools]
    starts = [0, *ends[:-1]]
    return [model.features[start:end] for start, end in zip(starts, ends, strict=True)]
