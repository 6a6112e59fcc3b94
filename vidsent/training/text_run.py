"""The stages in which the BERT is trained: AdamW, a rate that rises and falls, a loop that resumes.

What a stage learns from, and its loss, are its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from vidsent.training.pace import Pace
from vidsent.training.record import Run, load_checkpoint, save_checkpoint, save_record

log = logging.getLogger(__name__)

LOGGED_EVERY = 200  # steps
LARGEST_GRADIENT = 1.0  # norm

Model = TypeVar("Model", bound=nn.Module)


def begin_run(
    model: Model,
    steps: int,
    device: torch.device,
    *,
    rate: float,
    decay: float,
    warm_up: float,
    seed: int,
) -> Run[Model]:
    """Everything that changes while `model` is trained for so many steps; on `device`."""
    torch.manual_seed(seed)
    cast(nn.Module, model).to(device)  # transformers types its own `to` too narrowly
    optimizer = adamw(model, rate, decay)
    schedule = warm_linear(optimizer, warm_up, steps)
    return Run(model, optimizer, schedule, torch.Generator().manual_seed(seed))


def train_stage(
    run: Run[Model],
    stage: str,
    epochs: int,
    out: Path,
    options: Mapping[str, Any],
    batches: Callable[[int], list[np.ndarray]],
    loss: Callable[[int, np.ndarray], Tensor],
) -> Model:
    """Train for `epochs`, on from what `out`/<stage>.ckpt holds; the model in evaluation mode.

    `batches(epoch)` are the batches of an epoch, indices of texts, and `loss(epoch, batch)` the
    loss of one. Writes `out`/<stage>.json beside the checkpoint.
    """
    if (state := load_checkpoint(out / f"{stage}.ckpt")) is not None:
        run.restore(state)
    run.model.train()
    pace = Pace(epochs - len(run.history))
    for epoch in range(len(run.history), epochs):
        started, total = time.monotonic(), 0.0
        chosen = batches(epoch)
        for step, batch in enumerate(chosen, start=1):
            total += _step(run, loss(epoch, batch))
            if step % LOGGED_EVERY == 0:
                log.info("%s %d: %d of %d, %.4f", stage, epoch + 1, step, len(chosen), total / step)
        row = {"epoch": epoch + 1, "train_loss": round(total / len(chosen), 4)}
        row["seconds"] = round(time.monotonic() - started, 1)
        run.history.append(row)
        log.info("%s %s, %s", stage, row, pace.tick())
        save_checkpoint(out / f"{stage}.ckpt", run.state())
        save_record(out / f"{stage}.json", {"options": dict(options), "history": run.history})
    return run.model.eval()


def _step(run: Run[Model], loss: Tensor) -> float:
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), LARGEST_GRADIENT)
    run.optimizer.step()
    run.schedule.step()
    return float(loss.detach())


def adamw(model: nn.Module, rate: float, decay: float) -> torch.optim.AdamW:
    """AdamW that lets norms and biases be (as BERT was trained)."""
    plain = [p for p in model.parameters() if p.ndim < 2]
    decayed = [p for p in model.parameters() if p.ndim >= 2]
    groups = [{"params": decayed, "weight_decay": decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), eps=1e-6, fused=True)


def warm_linear(
    optimizer: torch.optim.Optimizer, warm_up: float, steps: int
) -> torch.optim.lr_scheduler.LambdaLR:
    """The rate rises over a share of the steps, and falls to 0 over the others."""
    rising = max(1, int(warm_up * steps))

    def factor(step: int) -> float:
        return min((step + 1) / rising, max(0.0, (steps - step) / max(1, steps - rising)))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
