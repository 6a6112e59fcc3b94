"""The CNN begins as the recogniser in dlib's file: same answers, and norms that may train."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidsent.core.errors import DataError
from vidsent.faces.expression import as_input
from vidsent.training import backbones, recogniser
from vidsent.training.aligned import Faces
from vidsent.training.cnn import train_cnn
from vidsent.training.cnn_options import options_for
from vidsent.training.faceresnet import FaceResNet, RecogniserBlock
from vidsent.training.fer import FerSplit
from vidsent.training.options import Bench

DOWN = ((32, 3, 7), (64, 32, 3), (128, 64, 3), (256, 128, 3), (256, 256, 3))
LEVEL = (6, 7, 5, 5, 1)  # convolutions of as many channels that follow each of those
LAYERS = [
    layer
    for first, count in zip(DOWN, LEVEL, strict=True)
    for layer in [first, *[(first[0], first[0], 3)] * count]
]


def _integer(value: int) -> bytes:
    """As dlib packs one."""
    digits = max(1, (value.bit_length() + 7) // 8)
    return bytes([digits]) + value.to_bytes(digits, "little")


def _tensor(numbers: np.ndarray) -> bytes:
    head = b"".join(_integer(value) for value in (2, len(numbers), 1, 1, 1))
    return head + numbers.astype("<f4").tobytes()


def _saved(seed: int = 0) -> tuple[bytes, list[tuple[np.ndarray, np.ndarray]]]:
    """A file as dlib writes it, and the convolution and affine layers in it."""
    rng, data, layers = np.random.default_rng(seed), b"\x01\x01\x01\x0dloss_metric_2", []
    for out, channels, side in LAYERS:
        scale = (2 / (channels * side * side)) ** 0.5
        conv = rng.normal(0, scale, out * channels * side * side + out).astype(np.float32)
        affine = np.concatenate([rng.uniform(0.5, 1.5, out), rng.normal(0, 0.1, out)])
        layers.append((conv, affine.astype(np.float32)))
        data += b"\x01\x05con_4" + _tensor(conv) + struct.pack("<4b", 1, 32, 1, 3)
        data += b"\x01\x07affine_" + _tensor(affine) + b"\x01\x06relu_"
    return data, layers


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "recogniser.dat"
    path.write_bytes(_saved()[0])
    return path


def _crops(count: int) -> Tensor:
    return torch.rand(count, 1, 48, 48, generator=torch.Generator().manual_seed(count))


def _affine(x: Tensor, layer: tuple[np.ndarray, np.ndarray], side: int, stride: int) -> Tensor:
    """A convolution and an affine layer, as dlib computes them."""
    conv, affine = (torch.tensor(each) for each in layer)
    out = len(affine) // 2
    y = F.conv2d(
        x,
        conv[:-out].view(out, x.shape[1], side, side),
        conv[-out:],
        stride,
        0 if stride == 2 else side // 2,
    )
    return y * affine[:out].view(-1, 1, 1) + affine[out:].view(-1, 1, 1)


def _as_dlib(crops: Tensor) -> Tensor:
    """Features (B, 256) by the file's layers, in colour, one after the other."""
    layers = iter(_saved()[1])
    grey = F.interpolate(FaceResNet.standardised(crops), size=(100, 100), mode="bilinear")
    x = grey.expand(-1, 3, -1, -1) * recogniser.SPREAD
    x = F.max_pool2d(F.relu(_affine(x, next(layers), 7, 2)), 3, 2)
    for width, depth in ((32, 3), (64, 4), (128, 3), (256, 3)):
        for block in range(depth):
            halves = block == 0 and width > 32
            y = F.relu(_affine(x, next(layers), 3, 2 if halves else 1))
            y = _affine(y, next(layers), 3, 1)
            beside = F.avg_pool2d(x, 2) if halves else x
            x = F.relu(y + F.pad(beside, (0, 0, 0, 0, 0, width - beside.shape[1])))
    return x.mean((2, 3))


def test_the_network_begins_as_the_one_in_the_file(file: Path) -> None:
    network = backbones.make("face-resnet", file).eval()
    with torch.inference_mode():
        torch.testing.assert_close(
            network.features(_crops(3)), _as_dlib(_crops(3)), rtol=1e-3, atol=1e-3
        )


def test_fitted_norms_answer_as_before_even_when_they_train(file: Path) -> None:
    network, crops = FaceResNet(), _crops(8)
    recogniser.begin(network, file)
    with torch.no_grad():
        before = network.eval().features(crops)
        recogniser.fit_norms(network, crops)
        torch.testing.assert_close(network.features(crops), before, rtol=1e-3, atol=1e-3)
        torch.testing.assert_close(network.train().features(crops), before, rtol=1e-3, atol=1e-3)
    norms = [each for each in network.modules() if isinstance(each, nn.BatchNorm2d)]
    assert len(norms) == len(LAYERS) - 2  # of the last stage nothing is used
    for norm in norms:
        assert norm.running_mean is not None and norm.running_mean.any()


@pytest.mark.parametrize("freeze", [0, 4, 14])
def test_a_recogniser_learns_gently_and_frozen_blocks_not_at_all(
    freeze: int, file: Path, tmp_path: Path
) -> None:
    usual = options_for(Bench(backbone="face-resnet", freeze=freeze), file)
    assert usual.optimizer == "adamw" and usual.learning_rate < 1e-3
    rng = np.random.default_rng(0)
    votes = np.eye(10, dtype=np.float32)[np.arange(12) % 7] * 10
    split = FerSplit(
        rng.integers(0, 255, (12, 48, 48)).astype(np.uint8), votes, np.zeros(12, np.int64)
    )
    faces = Faces(split, split)
    options = replace(usual, epochs=1, batch=4)
    taught = train_cnn(faces, faces, tmp_path / "run", options, torch.device("cpu"))
    begun = FaceResNet()
    recogniser.begin(begun, file)
    recogniser.fit_norms(begun, as_input(torch.from_numpy(split.images)))
    kept = [
        torch.equal(left.conv2.weight, right.conv2.weight)
        for left, right in zip(taught.modules(), begun.modules(), strict=True)
        if isinstance(left, RecogniserBlock) and isinstance(right, RecogniserBlock)
    ]
    assert kept == [block < freeze - 1 for block in range(len(kept))]  # the first block is the stem
    assert not torch.equal(taught.classifier.weight, begun.classifier.weight)


def test_only_the_face_resnet_begins_so(file: Path) -> None:
    with pytest.raises(DataError, match="another network than small-resnet"):
        backbones.make("small-resnet", file)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"nothing of the kind", "no network that dlib saved"),
        (b"con_4\x01\x03", "damaged"),
        (b"con_4\x01\x02\x01\x09\x01\x01\x01\x01\x01\x01....", "damaged"),
        (_saved()[0][:500_000], "damaged"),
        (b"con_4" + _tensor(np.ones(9)), "another network"),
        (b"con_4" + _tensor(np.ones(4736)) + b"affine_" + _tensor(np.ones(64)), "another network"),
    ],
)
def test_a_file_that_is_not_the_recogniser_is_one_clear_error(
    data: bytes, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "odd.dat"
    path.write_bytes(data)
    with pytest.raises(DataError, match=told):
        backbones.make("face-resnet", path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.dat"):
        backbones.make("face-resnet", tmp_path / "absent.dat")
