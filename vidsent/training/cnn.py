"""Stage one of `train expression`: the CNN on FER2013 faces with FER+ votes as soft targets."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

from vidsent.expression import ExpressionCNN, as_input
from vidsent.training.augment import augment
from vidsent.training.fer import FerSplit, read_split
from vidsent.training.record import Run, load_checkpoint, save_checkpoint, save_record

log = logging.getLogger(__name__)

STAGE = "cnn"
EVALUATION_BATCH = 256


@dataclass(frozen=True)
class CnnOptions:
    """How to train the CNN; the defaults made the shipped weights."""

    epochs: int = 36
    batch: int = 128
    learning_rate: float = 0.12  # peak of the one-cycle schedule, SGD with Nesterov momentum
    momentum: float = 0.9
    weight_decay: float = 5e-4
    mixup: float = 0.2  # alpha of the Beta distribution (Zhang et al. 2018)
    balance: float = 0.25  # rare classes are drawn as (1 / share) ** balance; 0 is as they come
    ema_decay: float = 0.999
    seed: int = 0
    limit: int | None = None  # use only the first images: for smoke runs


def train_cnn(data: Path, out: Path, options: CnnOptions, device: torch.device) -> ExpressionCNN:
    """Train on the FER2013 folder under `data`; resumes from `out` when it holds a checkpoint.

    Returns the averaged model of the last epoch, settled, in evaluation mode. Writes `cnn.ckpt`
    and `cnn.json` into `out`.
    """
    out.mkdir(parents=True, exist_ok=True)
    train, val = read_split(data / "fer2013", "train"), read_split(data / "fer2013", "val")
    images, targets = _labelled(train, options.limit)
    steps = max(1, len(images) // options.batch)
    run = _start(options, steps, device)
    if (state := load_checkpoint(out / f"{STAGE}.ckpt")) is not None:
        run.restore(state)
        log.info("resuming the CNN after epoch %d", len(run.history))
    for epoch in range(len(run.history), options.epochs):
        started = time.monotonic()
        loss = _epoch(run, images, targets, options, device)
        row = {"epoch": epoch + 1, "train_loss": loss, **validate(run.model, val, device)}
        row["seconds"] = round(time.monotonic() - started, 1)
        run.history.append(row)
        log.info("cnn %s", row)
        save_checkpoint(out / f"{STAGE}.ckpt", run.state())
        save_record(out / f"{STAGE}.json", {"options": asdict(options), "history": run.history})
    settled = _settled(run, images, targets, options, device)
    final = {"epoch": len(run.history), **validate(settled, val, device)}
    log.info("cnn, averaged %s", final)
    record = {"options": asdict(options), "history": run.history, "averaged": final}
    save_record(out / f"{STAGE}.json", record)
    return settled


def validate(model: nn.Module, split: FerSplit, device: torch.device) -> dict[str, float]:
    """Accuracy on majority labels and cross-entropy with the votes."""
    logits = predict(model, split.images, device)
    majority = split.majority()
    kept = majority >= 0
    accuracy = (logits.argmax(1).numpy() == majority)[kept].mean()
    loss = F.cross_entropy(logits[kept], torch.from_numpy(split.distribution()[kept]))
    return {"val_loss": round(float(loss), 4), "val_accuracy": round(float(accuracy), 4)}


def predict(model: nn.Module, images: np.ndarray, device: torch.device) -> Tensor:
    """Logits (N, 7) on the CPU for grey images (N, 48, 48) uint8."""
    model.eval()
    with torch.inference_mode():
        batches = torch.from_numpy(images).split(EVALUATION_BATCH)
        return torch.cat([model(as_input(batch).to(device)).float().cpu() for batch in batches])


def _labelled(split: FerSplit, limit: int | None) -> tuple[Tensor, Tensor]:
    """Images (N, 48, 48) uint8 and soft targets (N, 7) of those whose majority is an emotion."""
    kept = np.flatnonzero(split.majority() >= 0)[:limit]
    return torch.from_numpy(split.images[kept]), torch.from_numpy(split.distribution()[kept])


def _start(options: CnnOptions, steps: int, device: torch.device) -> Run[ExpressionCNN]:
    torch.manual_seed(options.seed)
    model = ExpressionCNN().to(device).to(memory_format=torch.channels_last)
    average = AveragedModel(
        model, multi_avg_fn=get_ema_multi_avg_fn(options.ema_decay), use_buffers=True
    )
    optimizer = torch.optim.SGD(
        model.parameters(),
        lr=options.learning_rate,
        momentum=options.momentum,
        weight_decay=options.weight_decay,
        nesterov=True,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, total_steps=options.epochs * steps, pct_start=0.2
    )
    generator = torch.Generator().manual_seed(options.seed)
    return Run(model, optimizer, schedule, generator, average)


def _settled(
    run: Run[ExpressionCNN],
    images: Tensor,
    targets: Tensor,
    options: CnnOptions,
    device: torch.device,
) -> ExpressionCNN:
    """The averaged model, its batch norms measured again, in evaluation mode.

    subtle: the averaged weights give other activations than any model along the way gave, so
    the statistics that were averaged with them do not fit (Izmailov et al. 2018, section 3.2).
    """
    generator = torch.Generator().manual_seed(options.seed)
    unmixed = replace(options, mixup=0.0)
    crops = (crops for crops, _ in _batches(images, targets, unmixed, generator))
    model = run.averaged
    update_bn(crops, model, device)
    return model.eval()


def _epoch(
    run: Run[ExpressionCNN],
    images: Tensor,
    targets: Tensor,
    options: CnnOptions,
    device: torch.device,
) -> float:
    """One pass; returns the mean training loss."""
    run.model.train()
    total, count = 0.0, 0
    for crops, wanted in _batches(images, targets, options, run.generator):
        crops = crops.to(device, memory_format=torch.channels_last)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            logits = run.model(crops)
        loss = F.cross_entropy(logits.float(), wanted.to(device))
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        run.optimizer.step()
        run.schedule.step()
        run.average.update_parameters(run.model)
        total, count = total + float(loss.detach()), count + 1
    return round(total / count, 4)


def _batches(
    images: Tensor, targets: Tensor, options: CnnOptions, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Augmented and mixed batches: crops (B, 1, 48, 48) in [0, 1], soft targets (B, 7)."""
    share = targets.mean(0).clamp_min(1e-6)
    weights = (targets / share**options.balance).sum(1)
    order = torch.multinomial(weights, len(images), replacement=True, generator=generator)
    batch = min(options.batch, len(images))
    beta = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
    for chosen in order[: len(images) // batch * batch].split(batch):
        crops, wanted = augment(as_input(images[chosen]), generator), targets[chosen]
        mix = float(beta.beta(options.mixup, options.mixup)) if options.mixup > 0 else 1.0
        other = torch.randperm(batch, generator=generator)
        yield mix * crops + (1 - mix) * crops[other], mix * wanted + (1 - mix) * wanted[other]
