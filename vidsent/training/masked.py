"""Stage one of `train language`: the BERT learns to fill gaps in text (Devlin et al. 2019).

It begins with an English model whose rows for Chinese mean nothing yet, so most of the text is
Chinese; the English keeps it from forgetting.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import BertForMaskedLM

from vidsent.training.pace import Pace
from vidsent.training.record import (
    load_checkpoint,
    save_checkpoint,
    save_record,
)
from vidsent.training.text_batches import pad, plan
from vidsent.training.vocabulary import MASK, PAD, SPECIAL

log = logging.getLogger(__name__)

STAGE = "masked"
LOGGED_EVERY = 100  # steps


@dataclass(frozen=True)
class MaskedOptions:
    """How to learn from gaps; AdamW with warm-up and linear decay."""

    epochs: int = 1  # over the Chinese text
    english_share: float = 0.22  # of the texts of an epoch
    batch: int = 64
    longest: int = 96  # tokens
    learning_rate: float = 6e-4
    weight_decay: float = 0.01
    warm_up: float = 0.06
    masked: float = 0.15  # of the tokens
    seed: int = 0


def train_masked(
    model: BertForMaskedLM,
    chinese: Sequence[np.ndarray],
    english: Sequence[np.ndarray],
    out: Path,
    options: MaskedOptions,
    device: torch.device,
) -> BertForMaskedLM:
    """Train `model` on token numbers of both languages; resumes from `out`/masked.ckpt."""
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    count = int(len(chinese) * options.english_share / (1 - options.english_share))
    texts = [*chinese, *english]
    lengths = np.array([len(text) for text in texts])
    steps = -(-(len(chinese) + min(count, len(english))) // options.batch)
    model.train()
    cast(nn.Module, model).to(device)  # transformers types its own `to` too narrowly
    optimizer = adamw(model, options.learning_rate, options.weight_decay)
    schedule = warm_linear(optimizer, options.warm_up, options.epochs * (steps + 1))
    history: list[dict[str, float]] = []
    if (state := load_checkpoint(out / f"{STAGE}.ckpt")) is not None:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        generator.set_state(state["generator"])
        history = state["history"]
    pace = Pace(options.epochs - len(history))
    for epoch in range(len(history), options.epochs):
        started = time.monotonic()
        drawn = torch.randperm(len(english), generator=generator)[:count].numpy() + len(chinese)
        order = np.concatenate([np.arange(len(chinese)), drawn])
        order = order[torch.randperm(len(order), generator=generator).numpy()]
        total = number = 0.0
        for step, chosen in enumerate(plan(lengths, options.batch, generator, order)):
            ids, seen = pad([texts[index] for index in chosen], SPECIAL.index(PAD))
            loss = _loss(model, ids, seen, options, generator, device)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, number = total + float(loss.detach()), number + 1
            if step % LOGGED_EVERY == LOGGED_EVERY - 1:
                log.info("masked %d.%d: loss %.3f", epoch + 1, step + 1, total / number)
        seconds = round(time.monotonic() - started, 1)
        history.append({"epoch": epoch + 1, "train_loss": total / number, "seconds": seconds})
        log.info("masked %s, %s", history[-1], pace.tick())
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "generator": generator.get_state(),
            "history": history,
        }
        save_checkpoint(out / f"{STAGE}.ckpt", state)
        save_record(out / f"{STAGE}.json", {"options": asdict(options), "history": history})
    return model.eval()


def adamw(model: torch.nn.Module, rate: float, decay: float) -> torch.optim.AdamW:
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


def _loss(
    model: BertForMaskedLM,
    ids: Tensor,
    seen: Tensor,
    options: MaskedOptions,
    generator: torch.Generator,
    device: torch.device,
) -> Tensor:
    """Mean cross-entropy of the masked tokens."""
    shown, hidden = mask(ids, model.config.vocab_size, options.masked, generator)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        states = model.bert(input_ids=shown.to(device), attention_mask=seen.to(device))[0]
        logits = model.cls(states[hidden.to(device)])  # only where something is hidden
    return F.cross_entropy(logits.float(), ids[hidden].to(device))


def mask(
    ids: Tensor, vocabulary: int, share: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """What the model is shown (B, L) and which tokens it must tell (B, L) bool.

    Of these, eight in ten are hidden, one is another token and one stays (Devlin et al. 2019).
    """
    hidden = (torch.rand(ids.shape, generator=generator) < share) & (ids >= len(SPECIAL))
    if not hidden.any():
        hidden[0, 1] = True
    fate = torch.rand(ids.shape, generator=generator)
    random = torch.randint(len(SPECIAL), vocabulary, ids.shape, generator=generator)
    shown = torch.where(hidden & (fate < 0.8), SPECIAL.index(MASK), ids)
    return torch.where(hidden & (fate >= 0.9), random, shown), hidden
