"""Augmentation keeps shape, range and the face, and repeats itself under one seed."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
import torch

from vidsent.training.expression.augmentation import augment, blur, face_batches
from vidsent.training.expression.cnn_options import CnnOptions, options_for
from vidsent.training.options import SystemOptions


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


def test_the_face_stays_in_the_image() -> None:
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


def test_none_changes_nothing_and_each_strength_more_than_the_last() -> None:
    crops = _crops(100)
    assert torch.equal(augment(crops.clone(), _generator(), "none"), crops)
    changes = [
        float((augment(crops.clone(), _generator(), kind) - crops).abs().mean())
        for kind in ("light", "moderate", "full")
    ]
    assert 0 < changes[0] < changes[1] < changes[2]
    assert changes[0] < changes[2] / 2


def test_light_keeps_every_pixel_s_neighbourhood() -> None:
    """No occlusion, blur or loss of resolution: a fine grid stays as contrasted as it was."""
    grid = torch.zeros(64, 1, 48, 48)
    grid[..., ::4] = 1.0
    varied = augment(grid, _generator(), "light")
    assert float(varied.std((1, 2, 3)).min()) > 0.2


def test_blur_is_the_gaussian_that_opencv_makes() -> None:
    crops = torch.rand(3, 2, 48, 48, generator=_generator())
    blurred = blur(crops, 1.3)
    side = 2 * 4 + 1  # pixels, three standard deviations to either side
    for crop, ours in zip(crops.flatten(0, 1), blurred.flatten(0, 1), strict=True):
        wanted = cv2.GaussianBlur(
            crop.numpy(), (side, side), 1.3, borderType=cv2.BORDER_REFLECT_101
        )
        assert ours.numpy() == pytest.approx(wanted, abs=1e-5)


def test_some_crops_are_blurred_under_full() -> None:
    noise = torch.rand(400, 1, 48, 48, generator=_generator())
    sharp = augment(noise, _generator())[..., 16:32, 16:32].diff(dim=-1).abs().mean((1, 2, 3))
    light = augment(noise, _generator(), "light")[..., 16:32, 16:32].diff(dim=-1).abs()
    soft = (sharp < 0.25 * light.mean()).float().mean()
    assert 0.1 < float(soft) < 0.5


COUNT, BATCH = 70, 10


def drawn(options: CnnOptions) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of faces that are 0.1, 0.2, ... 0.7 bright throughout, a label each."""
    shown = torch.arange(COUNT) % 7
    levels = (255 * (shown + 1) / 10).to(torch.uint8)
    images = levels.view(1, COUNT, 1, 1).expand(2, COUNT, 48, 48)
    targets = torch.nn.functional.one_hot(shown, 7).float()
    return list(face_batches(images, targets, options, torch.Generator().manual_seed(0)))


def test_unmixed_faces_have_one_label_each() -> None:
    batches = drawn(CnnOptions(batch=BATCH, augment="none"))
    assert len(batches) == COUNT // BATCH
    for crops, wanted in batches:
        assert crops.shape == (BATCH, 1, 48, 48) and wanted.shape == (BATCH, 7)
        assert wanted.max(1).values.eq(1).all()
        assert (crops[:, 0, 0, 0] - (wanted.argmax(1) + 1) / 10).abs().max() < 0.01


def test_mixed_labels_have_the_shares_of_their_faces() -> None:
    named = options_for(
        SystemOptions(mixup=1.0, augment="none"), Path("expression_cnn.safetensors")
    )
    assert named.mixup == 1.0
    batches = drawn(CnnOptions(batch=BATCH, augment="none", mixup=named.mixup))
    levels = (torch.arange(7) + 1) / 10
    for crops, wanted in batches:
        assert torch.allclose(wanted.sum(1), torch.ones(BATCH))
        assert (crops[:, 0, 0, 0] - wanted @ levels).abs().max() < 0.01
    assert any((wanted.max(1).values < 0.9).any() for _, wanted in batches)
