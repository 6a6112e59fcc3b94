"""Attention over channels: a learned query decides which of those present is listened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidsent.core.emotions import NUM_LABELS
from vidsent.training.fusing import Fuse, Inputs
from vidsent.training.pairs import Cases


@dataclass(frozen=True)
class AttentionOptions:
    """How the attention learns; AdamW, one cycle of the learning rate."""

    width: int = 48  # to which every channel is projected
    dropout: float = 0.5
    epochs: int = 40
    batch: int = 256
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    seed: int = 0


class Attention(nn.Module):
    """Features of C channels, one (N, width) each, and which are seen (N, C), to logits (N, 7)."""

    def __init__(self, widths: Sequence[int], options: AttentionOptions) -> None:
        super().__init__()
        self.project = nn.ModuleList(nn.Linear(width, options.width) for width in widths)
        self.query = nn.Parameter(torch.zeros(options.width))
        self.dropout = nn.Dropout(options.dropout)
        self.head = nn.Linear(options.width, NUM_LABELS)

    def forward(self, channels: Sequence[Tensor], seen: Tensor) -> Tensor:
        keys = torch.stack(
            [
                torch.tanh(project(self.dropout(each)))
                for project, each in zip(self.project, channels, strict=True)
            ],
            dim=1,
        )  # (N, C, width)
        scores = (keys @ self.query).masked_fill(~seen, float("-inf"))
        return self.head((scores.softmax(1).unsqueeze(2) * keys).sum(1))


def fit_attention(cases: Cases, options: AttentionOptions | None = None) -> Fuse:
    """Attention trained on `cases`, which all have features and a channel."""
    options = options or AttentionOptions()
    torch.manual_seed(options.seed)
    inputs = Inputs(cases)
    channels, seen = _tensors(inputs, cases)
    truth = torch.from_numpy(cases.truth)
    model = Attention([each.shape[1] for each in channels], options)
    optimizer = torch.optim.AdamW(
        model.parameters(), options.learning_rate, weight_decay=options.weight_decay
    )
    steps = options.epochs * -(-len(cases) // options.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, total_steps=steps
    )
    for _ in range(options.epochs):
        for chosen in torch.randperm(len(cases)).split(options.batch):
            logits = model([each[chosen] for each in channels], seen[chosen])
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(logits, truth[chosen]).backward()
            optimizer.step()
            schedule.step()
    model.eval()

    def probs(others: Cases) -> np.ndarray:
        with torch.inference_mode():
            return model(*_tensors(inputs, others)).softmax(1).numpy()

    return probs


def _tensors(inputs: Inputs, cases: Cases) -> tuple[list[Tensor], Tensor]:
    channels = [torch.from_numpy(each) for each in inputs.channels(cases)]
    return channels, torch.from_numpy(cases.seen.T.copy())
