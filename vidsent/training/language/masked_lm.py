"""Stage one of `train language`: the BERT learns to fill gaps in text (Devlin et al. 2019).

It begins with an English model whose rows for Chinese mean nothing yet, so most of the text is
Chinese; the English keeps it from forgetting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import BertForMaskedLM

from vidsent.core import device as devices
from vidsent.training.language.training_loop import (
    StageOptions,
    pad,
    plan,
    start_run,
    train_stage,
)
from vidsent.training.language.vocabulary import MASK, PAD, SPECIAL

STAGE = "masked"


@dataclass(frozen=True)
class MaskedOptions(StageOptions):
    """How to learn from gaps."""

    epochs: int = 1  # over the Chinese text
    english_share: float = 0.22  # of the texts of an epoch
    masked: float = 0.15  # of the tokens


def train_masked(
    model: BertForMaskedLM,
    chinese: Sequence[np.ndarray],
    english: Sequence[np.ndarray],
    out: Path,
    options: MaskedOptions,
    device: torch.device,
) -> BertForMaskedLM:
    """Train `model` on token numbers of both languages; resumes from `out`/masked.ckpt."""
    count = int(len(chinese) * options.english_share / (1 - options.english_share))
    texts = [*chinese, *english]
    lengths = np.array([len(text) for text in texts])
    steps = -(-(len(chinese) + min(count, len(english))) // options.batch)
    run = start_run(model, options.epochs * steps, device, options)

    def batches(epoch: int) -> list[np.ndarray]:
        some = torch.randperm(len(english), generator=run.generator)[:count].numpy() + len(chinese)
        order = np.concatenate([np.arange(len(chinese)), some])
        order = order[torch.randperm(len(order), generator=run.generator).numpy()]
        return plan(lengths, options.batch, run.generator, order)

    def loss(epoch: int, chosen: np.ndarray) -> Tensor:
        """Mean cross-entropy of the masked tokens."""
        ids, seen = pad([texts[index] for index in chosen], SPECIAL.index(PAD))
        shown, hidden = mask(ids, model.config.vocab_size, options.masked, run.generator)
        with devices.mixed_precision(device):
            states = model.bert(input_ids=shown.to(device), attention_mask=seen.to(device))[0]
            logits = model.cls(states[hidden.to(device)])  # only where something is hidden
        return F.cross_entropy(logits.float(), ids[hidden].to(device))

    return train_stage(run, STAGE, options.epochs, out, options, batches, loss)


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
