"""The loop in which the BERT is trained: AdamW, linear warm-up and decay, batches by length.

What a stage learns from, and its loss, are its own. Padding is most of the work when long and
short texts meet in a batch, so each batch is of texts of about one length.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from vidsent.training.runs import Eta, TrainingState, load_checkpoint, save_checkpoint, save_record

log = logging.getLogger(__name__)

LOGGED_EVERY = 200  # steps
MAX_GRADIENT = 1.0  # norm
POOL_BATCHES = 50  # batches sorted by length together; more would put alike texts side by side
LENGTH_MULTIPLE = 8  # tokens; few shapes, as each new one costs the matrix kernels a start

Model = TypeVar("Model", bound=nn.Module)


@dataclass(frozen=True)
class StageOptions:
    """What every stage has; AdamW with warm-up and linear decay."""

    batch: int = 64
    longest: int = 96  # tokens
    learning_rate: float = 6e-4
    weight_decay: float = 0.01
    warm_up: float = 0.06  # share of the steps
    seed: int = 0


def start_run(
    model: Model, steps: int, device: torch.device, options: StageOptions
) -> TrainingState[Model]:
    """Everything that changes while `model` is trained for so many steps; on `device`."""
    torch.manual_seed(options.seed)
    cast(nn.Module, model).to(device)  # transformers types its own `to` too narrowly
    optimizer = adamw(model, options.learning_rate, options.weight_decay)
    schedule = warm_linear(optimizer, options.warm_up, steps)
    return TrainingState(model, optimizer, schedule, torch.Generator().manual_seed(options.seed))


def train_stage(
    run: TrainingState[Model],
    stage: str,
    epochs: int,
    out: Path,
    options: StageOptions,
    batches: Callable[[int], list[np.ndarray]],
    loss: Callable[[int, np.ndarray], Tensor],
) -> Model:
    """Train for `epochs`, on from what `out`/<stage>.ckpt holds; the model in evaluation mode.

    `batches(epoch)` are the batches of an epoch, indices of texts, and `loss(epoch, batch)` the
    loss of one. Writes `out`/<stage>.json beside the checkpoint.
    """
    run.restore(load_checkpoint(out / f"{stage}.ckpt"))
    run.model.train()
    eta = Eta(epochs - len(run.history))
    for epoch in range(len(run.history), epochs):
        started, total = time.monotonic(), 0.0
        chosen = batches(epoch)
        for step, batch in enumerate(chosen, start=1):
            part = loss(epoch, batch)
            run.step(part, MAX_GRADIENT)
            total += float(part.detach())
            if step % LOGGED_EVERY == 0:
                log.info("%s %d: %d of %d, %.4f", stage, epoch + 1, step, len(chosen), total / step)
        row = {"epoch": epoch + 1, "train_loss": round(total / len(chosen), 4)}
        row["seconds"] = round(time.monotonic() - started, 1)
        run.history.append(row)
        log.info("%s %s, %s", stage, row, eta.tick())
        save_checkpoint(out / f"{stage}.ckpt", run.state())
        save_record(out / f"{stage}.json", {"options": asdict(options), "history": run.history})
    return run.model.eval()


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


def encode(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[np.ndarray]:
    """Token numbers (L,) int32 of each text with [CLS] and [SEP], at most `longest` of them."""
    tokenizer.enable_truncation(longest)
    return [np.array(each.ids, np.int32) for each in tokenizer.encode_batch(list(texts))]


def plan(
    lengths: np.ndarray, batch: int, generator: torch.Generator, order: np.ndarray | None = None
) -> list[np.ndarray]:
    """Indices of the texts of each batch, every text once, in a random order of batches.

    `order` (N,) gives the order to draw from instead of a random one.
    """
    if order is None:
        order = torch.randperm(len(lengths), generator=generator).numpy()
    batches: list[np.ndarray] = []
    for first in range(0, len(order), POOL_BATCHES * batch):
        pool = order[first : first + POOL_BATCHES * batch]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        cut = [pool[at : at + batch] for at in range(0, len(pool), batch)]
        shuffled = torch.randperm(len(cut), generator=generator).tolist()
        batches += [cut[index] for index in shuffled]
    return batches


def pad(rows: Sequence[np.ndarray], padding: int) -> tuple[Tensor, Tensor]:
    """Token numbers (B, L) int64 and which of them are no padding, (B, L) int64."""
    lengths = torch.tensor([len(row) for row in rows])
    ids = pad_sequence([torch.from_numpy(row).long() for row in rows], True, padding)
    ids = F.pad(ids, (0, -ids.shape[1] % LENGTH_MULTIPLE), value=padding)
    return ids, (torch.arange(ids.shape[1]) < lengths[:, None]).long()
