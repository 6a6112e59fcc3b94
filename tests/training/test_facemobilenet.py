"""The CNN begins as the MobileNet in TensorFlow.js's files: same maps, and gentle training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from vidsent.core.errors import DataError
from vidsent.training import backbones
from vidsent.training.aligned import Faces
from vidsent.training.cnn import train_cnn
from vidsent.training.cnn_options import options_for
from vidsent.training.facemobilenet import SIDE, SPREAD, STAGES, FaceMobileNet, SeparableBlock
from vidsent.training.fer import FerSplit
from vidsent.training.options import Bench
from vidsent.training.tfjs import read_tensors

Weights = dict[str, np.ndarray]


def _weights() -> Weights:
    """Random ones, named and laid out as TensorFlow has them: (height, width, in, out)."""
    rng, channels = np.random.default_rng(0), 3
    weights: Weights = {"age_pred/kernel": rng.normal(size=(256, 100))}

    def add(name: str, side: int, width: int, out: int) -> None:
        scale = (2 / (side * side * width)) ** 0.5
        weights[name] = rng.normal(0, scale, (side, side, width, out))

    add("conv1/convolution/merged_input", 3, 3, 32)
    weights["conv1_bn/batchnorm_1/sub"] = rng.normal(0, 0.1, 32)
    channels = 32
    for block, (out, _) in enumerate(STAGES, 1):
        kernels = rng.normal(0, 0.4, (3, 3, channels, 1))
        weights[f"conv_dw_{block}/depthwise_kernel"] = kernels
        weights[f"conv_dw_{block}_bn/batchnorm_1/mul"] = rng.uniform(0.5, 1.5, channels)
        weights[f"conv_dw_{block}_bn/batchnorm_1/sub"] = rng.normal(0, 0.1, channels)
        add(f"conv_pw_{block}/convolution/merged_input", 1, channels, out)
        weights[f"conv_pw_{block}_bn/batchnorm_1/sub"] = rng.normal(0, 0.1, out)
        channels = out
    return {name: value.astype(np.float32) for name, value in weights.items()}


def _write(path: Path, weights: Weights, dtype: str = "<f4") -> Path:
    """A model in TensorFlow.js's layout, its tensors in two files; half floats are "quantised"."""
    quantised = {} if dtype == "<f4" else {"quantization": {"dtype": "float16"}}
    listed = [
        {"name": name, "shape": list(value.shape), "dtype": "float32", **quantised}
        for name, value in weights.items()
    ]
    data = b"".join(value.astype(dtype).tobytes() for value in weights.values())
    names = [f"{path.stem}-{part}.bin" for part in (1, 2)]
    for name, part in zip(names, (data[:1001], data[1001:]), strict=True):
        (path.parent / name).write_bytes(part)
    manifest = [{"paths": names, "weights": listed}]
    path.write_text(json.dumps({"modelTopology": {}, "weightsManifest": manifest}))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return _write(tmp_path / "faceres.json", _weights())


def _crops(count: int) -> Tensor:
    return torch.rand(count, 1, 48, 48, generator=torch.Generator().manual_seed(count))


def _as_tensorflow(crops: Tensor, weights: Weights) -> Tensor:
    """The last maps (B, 1024, 5, 5) in colour, a convolution and then an affine step each."""

    def convolve(x: Tensor, name: str, stride: int = 1, groups: int = 1) -> Tensor:
        kernels = torch.from_numpy(weights[name])
        order = (2, 3, 0, 1) if groups > 1 else (3, 2, 0, 1)
        side = kernels.shape[0]
        return F.conv2d(x, kernels.permute(order), None, stride, side // 2, 1, groups)

    def finish(x: Tensor, name: str) -> Tensor:
        factors = weights.get(f"{name}/batchnorm_1/mul", np.ones(x.shape[1], np.float32))
        shape = (1, -1, 1, 1)
        offsets = torch.from_numpy(weights[f"{name}/batchnorm_1/sub"]).view(shape)
        return (x * torch.from_numpy(factors).view(shape) + offsets).clamp(0, 6)

    grey = F.interpolate(FaceMobileNet.standardised(crops), size=(SIDE, SIDE), mode="bilinear")
    x = finish(
        convolve(grey.expand(-1, 3, -1, -1) * SPREAD, "conv1/convolution/merged_input", 2),
        "conv1_bn",
    )
    for block, (_, stride) in enumerate(STAGES, 1):
        depthwise = f"conv_dw_{block}"
        x = convolve(x, f"{depthwise}/depthwise_kernel", stride, x.shape[1])
        x = finish(x, f"{depthwise}_bn")
        x = finish(convolve(x, f"conv_pw_{block}/convolution/merged_input"), f"conv_pw_{block}_bn")
    return x


def test_the_network_begins_as_the_one_in_the_files(file: Path) -> None:
    network = backbones.make("face-mobilenet", file).eval()
    with torch.inference_mode():
        maps = network.trunk[:-1](network.standardised(_crops(2)))
        wanted = _as_tensorflow(_crops(2), _weights())
        assert maps.shape == (2, 1024, SIDE // 32, SIDE // 32) and wanted.std() > 0.1
        torch.testing.assert_close(maps, wanted, rtol=1e-3, atol=1e-3)
        assert network.features(_crops(2)).shape == (2, 256)


def test_half_floats_are_read_too(tmp_path: Path) -> None:
    weights = _weights()
    read = read_tensors(_write(tmp_path / "half.json", weights, "<f2"))
    assert read.keys() == weights.keys()
    for name, value in weights.items():
        np.testing.assert_allclose(read[name], value, rtol=1e-3, atol=1e-6)


def test_it_learns_gently_and_frozen_blocks_not_at_all(file: Path, tmp_path: Path) -> None:
    usual = options_for(Bench(backbone="face-mobilenet", freeze=4), file)
    assert usual.optimizer == "adamw" and usual.learning_rate < 1e-3
    further = options_for(Bench(backbone="face-mobilenet"), Path("expression_cnn.safetensors"))
    assert further.learning_rate == usual.learning_rate and further.optimizer == usual.optimizer
    rng = np.random.default_rng(0)
    votes = np.eye(10, dtype=np.float32)[np.arange(8) % 7] * 10
    split = FerSplit(
        rng.integers(0, 255, (8, 48, 48)).astype(np.uint8), votes, np.zeros(8, np.int64)
    )
    faces = Faces(split, split)
    options = replace(usual, epochs=1, batch=4)
    taught = train_cnn(faces, faces, tmp_path / "run", options, torch.device("cpu"))
    begun = backbones.make("face-mobilenet", file)
    trained, former = taught.state_dict(), begun.state_dict()
    blocks = [
        f"trunk.{k}" for k, each in enumerate(begun.trunk) if isinstance(each, SeparableBlock)
    ]
    kept = [torch.equal(trained[f"{k}.2.weight"], former[f"{k}.2.weight"]) for k in blocks]
    assert kept == [block < 3 for block in range(len(STAGES))]  # the first block is the stem


def test_only_the_face_mobilenet_begins_so(file: Path) -> None:
    for name in ("small-resnet", "face-resnet"):
        with pytest.raises(DataError, match=f"another network than {name}"):
            backbones.make(name, file)


def test_a_manifest_cannot_name_a_file_elsewhere(file: Path, tmp_path: Path) -> None:
    told = json.loads(file.read_text())
    inner = tmp_path / "inner"
    inner.mkdir()
    told["weightsManifest"][0]["paths"] = ["../faceres-1.bin", "../faceres-2.bin"]
    (inner / "odd.json").write_text(json.dumps(told))
    with pytest.raises(DataError, match="cannot be read"):
        backbones.make("face-mobilenet", inner / "odd.json")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"weightsManifest": [{}]}', b"\xff\xfe"])
def test_a_file_that_is_no_model_is_one_clear_error(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_bytes(data)
    with pytest.raises(DataError, match=r"no TensorFlow\.js model"):
        backbones.make("face-mobilenet", tmp_path / "odd.json")


def test_files_that_are_cut_short_or_of_another_network_are_refused(
    file: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"absent\.json"):
        backbones.make("face-mobilenet", tmp_path / "absent.json")
    other = _write(tmp_path / "other.json", {"conv1/kernel": np.ones((3, 3, 3, 32), np.float32)})
    with pytest.raises(DataError, match="another network"):
        backbones.make("face-mobilenet", other)
    part = tmp_path / "faceres-2.bin"
    part.write_bytes(part.read_bytes()[:-4])
    with pytest.raises(DataError, match="damaged"):
        backbones.make("face-mobilenet", file)
