"""Stage one of the training: it resumes, stops early, follows its options, and fits its biases."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.training.power_cut import power_cut
from tests.training.tiny import fer_split
from vidsent.core import weights
from vidsent.core.emotions import LABELS
from vidsent.faces.expression import ExpressionCNN, as_input
from vidsent.faces.reader import CNN_FILE
from vidsent.training.data.aligned_faces import FaceCrops
from vidsent.training.data.fer import read_split
from vidsent.training.expression.cnn import fit_bias, interpolate, train_cnn, worst_nearby
from vidsent.training.expression.cnn_options import CnnOptions
from vidsent.training.runs import load_record

SHIPPED = weights.assets() / "weights" / CNN_FILE
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> FaceCrops:
    """Eight tiles, each as its own aligned crop."""
    folder = tmp_path_factory.mktemp("fer2013")
    fer_split(folder, "train", 8)
    tiles = read_split(folder, "train")
    return FaceCrops(tiles, tiles)


def _train(faces: FaceCrops, out: Path, **options: Any) -> dict[str, Tensor]:
    """The weights of a CNN trained for as long as the options say."""
    chosen = CnnOptions(**{"epochs": 3, "augment": "none", "learning_rate": 0.08, **options})
    return train_cnn(faces, faces, out, chosen, CPU).state_dict()


def test_a_run_that_was_cut_short_resumes_to_the_same_weights(
    faces: FaceCrops, tmp_path: Path
) -> None:
    wanted = _train(faces, tmp_path / "whole", augment="full")
    with power_cut("cnn {'epoch': 2"):
        _train(faces, tmp_path / "cut", augment="full")
    resumed = _train(faces, tmp_path / "cut", augment="full")
    assert all(torch.equal(resumed[name], value) for name, value in wanted.items())


def test_the_gradient_of_the_worst_weights_nearby_is_followed(
    faces: FaceCrops, tmp_path: Path
) -> None:
    losses, made = {}, {}
    for radius in (0.0, 0.5):
        out = tmp_path / str(radius)
        made[radius] = _train(faces, out, sharpness=radius, start=str(SHIPPED))
        losses[radius] = load_record(out / "cnn.json")["history"][0]["train_loss"]
    assert losses[0.5] > losses[0.0] + 0.01  # one step: the same faces, the same weights at first
    apart = [float((made[0.5][key] - value).abs().max()) for key, value in made[0.0].items()]
    assert max(apart) > 0.01  # rounding gives up to 0.001


def test_an_anchored_run_ends_halfway_between_its_start_and_what_it_would_become(
    faces: FaceCrops, tmp_path: Path
) -> None:
    free, anchored = (
        _train(faces, tmp_path / str(share), anchor=share, start=str(SHIPPED))
        for share in (0.0, 0.5)
    )
    before = {  # biases are fitted anew
        name: value.float()
        for name, value in weights.load_tensors(CNN_FILE).tensors.items()
        if name.endswith("weight")
    }
    assert max(float((free[name] - value).abs().max()) for name, value in before.items()) > 0.01
    for name, value in before.items():
        torch.testing.assert_close(anchored[name], (value + free[name]) / 2, rtol=2e-3, atol=1e-4)


def test_patience_ends_the_training_and_keeps_its_best(
    faces: FaceCrops, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        _train(faces, tmp_path, epochs=40, patience=1, backbone="mobilenet_v3_small")
    losses = [row["val_loss_averaged"] for row in load_record(tmp_path / "cnn.json")["history"]]
    assert len(losses) < 40
    assert losses[-1] >= min(losses[:-1]) and losses[:-1] == sorted(losses[:-1], reverse=True)
    assert "stops early" in caplog.text


@pytest.mark.cuda
def test_cuda_trains_to_much_the_same_cnn(faces: FaceCrops, tmp_path: Path) -> None:
    options = CnnOptions(epochs=1)
    models = [
        train_cnn(faces, faces, tmp_path / name, options, torch.device(name))
        for name in ("cpu", "cuda")
    ]
    crops = torch.rand(16, 1, 48, 48)
    with torch.inference_mode():
        cpu, cuda = (model.cpu()(crops).softmax(1) for model in models)
    torch.testing.assert_close(cpu, cuda, atol=0.1, rtol=0)


def test_what_is_answered_more_often_than_it_is_true_is_weighed_down(tmp_path: Path) -> None:
    fer_split(tmp_path, "val", 42)  # each label as often
    tiles = read_split(tmp_path, "val")
    torch.manual_seed(0)
    cnn = ExpressionCNN().eval()
    faces = as_input(torch.from_numpy(tiles.images))
    features = cnn.read(faces)[0].clone()  # a tensor outside inference mode
    leads = torch.eye(len(LABELS))[tiles.majority()] * torch.rand(len(faces), 1)  # by 0 to 1
    with torch.no_grad():
        cnn.classifier.weight.copy_(torch.linalg.pinv(features.double()).mm(leads.double()).T)
        cnn.classifier.bias.zero_()
        cnn.classifier.bias[LABELS.index("happiness")] = 0.5
    before = cnn.classifier(features)
    added = fit_bias(cnn, FaceCrops(tiles, tiles), CPU)
    after = cnn.classifier(features)
    assert torch.allclose(after - before, torch.tensor(list(added.values())), atol=1e-3)
    said = [int((each.argmax(1) == LABELS.index("happiness")).sum()) for each in (before, after)]
    assert said[0] > 15 and said[1] == pytest.approx(6, abs=3)


def test_an_anchored_network_stands_between_where_it_began_and_where_it_came() -> None:
    torch.manual_seed(0)
    begun, come = ExpressionCNN(), ExpressionCNN()
    for buffer in come.buffers():
        buffer.add_(1)  # statistics of norms and their counts
    far = {name: value.clone() for name, value in come.state_dict().items()}
    interpolate(come, begun, 0.25)
    for name, value in come.state_dict().items():
        if value.is_floating_point():
            between = 0.75 * far[name] + 0.25 * begun.state_dict()[name]
            assert torch.allclose(value, between, atol=1e-6), name
        else:
            assert torch.equal(value, far[name])


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
