"""Texts as batches of token numbers, each batch of texts of about one length.

Padding is most of the work when long and short texts meet in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

POOLED = 50  # batches that are sorted by length together; more would put alike texts side by side
ROUNDED = 8  # tokens; few shapes, as each new one costs the matrix kernels a start


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
    for first in range(0, len(order), POOLED * batch):
        pool = order[first : first + POOLED * batch]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        cut = [pool[at : at + batch] for at in range(0, len(pool), batch)]
        shuffled = torch.randperm(len(cut), generator=generator).tolist()
        batches += [cut[index] for index in shuffled]
    return batches


def pad(rows: Sequence[np.ndarray], padding: int) -> tuple[Tensor, Tensor]:
    """Token numbers (B, L) int64 and which of them are no padding, (B, L) int64."""
    longest = -(-max(len(row) for row in rows) // ROUNDED) * ROUNDED
    ids = torch.full((len(rows), longest), padding, dtype=torch.int64)
    seen = torch.zeros_like(ids)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.from_numpy(row)
        seen[index, : len(row)] = 1
    return ids, seen
