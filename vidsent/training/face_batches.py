"""Batches of faces to train the CNN on: balanced, augmented and mixed (mixup, Zhang et al. 2018).

Every draw comes from the generator handed in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from vidsent.faces.expression import as_input
from vidsent.training.augment import augment
from vidsent.training.cnn_options import CnnOptions


def face_batches(
    images: Tensor, targets: Tensor, options: CnnOptions, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """One pass over faces: augmented crops (B, 1, 48, 48) in [0, 1], soft targets (B, 7).

    `images` (2, N, 48, 48) uint8 are the same faces as tiles and aligned, `targets` (N, 7) the
    share of each emotion in what they show. B is `options.batch` or, of fewer faces, N; a last
    batch that is not full is left out.
    """
    share = targets.mean(0).clamp_min(1e-6)
    weights = (targets / share**options.balance).sum(1)
    order = torch.multinomial(weights, len(targets), replacement=True, generator=generator)
    batch = min(options.batch, len(targets))
    beta = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
    for chosen in order[: len(targets) // batch * batch].split(batch):
        cut = (torch.rand(batch, generator=generator) < options.aligned).long()
        crops = augment(as_input(images[cut, chosen]), generator, options.augment)
        wanted = targets[chosen]
        mix = float(beta.beta(options.mixup, options.mixup)) if options.mixup > 0 else 1.0
        other = torch.randperm(batch, generator=generator)
        yield mix * crops + (1 - mix) * crops[other], mix * wanted + (1 - mix) * wanted[other]
