"""Targets that raters and teachers share."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from vidsent.core.errors import DataError
from vidsent.faces.expression import ExpressionCNN
from vidsent.training.expression.distillation import SHARE, soft_targets

CPU = torch.device("cpu")


@pytest.fixture
def images() -> Tensor:
    """Two cuts of four faces."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 255, (2, 4, 48, 48), generator=generator, dtype=torch.uint8)


@pytest.fixture
def votes() -> Tensor:
    return torch.eye(7)[:4]


def teacher(path: Path, label: int) -> str:
    """A file of weights of a network that answers `label` to every face."""
    network = ExpressionCNN()
    with torch.no_grad():
        network.classifier.weight.zero_()
        network.classifier.bias.copy_(50.0 * torch.eye(7)[label])
    save_file(network.state_dict(), path)
    return str(path)


def test_without_teachers_the_raters_are_believed(
    images: Tensor, votes: Tensor, tmp_path: Path
) -> None:
    assert soft_targets(images, votes, (), tmp_path, CPU) is votes


def test_targets_lie_between_raters_and_teachers(
    images: Tensor, votes: Tensor, tmp_path: Path
) -> None:
    teachers = [teacher(tmp_path / f"{label}.safetensors", label) for label in (5, 6)]
    targets = soft_targets(images, votes, teachers, tmp_path / "run", CPU)
    assert torch.allclose(targets.sum(1), torch.ones(4))
    wanted = (1 - SHARE) * votes
    wanted[:, 5:] += SHARE / 2
    assert torch.allclose(targets, wanted, atol=1e-4)


def test_answers_are_kept_and_belong_to_the_teachers(
    images: Tensor, votes: Tensor, tmp_path: Path
) -> None:
    run, sad = tmp_path / "run", [teacher(tmp_path / "a.safetensors", 4)]
    first = soft_targets(images, votes, sad, run, CPU)
    assert torch.equal(soft_targets(images, votes, sad, run, CPU), first)
    assert len(list(run.iterdir())) == 1
    other = soft_targets(images, votes, [teacher(tmp_path / "b.safetensors", 0)], run, CPU)
    assert not torch.allclose(other, first)


def test_a_missing_teacher_is_named(images: Tensor, votes: Tensor, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nobody\.safetensors"):
        soft_targets(images, votes, [str(tmp_path / "nobody.safetensors")], tmp_path, CPU)
