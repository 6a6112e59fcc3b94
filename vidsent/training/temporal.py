"""Stage two of `train expression`: a temporal model over the frozen CNN, and its honest test.

Four kinds of sequences teach it at once: acted clips (one emotion for the clip), stills (one
for every step), rising expressions (one for the peak) and film scenes (valence and arousal).
Recognition is tested on actors that the tested model never saw; the one that is kept sees all.
Of these kinds, those are left out that the sources do not have, such as a user's clips alone.
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
from vidsent.expression import Corrector, ExpressionNetwork, TemporalModel
from vidsent.training import batches, held_out, personal, temporal_models
from vidsent.training.batches import Batch
from vidsent.training.courses import Example, Stills, encode_clips, encode_stills
from vidsent.training.pace import Pace
from vidsent.training.record import Run, load_checkpoint, save_checkpoint, save_record
from vidsent.training.sequences import NO_LABEL, FaceClip
from vidsent.training.sources import Sources
from vidsent.training.temporal_models import CnnAlone

log = logging.getLogger(__name__)

STAGE = "temporal"
KEPT = 0.7  # of the correction: acted clips all show something, most of a film shows nothing


@dataclass(frozen=True)
class TemporalOptions:
    """How to train the temporal model; the defaults made the shipped weights."""

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
    model: str = "gru"  # one of `bench.TEMPORAL`
    window: int = 10  # steps that an LSTM sees
    augment: str = "full"


@dataclass(frozen=True)
class Material:
    """Everything that a temporal model learns from."""

    acted: list[Example]
    rising: list[Example]
    rated: list[Example]
    stills: Stills | None

    @property
    def width(self) -> int:
        """Features of a face."""
        return self.acted[0].plain.features.shape[1]

    def draw(self, options: TemporalOptions, generator: torch.Generator) -> Batch:
        """One batch of every kind of sequence that there is."""
        samples = [
            *batches.acted(self.acted, options.acted, generator),
            *batches.rising(self.rising, options.rising, generator),
            *batches.rated(self.rated, options.rated, generator),
        ]
        if self.stills is not None:
            samples += batches.still(self.stills, options.still, generator)
        return batches.collate(samples)

    def shown(self) -> Tensor:
        """The emotions that were acted, (7,) bool."""
        labels = torch.tensor([example.clip.label for example in self.acted])
        return torch.isin(torch.arange(NUM_LABELS), labels)

    def without(self, actors: tuple[str, ...]) -> Material:
        """The same, less the clips of those actors."""
        kept = [example for example in self.acted if example.clip.group not in actors]
        return replace(self, acted=kept)


def train_temporal(
    sources: Sources,
    out: Path,
    cnn: ExpressionNetwork,
    options: TemporalOptions,
    device: torch.device,
) -> TemporalModel:
    """Test on every fold of actors left out, then train on all; resumes what `out` holds.

    Returns the model in evaluation mode. Writes checkpoints and `temporal.json`, with the UAR of
    the CNN's average and of the model under their names.
    """
    material, rated_val = prepare(sources, cnn, options, device)
    folds = held_out.actor_pairs(clip.group for clip in sources.acted)
    pace = Pace((1 + len(folds)) * options.epochs)
    predictions: list[dict[str, Any]] = []
    for fold, actors in enumerate(folds):
        checkpoint = out / f"{STAGE}_fold{fold}.ckpt"
        told = test_on(actors, material, options, device, checkpoint, pace)
        predictions += [{"fold": fold, **row} for row in told]
    model, history = fit(material, options, device, out / f"{STAGE}.ckpt", pace)
    record = {
        "options": asdict(options),
        "history": history,
        f"{sources.key}_uar": uars(predictions, model.name, sources.name),
        f"{sources.key}_clips": predictions,
    }
    if rated_val:
        valence, arousal = held_out.affect(model, rated_val)
        record["kerc_ccc"] = {"valence": valence.to_dict(), "arousal": arousal.to_dict()}
    if sources.tested:
        examples = encode_clips(cnn, sources.tested, 0, torch.Generator(), device)
        told = [{"fold": 0, **row} for row in held_out.read_clips(model, examples)]
        record["own_test_uar"] = uars(told, model.name, f"{sources.name}, test split")
    save_record(out / f"{STAGE}.json", record)
    return model


def test_on(
    actors: tuple[str, ...],
    material: Material,
    options: TemporalOptions,
    device: torch.device,
    checkpoint: Path,
    pace: Pace | None = None,
) -> list[dict[str, Any]]:
    """What a model that was fitted without `actors` says of their clips; rows of `read_clip`."""
    model, _ = fit(material.without(actors), options, device, checkpoint, pace)
    tested = [example for example in material.acted if example.clip.group in actors]
    log.info("actors %s tested", "+".join(actors))
    return held_out.read_clips(model, tested)


def uars(predictions: list[dict[str, Any]], name: str, source: str) -> dict[str, dict[str, Any]]:
    """UAR of the CNN's average and of the temporal model `name`, as records hold them.

    The model's stands under its name, and with `held_out.ALONE` where one clip is all it knew.
    """
    models = ("cnn", name, name + held_out.ALONE)
    return {each: held_out.recognition(predictions, each, source).to_dict() for each in models}


def prepare(
    sources: Sources, cnn: ExpressionNetwork, options: TemporalOptions, device: torch.device
) -> tuple[Material, list[Example]]:
    """What the CNN says of all sources, and of KERC's validation clips apart.

    Where nothing is to be learned from them, only what is tested is read.
    """
    generator = torch.Generator().manual_seed(options.seed)
    versions, kind = options.versions, options.augment
    learns = options.model != CnnAlone.name
    if kind == "none" or not learns:
        versions = 0  # each would be the plain one again

    def encoded(clips: list[FaceClip]) -> list[Example]:
        return encode_clips(cnn, clips, versions, generator, device, kind)

    acted = encoded(sources.acted)
    rising, rated = (encoded(part) if learns else [] for part in (sources.rising, sources.rated))
    stills = None
    if sources.stills is not None and learns:
        count = options.stills
        stills = encode_stills(cnn, sources.stills, count, versions, generator, device, kind)
    return Material(acted, rising, rated, stills), encoded(sources.rated_val)


def fit(
    material: Material,
    options: TemporalOptions,
    device: torch.device,
    checkpoint: Path,
    pace: Pace | None = None,
) -> tuple[TemporalModel, list[dict[str, float]]]:
    """Train one temporal model, resuming from `checkpoint` where it exists.

    Returns it in evaluation mode, and the mean losses of every epoch: none where the model has
    nothing to learn. `pace` counts the epochs of all fits.
    """
    torch.manual_seed(options.seed)
    model = temporal_models.make(options.model, material.width, options.window).to(device)
    if not list(model.parameters()):
        return model.eval(), []
    run = _start(model, options)
    if (state := load_checkpoint(checkpoint)) is not None:
        run.restore(state)
    pace = pace or Pace(options.epochs)
    pace.skip(len(run.history))
    shown = material.shown().to(device)
    for epoch in range(len(run.history), options.epochs):
        row = _epoch(run, material, shown, options, device)
        run.history.append({"epoch": epoch + 1, **row})
        log.info("%s %s, %s", checkpoint.stem, run.history[-1], pace.tick())
        save_checkpoint(checkpoint, run.state())
    return _finished(run.averaged, material).eval(), run.history


@torch.no_grad()
def _finished(model: TemporalModel, material: Material) -> TemporalModel:
    """The trained model, its correction tempered and its reading of changes fitted."""
    if isinstance(model, Corrector):
        for part in model.correction.parameters():
            part.mul_(KEPT)
        model.personal.copy_(personal.fit(material.acted))
    return model


def losses(model: TemporalModel, batch: Batch, shown: Tensor) -> dict[str, Tensor]:
    """What each kind of sequence asks for; `shown` (7,) bool marks the emotions acted.

    clip: cross-entropy of an acted clip's emotion under the mean log-probability of its steps,
    among the acted emotions alone, so that a class no actor shows is not unlearned.
    step: cross-entropy with the soft targets of single steps.
    affect: 1 - CCC of valence and of arousal.
    Without steps or clips of a kind its loss is nought.
    """
    log_probs, affect = model(batch.features, batch.logits, batch.lengths)
    share = batch.share()
    clip = (log_probs * share).sum(1).masked_fill(~shown, -torch.inf)
    rated = ~batch.affect[:, 0].isnan()
    affect_loss = affect.new_zeros(())
    if rated.any():
        mean_affect = (affect * share).sum(1)[rated]
        affect_loss = 1 - concordance(batch.affect[rated], mean_affect).mean()
    return {
        "clip": F.cross_entropy(clip, batch.labels, ignore_index=NO_LABEL),
        "step": -(batch.frames * log_probs).sum() / batch.frames.sum().clamp_min(1e-6),
        "affect": affect_loss,
    }


def concordance(truth: Tensor, predicted: Tensor) -> Tensor:
    """Concordance correlation (Lin 1989) of each column of (N, K) tensors; (K,)."""
    covariance = ((truth - truth.mean(0)) * (predicted - predicted.mean(0))).mean(0)
    gap = truth.mean(0) - predicted.mean(0)
    spread = truth.var(0, correction=0) + predicted.var(0, correction=0) + gap.square()
    return 2 * covariance / spread.clamp_min(1e-6)


def _start(model: TemporalModel, options: TemporalOptions) -> Run[TemporalModel]:
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
    run: Run[TemporalModel],
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
        run.update_average()
        totals.update({name: float(part.detach()) for name, part in parts.items()})
    return {name: round(total / options.steps, 4) for name, total in totals.items()}
