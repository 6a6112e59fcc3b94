"""Stage one of `train expression`: the CNN on FER2013 faces with FER+ votes as soft targets."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vidsent.core import device as devices
from vidsent.core.emotions import LABELS
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training.calibration import fit_biases
from vidsent.training.data.aligned_faces import FaceCrops
from vidsent.training.expression.augmentation import face_batches
from vidsent.training.expression.cnn_options import CnnOptions
from vidsent.training.expression.distillation import soft_targets
from vidsent.training.networks import backbones
from vidsent.training.networks.features import encode
from vidsent.training.runs import Eta, TrainingState, load_checkpoint, save_checkpoint, save_record

log = logging.getLogger(__name__)

STAGE = "cnn"
BEST = "cnn_best.ckpt"
AVERAGED_LOSS = "val_loss_averaged"
EVALUATION_BATCH = 256

State = TrainingState[ExpressionNetwork]


def train_cnn(
    train: FaceCrops, val: FaceCrops, out: Path, options: CnnOptions, device: torch.device
) -> ExpressionNetwork:
    """Train on both kinds of crop; resumes from `out` when it holds a checkpoint.

    Returns the averaged model of the last epoch, or with `patience` of the epoch with the lowest
    validation loss, with its batch norms measured again and its biases fitted to `val`, in
    evaluation mode. Writes `cnn.ckpt` and `cnn.json` into `out`, with patience `cnn_best.ckpt` as
    well. Raises DataError when `start` or `freeze` does not fit the backbone.
    """
    out.mkdir(parents=True, exist_ok=True)
    images, votes = _labelled(train, options)
    targets = soft_targets(images, votes, options.teachers, out, device)
    run = _start(options, max(1, len(targets) // options.batch), device)
    run.restore(load_checkpoint(out / f"{STAGE}.ckpt"))
    eta = Eta(options.epochs - len(run.history))
    for epoch in range(len(run.history), options.epochs):
        if exhausted(run.history, options.patience):
            log.info("cnn stops early: no better for %d epochs", options.patience)
            break
        started = time.monotonic()
        loss = _epoch(run, images, targets, options, device)
        row = {"epoch": epoch + 1, "train_loss": loss, **validate(run.model, val, device)}
        if options.patience is not None:
            row[AVERAGED_LOSS] = validate(run.averaged, val, device)["val_loss_aligned"]
            if row[AVERAGED_LOSS] < min((r[AVERAGED_LOSS] for r in run.history), default=np.inf):
                save_checkpoint(out / BEST, run.averaged.state_dict())
        row["seconds"] = round(time.monotonic() - started, 1)
        run.history.append(row)
        log.info("cnn %s, %s", row, eta.tick())
        save_checkpoint(out / f"{STAGE}.ckpt", run.state())
        save_record(out / f"{STAGE}.json", {"options": options.to_dict(), "history": run.history})
    if options.patience is not None and (best := load_checkpoint(out / BEST)) is not None:
        run.averaged.load_state_dict(best)
    finished = with_new_norms(run.averaged, images, targets, options, device)
    if options.anchor:
        interpolate(finished, backbones.make(options.backbone, Path(options.start)), options.anchor)
    biases = fit_bias(finished, val, device)
    final = {"epoch": len(run.history), **validate(finished, val, device)}
    log.info("cnn, averaged, with fitted biases: %s", final)
    told = {"options": options.to_dict(), "history": run.history}
    save_record(out / f"{STAGE}.json", {**told, "averaged": final, "biases": biases})
    return finished


def exhausted(history: list[dict[str, float]], patience: int | None) -> bool:
    """Whether the last `patience` epochs were no better than what came before them."""
    if patience is None or not history:
        return False
    losses = [row[AVERAGED_LOSS] for row in history]
    return len(losses) - 1 - losses.index(min(losses)) >= patience


def validate(model: nn.Module, faces: FaceCrops, device: torch.device) -> dict[str, float]:
    """Accuracy on majority labels and cross-entropy with the votes, for both kinds of crop."""
    measured = {}
    for name, split in (("tiles", faces.tiles), ("aligned", faces.aligned)):
        logits = predict(model, split.images, device)
        majority = split.majority()
        kept = majority >= 0
        accuracy = (logits.argmax(1).numpy() == majority)[kept].mean()
        loss = F.cross_entropy(logits[kept], torch.from_numpy(split.distribution()[kept]))
        measured[f"val_loss_{name}"] = round(float(loss), 4)
        measured[f"val_accuracy_{name}"] = round(float(accuracy), 4)
    return measured


def predict(model: nn.Module, images: np.ndarray, device: torch.device) -> Tensor:
    """Logits (N, 7) on the CPU for grey images (N, 48, 48) uint8."""
    model.eval()
    with torch.inference_mode():
        batches = torch.from_numpy(images).split(EVALUATION_BATCH)
        return torch.cat([model(as_input(batch).to(device)).float().cpu() for batch in batches])


def with_new_norms(
    model: ExpressionNetwork,
    images: Tensor,
    targets: Tensor,
    options: CnnOptions,
    device: torch.device,
) -> ExpressionNetwork:
    """The averaged `model` in evaluation mode, its batch norms measured again.

    subtle: the averaged weights give other activations than any model along the way gave, so
    the statistics that were averaged with them do not fit (Izmailov et al. 2018, section 3.2).
    """
    generator = torch.Generator().manual_seed(options.seed)
    unmixed = replace(options, mixup=0.0)
    crops = (crops for crops, _ in face_batches(images, targets, unmixed, generator))
    backbones.remeasure_norms(model, crops, options.freeze, device)
    return model.eval()


def interpolate(model: nn.Module, initial: nn.Module, share: float) -> None:
    """Move weights and statistics of norms by `share` of the way to those of `initial`, in place.

    WiSE-FT (Wortsman et al. 2022). Half of the way kept what a round of light augmentation gained
    on plain faces and gave back half of what it forgot of hidden ones.
    """
    before = initial.state_dict()
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            value.lerp_(before[name].to(value), share)


def fit_bias(model: ExpressionNetwork, val: FaceCrops, device: torch.device) -> dict[str, float]:
    """Make labels as likely as they are common; returns what was added to each one's logit.

    Training draws rare labels more often, and learns votes where a label is asked for.
    """
    labels = np.concatenate([val.tiles.majority(), val.aligned.majority()])
    images = np.concatenate([val.tiles.images, val.aligned.images])[labels >= 0]
    logits = encode(model, as_input(torch.from_numpy(images)), device).logits
    biases = fit_biases(logits, torch.from_numpy(labels[labels >= 0]))
    with torch.no_grad():
        model.classifier.bias.add_(biases.to(model.classifier.bias))
    return {label: round(float(bias), 4) for label, bias in zip(LABELS, biases, strict=True)}


@contextmanager
def worst_nearby(parameters: Iterable[nn.Parameter], radius: float) -> Iterator[None]:
    """Sharpness-aware minimisation (Foret et al. 2021): the parameters as they are worst nearby.

    Within, they stand `radius` up along their gradient, by the Euclidean norm over all that have
    one together (equation 2 of the paper); after, where they were. Gradients are left alone;
    where all are 0, nothing moves.
    """
    moved = [each for each in parameters if each.grad is not None]
    kept = [each.detach().clone() for each in moved]
    with torch.no_grad():
        lengths = torch.stack([each.grad.norm() for each in moved if each.grad is not None])
        scale = radius / lengths.norm().clamp_min(1e-12)
        for each in moved:
            each.add_(each.grad * scale)
    try:
        yield
    finally:
        with torch.no_grad():
            for each, before in zip(moved, kept, strict=True):
                each.copy_(before)


def _labelled(faces: FaceCrops, options: CnnOptions) -> tuple[Tensor, Tensor]:
    """Images (2, N, 48, 48) uint8, tiles and aligned, and soft targets (N, 7) of those whose
    majority is an emotion."""
    kept = np.flatnonzero(faces.tiles.majority() >= 0)[: options.limit]
    images = np.stack([faces.tiles.images[kept], faces.aligned.images[kept]])
    votes = faces.tiles.distribution(options.majority)[kept]
    return torch.from_numpy(images), torch.from_numpy(votes)


def _start(options: CnnOptions, steps: int, device: torch.device) -> State:
    torch.manual_seed(options.seed)
    model = backbones.make(options.backbone, Path(options.start) if options.start else None)
    backbones.freeze(model, options.freeze)
    if options.freeze and not options.start:
        log.warning("the frozen blocks hold random weights: name trained ones with --start")
    model = model.to(device).to(memory_format=torch.channels_last)
    decay = options.decay_over(options.epochs * steps)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)
    optimizer = options.optimizer_of(model)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, total_steps=options.epochs * steps, pct_start=0.2
    )
    generator = torch.Generator().manual_seed(options.seed)
    return TrainingState(model, optimizer, schedule, generator, average)


def _epoch(
    run: State, images: Tensor, targets: Tensor, options: CnnOptions, device: torch.device
) -> float:
    """One pass; returns the mean training loss, of the worst weights nearby if those lead."""
    backbones.train_mode(run.model, options.freeze)
    losses = []
    for crops, wanted in face_batches(images, targets, options, run.generator):
        crops = crops.to(device, memory_format=torch.channels_last)
        wanted = wanted.to(device)
        if options.sharpness > 0:
            half = max(2, len(crops) // 2)  # shows the way up as well, at half the price
            _backward(run, crops[:half], wanted[:half], device)
            with worst_nearby(run.model.parameters(), options.sharpness):
                losses.append(_backward(run, crops, wanted, device))
        else:
            losses.append(_backward(run, crops, wanted, device))
        run.follow_gradient()
    return round(sum(losses) / len(losses), 4)


def _backward(run: State, crops: Tensor, wanted: Tensor, device: torch.device) -> float:
    """Leaves the gradient of the loss over these crops with the parameters; returns the loss."""
    with devices.mixed_precision(device):
        logits = run.model(crops)
    loss = F.cross_entropy(logits.float(), wanted)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    return float(loss.detach())
