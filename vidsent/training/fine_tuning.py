"""What the features gain when the CNN itself learns from acted clips; a measurement only.

In every fold a copy of the CNN is trained on single frames of the actors that are not left out,
and then the temporal model on its features. The model that is kept has frozen features: trained
on all actors, this could not be tested on anybody.
"""

from __future__ import annotations

import copy
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from vidsent.core import device as devices
from vidsent.core.emotions import NUM_LABELS
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training import backbones, held_out
from vidsent.training.augment import augment
from vidsent.training.material import prepare
from vidsent.training.pace import Pace
from vidsent.training.record import load_checkpoint, save_checkpoint
from vidsent.training.sequences import FaceClip
from vidsent.training.sources import Sources
from vidsent.training.temporal import test_on, uars
from vidsent.training.temporal_options import TemporalOptions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FineTuning:
    """How to train the CNN on the frames of clips; AdamW, batch norms as they were."""

    epochs: int
    learning_rate: float = 1e-4
    weight_decay: float = 1e-2
    batch: int = 64
    every: int = 5  # frames of which one is taken: 4 a second
    freeze: int = 0  # blocks of the trunk that keep their weights
    augment: str = "full"
    seed: int = 0


def measure(
    sources: Sources,
    out: Path,
    cnn: ExpressionNetwork,
    tuning: FineTuning,
    options: TemporalOptions,
    device: torch.device,
) -> dict[str, Any]:
    """UAR over all folds with features tuned in each: {"uar": {model: metric}, "clips": rows}.

    "cnn" is the tuned CNN's own average. Resumes what `out` holds.
    """
    predictions: list[dict[str, Any]] = []
    for fold, actors in enumerate(held_out.actor_pairs(clip.group for clip in sources.acted)):
        learned = [clip for clip in sources.acted if clip.group not in actors]
        tuned = tune(cnn, learned, tuning, device, out / f"tuned_cnn_fold{fold}.ckpt")
        material, _ = prepare(sources, tuned, options, device)
        checkpoint = out / f"tuned_fold{fold}.ckpt"
        told = test_on(actors, material, options, device, checkpoint)
        predictions += [{"fold": fold, **row} for row in told]
    source = f"{sources.name}, CNN tuned in each fold for {tuning.epochs} epochs"
    return {"uar": uars(predictions, options.model, source), "clips": predictions}


def tune(
    cnn: ExpressionNetwork,
    clips: list[FaceClip],
    tuning: FineTuning,
    device: torch.device,
    checkpoint: Path,
) -> ExpressionNetwork:
    """A copy of `cnn` trained on every k-th frame of the clips, each with its clip's emotion.

    Emotions that no clip shows are left out of the choice, so that they are not unlearned. Read
    from `checkpoint` where that is there. Comes back in evaluation mode; `cnn` stays.
    """
    model = copy.deepcopy(cnn).eval()  # and so it stays: batch norms keep their statistics
    if (state := load_checkpoint(checkpoint)) is not None:
        model.load_state_dict(state)
        return model
    backbones.freeze(model, tuning.freeze)
    frames, labels = _frames(clips, tuning.every)
    shown = torch.isin(torch.arange(NUM_LABELS), labels).to(device)
    optimizer = torch.optim.AdamW(
        [parameter for parameter in model.parameters() if parameter.requires_grad],
        tuning.learning_rate,
        weight_decay=tuning.weight_decay,
    )
    generator, pace = torch.Generator().manual_seed(tuning.seed), Pace(tuning.epochs)
    for epoch in range(tuning.epochs):
        losses = []
        for chosen in torch.randperm(len(frames), generator=generator).split(tuning.batch):
            crops = augment(as_input(frames[chosen]), generator, tuning.augment)
            with devices.mixed_precision(device):
                logits = model(crops.to(device, memory_format=torch.channels_last))
            likely = logits.float().masked_fill(~shown, -torch.inf)
            loss = F.cross_entropy(likely, labels[chosen].to(device))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
        mean = sum(losses) / len(losses)
        log.info("%s epoch %d, loss %.4f, %s", checkpoint.stem, epoch + 1, mean, pace.tick())
    save_checkpoint(checkpoint, model.state_dict())
    return model


def _frames(clips: list[FaceClip], every: int) -> tuple[Tensor, Tensor]:
    """Every `every`-th crop of the clips, (N, 48, 48) uint8, and their labels (N,) int64."""
    taken = [torch.from_numpy(clip.crops[::every]) for clip in clips]
    labels = [
        torch.full((len(crops),), clip.label) for crops, clip in zip(taken, clips, strict=True)
    ]
    return torch.cat(taken), torch.cat(labels)
