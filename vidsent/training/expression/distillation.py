"""Knowledge distillation (Hinton et al. 2015): what trained networks say of the training faces.

Ten raters are a coarse estimate of what a face shows. The mean answer of networks that learned
from all faces is another one; the next network learns from both.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vidsent.core import device as devices
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training.networks import backbones
from vidsent.training.runs import backbone_of

log = logging.getLogger(__name__)

BATCH = 256
SHARE = 0.5  # of the teachers' answer in a target; the rest is the raters'


def soft_targets(
    images: Tensor, votes: Tensor, teachers: Sequence[str], cache: Path, device: torch.device
) -> Tensor:
    """Soft targets (N, 7): raters' `votes` (N, 7) mixed with the mean answer of the `teachers`.

    `images` (K, N, 48, 48) uint8 are K cuts of the same faces; each is also read mirrored.
    `teachers` are files that `train expression` wrote, of any backbone. The answer is kept in the
    folder `cache`. Raises DataError when such a file is missing or of another network.
    """
    if not teachers:
        return votes
    networks = [_ready(Path(teacher), device) for teacher in teachers]
    digest = hashlib.sha256(str(tuple(images.shape)).encode())
    for teacher in teachers:
        digest.update(Path(teacher).read_bytes())
    path = cache / f"teachers_{digest.hexdigest()[:12]}.npy"
    if not path.exists():
        answers = [_answer(network, cut, device) for network in networks for cut in images]
        cache.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npy")
        np.save(partial, torch.stack(answers).mean(0).numpy())
        os.replace(partial, path)  # a kill leaves no half answer behind
        log.info("%d teachers answered", len(teachers))
    return (1 - SHARE) * votes + SHARE * torch.from_numpy(np.load(path))


def _ready(path: Path, device: torch.device) -> ExpressionNetwork:
    network = backbones.make(backbone_of(path), path).to(device)
    network.fuse()
    return network.to(memory_format=torch.channels_last)


@torch.inference_mode()
def _answer(model: ExpressionNetwork, images: Tensor, device: torch.device) -> Tensor:
    """Probabilities (N, 7) on the CPU, mean over the faces and their mirror images."""
    answers = []
    for batch in images.split(BATCH):
        crops = as_input(batch).to(device, memory_format=torch.channels_last)
        with devices.mixed_precision(device):
            pair = model(crops), model(crops.flip(-1))
        answers.append(sum(logits.float().softmax(1) for logits in pair).cpu() / 2)
    return torch.cat(answers)
