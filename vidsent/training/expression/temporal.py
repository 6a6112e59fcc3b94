"""Stage two of `train expression`: a temporal model over the frozen CNN, tested on unseen actors.

Four kinds of sequences teach it at once: acted clips (one emotion for the clip), stills (one
for every step), rising expressions (one for the apex) and film scenes (valence and arousal).
Recognition is tested on actors that the tested model never saw; the one that is kept sees all.
Of these kinds, those are left out that the sources do not have, such as a user's clips alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vidsent.faces.expression import Corrector, ExpressionNetwork, TemporalModel
from vidsent.training.data.face_clips import NO_LABEL
from vidsent.training.data.sources import Sources
from vidsent.training.expression import held_out, personal_baseline, sequence_batches
from vidsent.training.expression.clip_features import (
    Reading,
    TrainingSet,
    encode_clips,
    encode_sources,
)
from vidsent.training.expression.sequence_batches import Batch
from vidsent.training.networks import temporal as temporal_models
from vidsent.training.networks.temporal import CnnAlone
from vidsent.training.runs import Eta, TrainingState, load_checkpoint, save_checkpoint, save_record

log = logging.getLogger(__name__)

STAGE = "temporal"


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
    versions: int = 1  # augmented readings of every clip and still, beside the plain one
    stills: int = 4000  # of all corpora together
    seed: int = 0
    limit: int | None = None  # use only the first clips and images: for smoke runs
    model: str = "gru"  # one of `options.TEMPORAL`
    window: int = 10  # steps that an LSTM sees
    augment: str = "full"

    def reading(self) -> Reading:
        """How the CNN reads what is learned from."""
        learns = self.model != CnnAlone.name
        return Reading(self.versions, self.stills, self.augment, self.seed, learns)


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
    data, rated_val = encode_sources(sources, cnn, options.reading(), device)
    folds = held_out.actor_folds(clip.group for clip in sources.acted)
    eta = Eta((1 + len(folds)) * options.epochs)
    predictions: list[dict[str, Any]] = []
    for fold, actors in enumerate(folds):
        checkpoint = out / f"{STAGE}_fold{fold}.ckpt"
        model, _ = fit(data.without(actors), options, device, checkpoint, eta)
        tested = [example for example in data.acted if example.clip.group in actors]
        log.info("actors %s tested", "+".join(actors))
        predictions += [{"fold": fold, **row} for row in held_out.read_clips(model, tested)]
    model, history = fit(data, options, device, out / f"{STAGE}.ckpt", eta)
    record = {
        "options": asdict(options),
        "history": history,
        f"{sources.key}_uar": uars(predictions, model.name, sources.name),
        f"{sources.key}_clips": predictions,
    }
    if rated_val:
        valence, arousal = held_out.affect_ccc(model, rated_val)
        record["kerc_ccc"] = {"valence": valence.to_dict(), "arousal": arousal.to_dict()}
    if sources.tested:
        examples = encode_clips(cnn, sources.tested, 0, device)
        rows = [{"fold": 0, **row} for row in held_out.read_clips(model, examples)]
        record["own_test_uar"] = uars(rows, model.name, f"{sources.name}, test split")
    save_record(out / f"{STAGE}.json", record)
    return model


def uars(predictions: list[dict[str, Any]], name: str, source: str) -> dict[str, dict[str, Any]]:
    """UAR of the CNN's average and of the temporal model `name`, as records hold them.

    The model's stands under its name, and with `held_out.ALONE` where one clip is all it knew.
    """
    models = ("cnn", name, name + held_out.ALONE)
    return {each: held_out.clip_uar(predictions, each, source).to_dict() for each in models}


def fit(
    data: TrainingSet,
    options: TemporalOptions,
    device: torch.device,
    checkpoint: Path,
    eta: Eta | None = None,
) -> tuple[TemporalModel, list[dict[str, float]]]:
    """Train one temporal model, resuming from `checkpoint` where it exists.

    Returns it in evaluation mode, and the mean losses of every epoch: none where the model has
    nothing to learn. `eta` counts the epochs of all fits.
    """
    torch.manual_seed(options.seed)
    model = temporal_models.make(options.model, data.width, options.window).to(device)
    if not list(model.parameters()):
        return model.eval(), []
    run = _start(model, options)
    run.restore(load_checkpoint(checkpoint))
    eta = eta or Eta(options.epochs)
    eta.skip(len(run.history))
    for epoch in range(len(run.history), options.epochs):
        row = _epoch(run, data, options, device)
        run.history.append({"epoch": epoch + 1, **row})
        log.info("%s %s, %s", checkpoint.stem, run.history[-1], eta.tick())
        save_checkpoint(checkpoint, run.state())
    return _finished(run.averaged, data).eval(), run.history


def losses(model: TemporalModel, batch: Batch, labels_acted: Tensor) -> dict[str, Tensor]:
    """What each kind of sequence asks for; `labels_acted` (7,) bool marks the emotions acted.

    clip: cross-entropy of an acted clip's emotion under the mean log-probability of its steps,
    among the acted emotions alone, so that a class no actor shows is not unlearned.
    step: cross-entropy with the soft targets of single steps.
    affect: 1 - CCC of valence and of arousal.
    Without steps or clips of a kind its loss is nought.
    """
    log_probs, affect = model(batch.features, batch.logits, batch.lengths)
    share = batch.share()
    clip = (log_probs * share).sum(1).masked_fill(~labels_acted, -torch.inf)
    rated = ~batch.affect[:, 0].isnan()
    affect_loss = affect.new_zeros(())
    if rated.any():
        mean_affect = (affect * share).sum(1)[rated]
        affect_loss = 1 - concordance(batch.affect[rated], mean_affect).mean()
    return {
        "clip": F.cross_entropy(clip, batch.labels, ignore_index=NO_LABEL),
        "step": -(batch.steps * log_probs).sum() / batch.steps.sum().clamp_min(1e-6),
        "affect": affect_loss,
    }


def concordance(truth: Tensor, predicted: Tensor) -> Tensor:
    """Concordance correlation (Lin 1989) of each column of (N, K) tensors; (K,)."""
    covariance = ((truth - truth.mean(0)) * (predicted - predicted.mean(0))).mean(0)
    gap = truth.mean(0) - predicted.mean(0)
    spread = truth.var(0, correction=0) + predicted.var(0, correction=0) + gap.square()
    return 2 * covariance / spread.clamp_min(1e-6)


@torch.no_grad()
def _finished(model: TemporalModel, data: TrainingSet) -> TemporalModel:
    """The trained model, its reading of changes fitted."""
    if isinstance(model, Corrector):
        model.personal.copy_(personal_baseline.fit(data.acted))
    return model


def _start(model: TemporalModel, options: TemporalOptions) -> TrainingState[TemporalModel]:
    optimizer = torch.optim.AdamW(
        model.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, total_steps=options.epochs * options.steps
    )
    generator = torch.Generator().manual_seed(options.seed)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(options.ema_decay))
    return TrainingState(model, optimizer, schedule, generator, average)


def _epoch(
    run: TrainingState[TemporalModel],
    data: TrainingSet,
    options: TemporalOptions,
    device: torch.device,
) -> dict[str, float]:
    """Train on `options.steps` batches; returns the mean of each loss."""
    run.model.train()
    labels_acted, counts = data.labels_acted().to(device), asdict(options)
    totals: Counter[str] = Counter()
    for _ in range(options.steps):
        batch = sequence_batches.draw(data, counts, run.generator).to(device)
        parts = losses(run.model, batch, labels_acted)
        run.step(parts["clip"] + parts["step"] + options.affect_weight * parts["affect"])
        totals.update({name: float(part.detach()) for name, part in parts.items()})
    return {name: round(total / options.steps, 4) for name, total in totals.items()}
