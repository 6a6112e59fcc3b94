"""Augmentation keeps shape, range and the face, and repeats itself under one seed."""

from __future__ import annotations

import pytest
import torch

from vidsent.training.augment import augment


def _crops(count: int = 32) -> torch.Tensor:
    """A bright disc in the middle of each crop: a face as far as augmentation is concerned."""
    axis = torch.linspace(-1, 1, 48)
    disc = (axis[:, None] ** 2 + axis[None, :] ** 2 < 0.4).float()
    return (0.2 + 0.6 * disc).expand(count, 1, 48, 48).clone()


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_shape_type_and_range_stay() -> None:
    varied = augment(torch.rand(16, 1, 48, 48, generator=_generator()), _generator())
    assert varied.shape == (16, 1, 48, 48)
    assert varied.dtype == torch.float32
    assert float(varied.min()) >= 0
    assert float(varied.max()) <= 1


def test_one_seed_gives_one_result_and_another_another() -> None:
    first, again, other = (augment(_crops(), _generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_crops_of_a_batch_are_varied_each_in_its_own_way() -> None:
    varied = augment(_crops(), _generator())
    assert len(torch.unique(varied.flatten(1), dim=0)) == len(varied)


def test_channels_of_a_crop_are_varied_alike() -> None:
    film = _crops(1).expand(1, 5, 48, 48).clone()
    varied = augment(film, _generator(3))
    assert torch.equal(varied, varied[:, :1].expand_as(varied))


def test_the_face_stays_in_the_picture() -> None:
    varied = augment(_crops(200), _generator())
    middle = varied[:, 0, 18:30, 18:30].mean((1, 2))
    rim = torch.cat([varied[:, 0, 0], varied[:, 0, -1]], 1).mean(1)
    assert float((middle > rim).float().mean()) > 0.95


def test_mirroring_is_as_likely_as_not() -> None:
    half = torch.zeros(400, 1, 48, 48)
    half[..., :24] = 1.0
    varied = augment(half, _generator())
    left = varied[..., :24].mean((1, 2, 3)) > varied[..., 24:].mean((1, 2, 3))
    assert float(left.float().mean()) == pytest.approx(0.5, abs=0.08)
