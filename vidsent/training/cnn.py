"""Stage one of `train expression`: the CNN on FER2013 faces with FER+ votes as soft targets."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from vidsent.core import device as devices
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.training import backbones, recogniser
from vidsent.training.aligned import Faces
from vidsent.training.cnn_options import CnnOptions
from vidsent.training.face_batches import face_batches
from vidsent.training.faceresnet import FaceResNet
from vidsent.training.finishing import EVALUATION_BATCH, anchor, settle, weigh
from vidsent.training.pace import Pace
from vidsent.training.record import Run, load_checkpoint, save_checkpoint, save_record
from vidsent.training.sharpness import worst_nearby
from vidsent.training.teaching import teach

log = logging.getLogger(__name__)

STAGE = "cnn"
BEST = "cnn_best.ckpt"
AVERAGED_LOSS = "val_loss_averaged"
FITTED = 512  # aligned crops by which the norms of a recogniser are fitted


def train_cnn(
    train: Faces, val: Faces, out: Path, options: CnnOptions, device: torch.device
) -> ExpressionNetwork:
    """Train on both kinds of crop; resumes from `out` when it holds a checkpoint.

    Returns the averaged model of the last epoch, or with `patience` of the epoch with the lowest
    validation loss, settled and weighed by what is common in `val`, in evaluation mode. Writes
    `cnn.ckpt` and `cnn.json` into `out`, with patience `cnn_best.ckpt` as well. Raises DataError
    when `start` or `freeze` does not fit the backbone.
    """
    out.mkdir(parents=True, exist_ok=True)
    images, votes = _labelled(train, options)
    targets = teach(images, votes, options.teachers, out, device)
    steps = max(1, len(targets) // options.batch)
    run = _start(options, images, steps, device)
    if (state := load_checkpoint(out / f"{STAGE}.ckpt")) is not None:
        run.restore(state)
        log.info("resuming the CNN after epoch %d", len(run.history))
    pace = Pace(options.epochs)
    pace.skip(len(run.history))
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
        log.info("cnn %s, %s", row, pace.tick())
        save_checkpoint(out / f"{STAGE}.ckpt", run.state())
        save_record(out / f"{STAGE}.json", {"options": options.to_dict(), "history": run.history})
    if options.patience is not None and (best := load_checkpoint(out / BEST)) is not None:
        run.averaged.load_state_dict(best)
    finished = settle(run.averaged, images, targets, options, device)
    if options.anchor:
        anchor(finished, backbones.make(options.backbone, Path(options.start)), options.anchor)
    biases = weigh(finished, val, device)
    final = {"epoch": len(run.history), **validate(finished, val, device)}
    log.info("cnn, averaged and weighed %s", final)
    told = {"options": options.to_dict(), "history": run.history}
    save_record(out / f"{STAGE}.json", {**told, "averaged": final, "biases": biases})
    return finished


def exhausted(history: list[dict[str, float]], patience: int | None) -> bool:
    """Whether the last `patience` epochs were no better than what came before them."""
    if patience is None or not history:
        return False
    losses = [row[AVERAGED_LOSS] for row in history]
    return len(losses) - 1 - losses.index(min(losses)) >= patience


def validate(model: nn.Module, faces: Faces, device: torch.device) -> dict[str, float]:
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


def _labelled(faces: Faces, options: CnnOptions) -> tuple[Tensor, Tensor]:
    """Images (2, N, 48, 48) uint8, tiles and aligned, and soft targets (N, 7) of those whose
    majority is an emotion."""
    kept = np.flatnonzero(faces.tiles.majority() >= 0)[: options.limit]
    images = np.stack([faces.tiles.images[kept], faces.aligned.images[kept]])
    votes = faces.tiles.distribution(options.majority)[kept]
    return torch.from_numpy(images), torch.from_numpy(votes)


def _start(
    options: CnnOptions, images: Tensor, steps: int, device: torch.device
) -> Run[ExpressionNetwork]:
    torch.manual_seed(options.seed)
    start = Path(options.start) if options.start else None
    model = backbones.make(options.backbone, start)
    if isinstance(model, FaceResNet) and backbones.recognises(start):
        recogniser.fit_norms(model, as_input(images[1, :FITTED]))
    backbones.freeze(model, options.freeze)
    if options.freeze and not options.start:
        log.warning("the frozen blocks hold random weights: name trained ones with --start")
    model = model.to(device).to(memory_format=torch.channels_last)
    decay = options.decay_over(options.epochs * steps)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)
    optimizer, rates = options.optimizer_of(model)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rates, total_steps=options.epochs * steps, pct_start=0.2
    )
    generator = torch.Generator().manual_seed(options.seed)
    return Run(model, optimizer, schedule, generator, average)


def _epoch(
    run: Run[ExpressionNetwork],
    images: Tensor,
    targets: Tensor,
    options: CnnOptions,
    device: torch.device,
) -> float:
    """One pass; returns the mean training loss, of the worst weights nearby if those lead."""
    backbones.train_mode(run.model, options.freeze)
    total, count = 0.0, 0
    for crops, wanted in face_batches(images, targets, options, run.generator):
        crops = crops.to(device, memory_format=torch.channels_last)
        wanted = wanted.to(device)
        if options.sharpness > 0:
            half = max(2, len(crops) // 2)  # shows the way up as well, at half the price
            _slope(run, crops[:half], wanted[:half], device)
            with worst_nearby(run.model.parameters(), options.sharpness):
                loss = _slope(run, crops, wanted, device)
        else:
            loss = _slope(run, crops, wanted, device)
        run.optimizer.step()
        run.schedule.step()
        run.update_average()
        total, count = total + loss, count + 1
    return round(total / count, 4)


def _slope(
    run: Run[ExpressionNetwork], crops: Tensor, wanted: Tensor, device: torch.device
) -> float:
    """Leaves the gradient of the loss over these crops with the parameters; returns the loss."""
    with devices.mixed_precision(device):
        logits = run.model(crops)
    loss = F.cross_entropy(logits.float(), wanted)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    return float(loss.detach())
