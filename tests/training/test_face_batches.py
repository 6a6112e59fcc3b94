"""What the CNN is trained on: each face with its own label, or pairs of both in the same shares."""

from __future__ import annotations

from pathlib import Path

import torch

from vidsent.training.cnn_options import CnnOptions, options_for
from vidsent.training.face_batches import face_batches
from vidsent.training.options import Bench

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
    named = options_for(Bench(mixup=1.0, augment="none"), Path("expression_cnn.safetensors"))
    assert named.mixup == 1.0
    batches = drawn(CnnOptions(batch=BATCH, augment="none", mixup=named.mixup))
    levels = (torch.arange(7) + 1) / 10
    for crops, wanted in batches:
        assert torch.allclose(wanted.sum(1), torch.ones(BATCH))
        assert (crops[:, 0, 0, 0] - wanted @ levels).abs().max() < 0.01
    assert any((wanted.max(1).values < 0.9).any() for _, wanted in batches)
