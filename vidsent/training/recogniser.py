"""Begin the expression CNN as a face recogniser: dlib's weights, read from its own file.

The file is `dlib_face_recognition_resnet_model_v1.dat` of dlib-models (King 2017, CC0), which the
distribution `face_recognition_models` carries. Its layers lie from the input to the output, each
after its name; of each this reads one tensor. Nothing in it is executed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from vidsent.core.errors import DataError
from vidsent.training.faceresnet import FaceResNet

Kind = TypeVar("Kind", bound=nn.Module)

SUFFIX = ".dat"  # of dlib's files
LAYER = re.compile(rb"(?P<kind>con_4|affine_)")
TENSOR_VERSION = 2  # of the layout that `_tensor` reads
DIMENSIONS = 4
SPREAD = 50 / 256  # of a face's pixels, as dlib sees them, where our crops have 1


class Layer(NamedTuple):
    """One convolution or affine layer of the file.

    numbers: float32; of a convolution filters and biases, of an affine layer factors and offsets.
    """

    kind: str
    numbers: np.ndarray


def read_layers(path: Path) -> list[Layer]:
    """The convolutions and affine layers of a network that dlib saved, from the input on.

    Raises DataError when there are none or the file is cut short.
    """
    if not path.is_file():
        raise DataError(f"There are no weights to start from at {path}.")
    data, found, place = path.read_bytes(), [], 0
    try:
        while name := LAYER.search(data, place):
            numbers, place = _tensor(data, name.end())
            found.append(Layer(name["kind"].decode().split("_")[0], numbers))
    except (IndexError, ValueError) as error:
        raise DataError(f"{path} is damaged: a layer of it cannot be read.") from error
    if not found:
        raise DataError(f"{path} holds no network that dlib saved.")
    return found


def _tensor(data: bytes, place: int) -> tuple[np.ndarray, int]:
    """The tensor at `place`, flat float32, and the place behind it."""
    version, place = _integer(data, place)
    if version != TENSOR_VERSION:
        raise ValueError(f"tensor of version {version}")
    size = 1
    for _ in range(DIMENSIONS):
        length, place = _integer(data, place)
        size *= length
    return np.frombuffer(data, "<f4", size, place), place + 4 * size


def _integer(data: bytes, place: int) -> tuple[int, int]:
    """dlib's packed integer: a byte with sign and length, then so many bytes, lowest first."""
    head, start = data[place], place + 1
    end = start + (head & 0x0F)
    return int.from_bytes(data[start:end], "little") * (-1 if head & 0x80 else 1), end


@torch.no_grad()
def begin(network: FaceResNet, path: Path) -> None:
    """Give the trunk of `network` the weights in the file at `path`; the classifier stays.

    Grey is read as three equal colours. Raises DataError when the file does not fit.
    """
    layers = read_layers(path)
    filters = [layer.numbers for layer in layers if layer.kind == "con"]
    affine = [layer.numbers for layer in layers if layer.kind == "affine"]
    convolutions, norms = _all(network, nn.Conv2d), _all(network, nn.BatchNorm2d)
    count = len(convolutions)  # dlib's last stage is not ours
    try:
        for conv, norm, weights, rest in zip(
            convolutions, norms, filters[:count], affine[:count], strict=True
        ):
            _load(conv, norm, torch.tensor(weights), torch.tensor(rest))
    except (RuntimeError, ValueError) as error:
        raise DataError(f"{path} holds weights of another network than dlib's.") from error


def _load(conv: nn.Conv2d, norm: nn.BatchNorm2d, weights: Tensor, affine: Tensor) -> None:
    count = conv.out_channels
    kernels = weights[:-count].view(count, -1, *conv.kernel_size)
    if conv.in_channels == 1:
        kernels = kernels.view(count, 3, *conv.kernel_size).sum(1, keepdim=True) * SPREAD
    conv.weight.copy_(kernels)
    factors, offsets = affine.view(2, count)
    norm.weight.copy_(factors)
    norm.bias.copy_(offsets + factors * weights[-count:])  # the convolution's bias goes along
    assert norm.running_mean is not None and norm.running_var is not None
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)


@torch.no_grad()
def fit_norms(network: FaceResNet, crops: Tensor) -> None:
    """Have every batch norm know what it sees of `crops`, and answer as it did before.

    subtle: dlib's affine layers know no statistics. A norm that trains divides by those of its
    batch, so its own factors must first be those of what was divided.
    """
    handles = [norm.register_forward_pre_hook(_fit) for norm in _all(network, nn.BatchNorm2d)]
    network.eval()(crops)
    for handle in handles:
        handle.remove()


def _fit(norm: nn.Module, seen: tuple[Tensor]) -> None:
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_mean is not None and norm.running_var is not None
    mean = seen[0].mean((0, 2, 3))
    var = seen[0].var((0, 2, 3), unbiased=False)
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    norm.bias.add_(factor * (mean - norm.running_mean))
    norm.weight.copy_(factor * (var + norm.eps).sqrt())
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(var)


def _all(network: nn.Module, kind: type[Kind]) -> list[Kind]:
    return [module for module in network.modules() if isinstance(module, kind)]
