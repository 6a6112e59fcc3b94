"""Every backbone reads grey crops as ours does, starts from fitting weights, and can be frozen."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import update_bn
from torchvision.models import get_model

from vidsent.core.errors import DataError
from vidsent.faces.expression import CROP_SIZE, ExpressionNetwork
from vidsent.training.networks import backbones
from vidsent.training.options import BACKBONES, SMALL_RESNET

SMALL = "mobilenet_v3_small"  # torchvision's quickest
CPU = torch.device("cpu")


LARGE = 10_000_000  # numbers


@pytest.fixture(autouse=True)
def _no_draws_of_unused_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """VGG's head, 120 million numbers, is dropped at once; to draw them takes seconds."""
    for name in ("normal_", "kaiming_uniform_"):
        draw = getattr(nn.init, name)
        monkeypatch.setattr(
            nn.init,
            name,
            lambda tensor, *rest, draw=draw, **more: (
                tensor if tensor.numel() > LARGE else draw(tensor, *rest, **more)
            ),
        )


def _crops(count: int = 6, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 1, CROP_SIZE, CROP_SIZE, generator=torch.Generator().manual_seed(seed))


def _step(network: ExpressionNetwork, frozen: int) -> None:
    """One step of training, with batches as training gives them."""
    backbones.train_mode(network, frozen)
    learning = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.SGD(learning, 0.1)
    F.cross_entropy(network(_crops()), torch.arange(6)).backward()
    optimizer.step()


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_has_the_interface_of_ours(name: str) -> None:
    network = backbones.make(name).eval()
    with torch.inference_mode():
        features = network.features(_crops(2))
        assert features.shape == (2, network.width)
        assert network(_crops(2)).shape == (2, 7)
        brighter = network(_crops(2) / 2 + 0.3)
        torch.testing.assert_close(brighter, network(_crops(2)), rtol=0.05, atol=0.05)
        side = network.trunk(_crops(1)).shape[-1]
    assert side == (6 if name == SMALL_RESNET else 3)
    for parameter in network.parameters():  # nothing of a head is left that never learns
        assert parameter.numel() < 4096 * 1024


@pytest.mark.parametrize("name", ["resnet18", "vgg16_bn", "efficientnet_b0", SMALL])
def test_grey_is_read_as_torchvision_reads_it_in_three_channels(name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    theirs = get_model(name, weights=None).eval()
    kept = {key: value for key, value in theirs.state_dict().items() if "classifier" not in key}
    torch.save(kept, tmp_path / "theirs.pth")
    stem = backbones.make(name, tmp_path / "theirs.pth").eval().trunk[0]
    grey = _crops(2)
    with torch.inference_mode():
        if name.startswith("resnet"):
            first = theirs.relu(theirs.bn1(theirs.conv1(grey.expand(-1, 3, -1, -1))))
            wanted = theirs.maxpool(first)
        else:
            part = theirs.features[: len(list(stem.children())) if name.startswith("vgg") else 1]
            wanted = part(grey.expand(-1, 3, -1, -1))
        torch.testing.assert_close(stem(grey), wanted, rtol=1e-4, atol=1e-4)


def test_a_stem_for_half_the_side_sees_the_same_in_crops_of_twice_that(tmp_path: Path) -> None:
    weights = dict(backbones.make(SMALL_RESNET).state_dict())
    stem = torch.rand(32, 1, 3, 3)
    weights["trunk.0.weight"] = stem
    save_file(weights, tmp_path / "ours.safetensors")
    small = torch.rand(2, 1, CROP_SIZE // 2, CROP_SIZE // 2)
    large = F.interpolate(small, scale_factor=2.0)
    with torch.inference_mode():
        found = backbones.make(SMALL_RESNET, tmp_path / "ours.safetensors").trunk[0](large)
        torch.testing.assert_close(found, F.conv2d(small, stem, padding=1))


@pytest.mark.parametrize("name", [SMALL_RESNET, SMALL])
def test_a_file_of_ours_gives_the_same_network_again(name: str, tmp_path: Path) -> None:
    network = backbones.make(name).eval()
    save_file(network.state_dict(), tmp_path / "ours.safetensors")
    again = backbones.make(name, tmp_path / "ours.safetensors").eval()
    with torch.inference_mode():
        assert torch.equal(again(_crops()), network(_crops()))


def test_weights_that_do_not_fit_are_one_clear_error(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.safetensors", tmp_path / "theirs.pth"
    save_file(backbones.make(SMALL_RESNET).state_dict(), ours)
    torch.save(get_model("resnet18", weights=None).state_dict(), theirs)
    for name, path in (
        (SMALL, ours),
        ("resnet34", theirs),
        (SMALL, theirs),
        (SMALL_RESNET, theirs),
    ):
        with pytest.raises(DataError, match=f"another network than {name}"):
            backbones.make(name, path)


@pytest.mark.parametrize("name", ["damaged.safetensors", "damaged.pth", "absent.pth"])
def test_a_file_that_holds_no_weights_is_named(name: str, tmp_path: Path) -> None:
    if name.startswith("damaged"):
        (tmp_path / name).write_bytes(b"no weights at all")
    with pytest.raises(DataError, match=name):
        backbones.make(SMALL_RESNET, tmp_path / name)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    torch.save({"model": print}, tmp_path / "code.pth")
    with pytest.raises(DataError, match=r"code\.pth"):
        backbones.make(SMALL_RESNET, tmp_path / "code.pth")


@pytest.mark.parametrize(("name", "count"), [(SMALL_RESNET, 3), (SMALL, 5), ("resnet18", 2)])
def test_frozen_blocks_keep_weights_and_statistics_and_the_rest_learns(
    name: str, count: int
) -> None:
    network = backbones.make(name)
    backbones.freeze(network, count)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    parts = backbones.blocks(network)[:count]
    frozen = nn.ModuleList(module for part in parts for module in part)
    kept = {value.data_ptr() for value in frozen.state_dict().values()}
    _step(network, count)
    changed = {
        key: not torch.equal(value, before[key]) for key, value in network.state_dict().items()
    }
    for key, value in network.state_dict().items():
        if value.data_ptr() in kept:
            assert not changed[key], key
    assert kept and changed["classifier.weight"]
    assert any(changed[key] for key in changed if "running_mean" in key)


def test_more_blocks_than_there_are_cannot_be_frozen() -> None:
    network = backbones.make(SMALL_RESNET)
    count = len(backbones.blocks(network))
    backbones.freeze(network, count)
    assert [key for key, each in network.named_parameters() if each.requires_grad] == [
        "classifier.weight",
        "classifier.bias",
    ]
    with pytest.raises(DataError, match=f"has {count} blocks"):
        backbones.freeze(network, count + 1)


@pytest.mark.parametrize("frozen", [0, 3])
def test_batch_norms_are_measured_as_torch_does_but_for_the_frozen(frozen: int) -> None:
    torch.manual_seed(0)
    network, theirs = (backbones.make(SMALL_RESNET) for _ in range(2))
    theirs.load_state_dict(network.state_dict())
    before = {key: value.clone() for key, value in network.state_dict().items()}
    batches = [_crops(8, seed) for seed in range(3)]
    backbones.remeasure_norms(network, batches, frozen, CPU)
    if frozen == 0:
        update_bn(batches, theirs, CPU)
        wanted = theirs.state_dict()
        assert all(torch.equal(v, wanted[key]) for key, v in network.state_dict().items())
        return
    still = [key for key in before if key.startswith(("trunk.1.", "trunk.3.", "trunk.4."))]
    moved = [key for key in before if "running_mean" in key and key not in still]
    assert all(torch.equal(network.state_dict()[key], before[key]) for key in still)
    assert all(not torch.equal(network.state_dict()[key], before[key]) for key in moved)
