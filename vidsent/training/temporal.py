"""Stage two of `train expression`: a temporal model over the frozen CNN, and its honest test.

Four kinds of sequences teach it at once: acted clips (one emotion for the clip), stills (one
for every step), rising expressions (one for the peak) and film scenes (valence and arousal).
Recognition is tested on actors that the tested model never saw; the one that is kept sees all.
Of these kinds, those are left out that the sources do not have, such as a user's clips alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vidsent.faces.expression import Corrector, ExpressionNetwork, TemporalModel
from vidsent.training import held_out, personal, temporal_models
from vidsent.training.courses import encode_clips
from vidsent.training.material import Material, prepare
from vidsent.training.pace import Pace
from vidsent.training.record import Run, load_checkpoint, save_checkpoint, save_record
from vidsent.training.sources import Sources
from vidsent.training.temporal_losses import losses
from vidsent.training.temporal_options import TemporalOptions

log = logging.getLogger(__name__)

STAGE = "temporal"
KEPT = 0.7  # of the correction: acted clips all show something, most of a film shows nothing


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
