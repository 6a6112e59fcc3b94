"""Stage one of `train expression`: the CNN over several corpora, some of which may be left out.

The labels of each corpus are as common as it draws them. The loss adds that prior to the logits
(logit adjustment, Menon et al. 2021), so that what is learned holds for an even one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torchvision.transforms import v2

from vidsent.core import device as devices
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training.calibration import fit_for_prior, fold
from vidsent.training.data.corpora import Corpus, Validation, for_calibration
from vidsent.training.expression.augmentation import augment, augmentation
from vidsent.training.expression.cnn_options import CnnOptions
from vidsent.training.expression.sampling import Sampler
from vidsent.training.expression.validation import MEAN, recall_by_corpus
from vidsent.training.networks import backbones
from vidsent.training.networks.features import encode
from vidsent.training.runs import Eta, TrainingState, load_checkpoint, save_checkpoint, save_record

log = logging.getLogger(__name__)

STAGE = "cnn"
BEST = "cnn_best.ckpt"
ANCHORED = 0.25  # share of the anchor's weights in the final ones
REMEASURED = 100  # batches by which the norms of the averaged model are measured

State = TrainingState[ExpressionNetwork]


def train_cnn(
    train: Sequence[Corpus],
    val: Validation,
    out: Path,
    options: CnnOptions,
    device: torch.device,
) -> ExpressionNetwork:
    """Train on the corpora that are not left out; resumes from `out` when it has a checkpoint.

    Returns the averaged model of the last epoch, or with `patience` of the epoch with the best
    mean recall, moved towards the anchor if there is one, its norms measured again and calibrated
    for a prior, in evaluation mode. Writes `cnn.ckpt` and `cnn.json` into `out`, with patience
    `cnn_best.ckpt` as well. Raises DataError when weights or `freeze` do not fit the backbone.
    """
    out.mkdir(parents=True, exist_ok=True)
    learned = [corpus for corpus in train if corpus.name != options.left_out]
    run = _start(options, device)
    run.restore(load_checkpoint(out / f"{STAGE}.ckpt"))
    sampler, vary = Sampler(learned, run.generator), augmentation(options.augment)
    eta = Eta(options.epochs - len(run.history))
    for epoch in range(len(run.history), options.epochs):
        if exhausted(run.history, options.patience):
            log.info("cnn stops early: no better for %d epochs", options.patience)
            break
        started = time.monotonic()
        loss = _epoch(run, sampler, vary, options, device)
        row = {"epoch": epoch + 1, "train_loss": loss}
        row |= recall_by_corpus(run.averaged, val, device)
        if options.patience is not None and row[MEAN] > max(
            (earlier[MEAN] for earlier in run.history), default=-1.0
        ):
            save_checkpoint(out / BEST, run.averaged.state_dict())
        row["seconds"] = round(time.monotonic() - started, 1)
        run.history.append(row)
        log.info("cnn %s, %s", row, eta.tick())
        save_checkpoint(out / f"{STAGE}.ckpt", run.state())
        save_record(out / f"{STAGE}.json", {"options": options.to_dict(), "history": run.history})
    if options.patience is not None and (best := load_checkpoint(out / BEST)) is not None:
        run.averaged.load_state_dict(best)
    if options.anchor:
        interpolate(run.averaged, backbones.make(options.backbone, Path(options.anchor)), ANCHORED)
    finished = with_new_norms(run.averaged, sampler, vary, options, device)
    corpus = for_calibration(val, options.left_out)
    calibrated = {} if corpus is None else calibrate(finished, corpus, device)
    final = {"epoch": len(run.history), **recall_by_corpus(finished, val, device)}
    log.info("cnn, averaged and calibrated: %s", final)
    told = {"options": options.to_dict(), "history": run.history}
    save_record(out / f"{STAGE}.json", {**told, "averaged": final, "calibration": calibrated})
    return finished


def exhausted(history: Sequence[dict[str, float]], patience: int | None) -> bool:
    """Whether the last `patience` epochs were no better than what came before them."""
    if patience is None or not history:
        return False
    recalls = [row[MEAN] for row in history]
    return len(recalls) - 1 - recalls.index(max(recalls)) >= patience


@torch.no_grad()
def interpolate(model: nn.Module, anchor: nn.Module, share: float) -> None:
    """Move weights and statistics of norms by `share` of the way to those of `anchor`, in place.

    WiSE-FT (Wortsman et al. 2022): what was learned last is kept, and what it forgot comes back.
    """
    before = anchor.state_dict()
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            value.lerp_(before[name].to(value), share)


def with_new_norms(
    model: ExpressionNetwork,
    sampler: Sampler,
    vary: v2.Transform,
    options: CnnOptions,
    device: torch.device,
) -> ExpressionNetwork:
    """The averaged `model` in evaluation mode, its batch norms measured again.

    subtle: the averaged weights give other activations than any model along the way gave, so
    the statistics that were averaged with them do not fit (Izmailov et al. 2018, section 3.2).
    """
    batches = min(REMEASURED, options.steps)
    crops = (augment(sampler.draw(options.batch)[0], vary) for _ in range(batches))
    backbones.remeasure_norms(model, crops, options.freeze, device)
    return model.eval()


def calibrate(model: ExpressionNetwork, corpus: Corpus, device: torch.device) -> dict[str, float]:
    """Fold into `model` what makes its answers right for the prior; returns what that was."""
    logits = encode(model, as_input(torch.from_numpy(corpus.images)), device).logits
    return fold(model.classifier, fit_for_prior(logits, corpus.labels))


def _start(options: CnnOptions, device: torch.device) -> State:
    torch.manual_seed(options.seed)
    model = backbones.make(options.backbone, Path(options.start) if options.start else None)
    backbones.freeze(model, options.freeze)
    if options.freeze and not options.start:
        log.warning("the frozen blocks hold random weights: name trained ones with --start")
    model = model.to(device).to(memory_format=torch.channels_last)
    average = AveragedModel(
        model, multi_avg_fn=get_ema_multi_avg_fn(options.decay()), use_buffers=True
    )
    optimizer = options.optimizer_of(model)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        options.learning_rate,
        total_steps=options.epochs * options.steps,
        pct_start=0.2,
    )
    generator = torch.Generator().manual_seed(options.seed)
    return TrainingState(model, optimizer, schedule, generator, average)


def _epoch(
    run: State, sampler: Sampler, vary: v2.Transform, options: CnnOptions, device: torch.device
) -> float:
    """So many steps as the options say; returns the mean training loss."""
    backbones.train_mode(run.model, options.freeze)
    losses = []
    for crops, targets, priors in _batches(sampler, vary, options, run.generator):
        crops = crops.to(device, memory_format=torch.channels_last)
        with devices.mixed_precision(device):
            logits = run.model(crops)
        loss = F.cross_entropy(logits.float() + priors.to(device), targets.to(device))
        run.step(loss)
        losses.append(float(loss.detach()))
    return round(float(np.mean(losses)), 4)


def _batches(
    sampler: Sampler, vary: v2.Transform, options: CnnOptions, generator: torch.Generator
) -> Iterator[tuple[Tensor, ...]]:
    """Crops (B, 1, 96, 96) in [0, 1], soft targets and log-priors (B, 7), mixed in pairs."""
    beta = np.random.default_rng(int(torch.randint(2**31, (), generator=generator)))
    for _ in range(options.steps):
        faces, targets, priors = sampler.draw(options.batch)
        targets = (1 - options.smoothing) * targets + options.smoothing / targets.shape[1]
        mix = float(beta.beta(options.mixup, options.mixup)) if options.mixup > 0 else 1.0
        batch = augment(faces, vary), targets, priors
        yield tuple(mix * each + (1 - mix) * each.flip(0) for each in batch)
