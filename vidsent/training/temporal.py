"""Stage two of `train expression`: the GRU over the frozen CNN's features, and its honest test.

Four kinds of sequences teach it at once: acted clips (one emotion for the clip), stills (one
for every step), rising expressions (one for the peak) and film scenes (valence and arousal).
Recognition is tested on actors that the tested GRU never saw; the shipped GRU sees all.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vidsent.emotions import NUM_LABELS
from vidsent.expression import ExpressionCNN, ExpressionGRU
from vidsent.training import batches, held_out
from vidsent.training.batches import Batch
from vidsent.training.courses import Example, Stills, encode_clips, encode_stills
from vidsent.training.fer import FerSplit
from vidsent.training.record import Run, load_checkpoint, save_checkpoint, save_record
from vidsent.training.sequences import NO_LABEL, load_all

log = logging.getLogger(__name__)

STAGE = "temporal"


@dataclass(frozen=True)
class TemporalOptions:
    """How to train the GRU; the defaults made the shipped weights."""

    epochs: int = 4
    steps: int = 60  # batches an epoch
    acted: int = 16  # sequences of each kind in a batch
    still: int = 48
    rising: int = 8
    rated: int = 32
    learning_rate: float = 2e-3  # peak of the one-cycle schedule, AdamW
    weight_decay: float = 1e-2
    ema_decay: float = 0.99
    affect_weight: float = 0.5  # of the loss of valence and arousal beside those of the emotions
    versions: int = 2  # augmented readings of every clip and still, beside the plain one
    stills: int = 12_000
    seed: int = 0
    limit: int | None = None  # use only the first clips and pictures: for smoke runs


@dataclass(frozen=True)
class Material:
    """Everything that a GRU learns from."""

    acted: list[Example]
    rising: list[Example]
    rated: list[Example]
    stills: Stills

    def draw(self, options: TemporalOptions, generator: torch.Generator) -> Batch:
        """One batch of every kind of sequence."""
        return batches.collate(
            [
                *batches.acted(self.acted, options.acted, generator),
                *batches.rising(self.rising, options.rising, generator),
                *batches.rated(self.rated, options.rated, generator),
                *batches.still(self.stills, options.still, generator),
            ]
        )

    def shown(self) -> Tensor:
        """The emotions that were acted, (7,) bool."""
        labels = torch.tensor([example.clip.label for example in self.acted])
        return torch.isin(torch.arange(NUM_LABELS), labels)

    def without(self, actors: tuple[str, ...]) -> Material:
        """The same, less the clips of those actors."""
        kept = [example for example in self.acted if example.clip.group not in actors]
        return replace(self, acted=kept)


def train_temporal(
    data: Path,
    faces: FerSplit,
    out: Path,
    cnn: ExpressionCNN,
    options: TemporalOptions,
    device: torch.device,
) -> ExpressionGRU:
    """Test on every pair of actors left out, then train on all; resumes what `out` holds.

    `faces` are the training pictures of FER2013 as inference cuts them. Returns the GRU in
    evaluation mode. Writes the cut faces, checkpoints and `temporal.json`.
    """
    material, rated_val = prepare(data, faces, out, cnn, options, device)
    predictions: list[dict[str, Any]] = []
    for fold, actors in enumerate(held_out.actor_pairs(material.acted)):
        gru, _ = fit(material.without(actors), options, device, out / f"{STAGE}_fold{fold}.ckpt")
        tested = [example for example in material.acted if example.clip.group in actors]
        predictions += [{"fold": fold, **held_out.read_clip(gru, each)} for each in tested]
        log.info("actors %s tested", "+".join(actors))
    gru, history = fit(material, options, device, out / f"{STAGE}.ckpt")
    valence, arousal = held_out.affect(gru, rated_val)
    record = {
        "options": asdict(options),
        "history": history,
        "java_sed_uar": {
            model: held_out.recognition(predictions, model).to_dict() for model in held_out.MODELS
        },
        "kerc_ccc": {"valence": valence.to_dict(), "arousal": arousal.to_dict()},
        "java_sed_clips": predictions,
    }
    save_record(out / f"{STAGE}.json", record)
    return gru


def prepare(
    data: Path,
    faces: FerSplit,
    out: Path,
    cnn: ExpressionCNN,
    options: TemporalOptions,
    device: torch.device,
) -> tuple[Material, list[Example]]:
    """What the CNN says of everything under `data`, and KERC's validation clips apart."""
    generator = torch.Generator().manual_seed(options.seed)
    clips = load_all(data, out / "faces", options.limit)

    def encoded(name: str, split: str = "") -> list[Example]:
        chosen = [clip for clip in clips[name] if clip.split == split]
        return encode_clips(cnn, chosen, options.versions, generator, device)

    material = Material(
        acted=encoded("java_sed"),
        rising=encoded("ckplus"),
        rated=encoded("kerc", "train"),
        stills=encode_stills(cnn, faces, options.stills, options.versions, generator, device),
    )
    return material, encoded("kerc", "val")


def fit(
    material: Material, options: TemporalOptions, device: torch.device, checkpoint: Path
) -> tuple[ExpressionGRU, list[dict[str, float]]]:
    """Train one GRU, resuming from `checkpoint` where it exists.

    Returns it in evaluation mode, and the mean losses of every epoch.
    """
    run = _start(options, device)
    if (state := load_checkpoint(checkpoint)) is not None:
        run.restore(state)
    shown = material.shown().to(device)
    for epoch in range(len(run.history), options.epochs):
        row = _epoch(run, material, shown, options, device)
        run.history.append({"epoch": epoch + 1, **row})
        log.info("%s %s", checkpoint.stem, run.history[-1])
        save_checkpoint(checkpoint, run.state())
    return run.averaged.eval(), run.history


def losses(model: ExpressionGRU, batch: Batch, shown: Tensor) -> dict[str, Tensor]:
    """What each kind of sequence asks for; `shown` (7,) bool marks the emotions acted.

    clip: cross-entropy of an acted clip's emotion under the mean log-probability of its steps,
    among the acted emotions alone, so that a class no actor shows is not unlearned.
    step: cross-entropy with the soft targets of single steps.
    affect: 1 - CCC of valence and of arousal.
    """
    log_probs, affect = model(batch.features, batch.logits, batch.lengths)
    share = batch.share()
    clip = (log_probs * share).sum(1).masked_fill(~shown, -torch.inf)
    rated = ~batch.affect[:, 0].isnan()
    mean_affect = (affect * share).sum(1)[rated]
    return {
        "clip": F.cross_entropy(clip, batch.labels, ignore_index=NO_LABEL),
        "step": -(batch.frames * log_probs).sum() / batch.frames.sum(),
        "affect": 1 - concordance(batch.affect[rated], mean_affect).mean(),
    }


def concordance(truth: Tensor, predicted: Tensor) -> Tensor:
    """Concordance correlation (Lin 1989) of each column of (N, K) tensors; (K,)."""
    covariance = ((truth - truth.mean(0)) * (predicted - predicted.mean(0))).mean(0)
    gap = truth.mean(0) - predicted.mean(0)
    spread = truth.var(0, correction=0) + predicted.var(0, correction=0) + gap.square()
    return 2 * covariance / spread.clamp_min(1e-6)


def _start(options: TemporalOptions, device: torch.device) -> Run[ExpressionGRU]:
    torch.manual_seed(options.seed)
    model = ExpressionGRU().to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, total_steps=options.epochs * options.steps
    )
    generator = torch.Generator().manual_seed(options.seed)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(options.ema_decay))
    return Run(model, optimizer, schedule, generator, average)


def _epoch(
    run: Run[ExpressionGRU],
    material: Material,
    shown: Tensor,
    options: TemporalOptions,
    device: torch.device,
) -> dict[str, float]:
    """Train on `options.steps` batches; returns the mean of each loss."""
    run.model.train()
    totals: Counter[str] = Counter()
    for _ in range(options.steps):
        parts = losses(run.model, material.draw(options, run.generator).to(device), shown)
        loss = parts["clip"] + parts["step"] + options.affect_weight * parts["affect"]
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        run.optimizer.step()
        run.schedule.step()
        run.average.update_parameters(run.model)
        totals.update({name: float(part.detach()) for name, part in parts.items()})
    return {name: round(total / options.steps, 4) for name, total in totals.items()}
