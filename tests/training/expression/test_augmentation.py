"""Augmentation keeps shape, range and the face, and repeats itself under one seed."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vidsent.training.expression.augmentation import ALIKE, Shrink, augment, augmentation
from vidsent.training.options import AUGMENT


def _faces(count: int = 32) -> Tensor:
    """A bright disc in the middle of each: a face as far as augmentation is concerned."""
    axis = torch.linspace(-1, 1, 96)
    disc = (axis[:, None] ** 2 + axis[None, :] ** 2 < 0.4).to(torch.uint8)
    return (50 + 150 * disc).expand(count, 1, 96, 96).clone()


def _varied(kind: str, seed: int, count: int = 32) -> Tensor:
    torch.manual_seed(seed)
    return augment(_faces(count), augmentation(kind))


@pytest.mark.parametrize("kind", AUGMENT)
def test_shape_type_and_range_stay_and_a_seed_repeats(kind: str) -> None:
    varied = _varied(kind, 1)
    assert varied.shape == (32, 1, 96, 96) and varied.dtype == torch.float32
    assert float(varied.min()) >= 0 and float(varied.max()) <= 1
    assert torch.equal(varied, _varied(kind, 1))
    assert torch.equal(varied, _varied(kind, 2)) == (kind == "none")


def test_none_leaves_faces_as_they_are_and_more_strength_changes_more() -> None:
    plain = _faces(128).float() / 255
    changed = [float((_varied(kind, 0, 128) - plain).abs().mean()) for kind in AUGMENT]
    assert changed[0] < 1e-6
    assert changed == sorted(changed)


def test_the_face_stays_in_the_middle() -> None:
    varied = _varied("full", 0, 128)
    middle = varied[..., 40:56, 40:56].mean((1, 2, 3))
    corners = varied[..., :8, :8].mean((1, 2, 3))
    assert float((middle > corners).float().mean()) > 0.9


def test_faces_share_a_draw_in_small_groups_and_whole_clips() -> None:
    few = _varied("full", 3, 2 * ALIKE)
    assert torch.equal(few[0], few[ALIKE - 1])
    assert not torch.equal(few[0], few[ALIKE])
    torch.manual_seed(3)
    clip = augmentation("full")(_faces(20))
    assert torch.equal(clip[0], clip[19])


def test_shrinking_takes_detail_away_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    noise = torch.randint(0, 255, (4, 1, 96, 96), dtype=torch.uint8)
    small = Shrink()(noise)
    assert float(small.float().std()) < float(noise.float().std())
    assert float(small.float().mean()) == pytest.approx(float(noise.float().mean()), abs=2)
