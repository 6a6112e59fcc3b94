"""Batches drawn over corpora and labels, and the prior that each corpus then has."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vidsent.training.data.corpora import AFFECT, CKPLUS, FERPLUS, Corpus

SHARES = {AFFECT: 0.62, FERPLUS: 0.3, CKPLUS: 0.08}  # of a batch, before any is left out
BALANCE = 0.5  # within a corpus a label is drawn as (1 / its share) ** BALANCE
RAREST = 1e-3  # share of a label that a corpus hardly has


class Sampler:
    """Draws faces of several corpora, each with its share of a batch."""

    def __init__(self, corpora: Sequence[Corpus], generator: torch.Generator) -> None:
        self._generator = generator
        self._images = torch.cat([torch.from_numpy(each.images) for each in corpora]).unsqueeze(1)
        self._targets = torch.cat([torch.from_numpy(each.targets) for each in corpora])
        counts = torch.tensor([len(each.images) for each in corpora])
        self._corpus = torch.repeat_interleave(torch.arange(len(corpora)), counts)
        self._weights = torch.cat([_weights(each) for each in corpora])
        self.priors = torch.stack([_prior(each) for each in corpora])  # (C, 7)

    def draw(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Faces (B, 1, 96, 96) uint8, targets (B, 7) and log-priors (B, 7) of their corpora."""
        chosen = torch.multinomial(self._weights, count, True, generator=self._generator)
        log_priors = self.priors[self._corpus[chosen]].log()
        return self._images[chosen], self._targets[chosen], log_priors


def _weights(corpus: Corpus) -> Tensor:
    targets = torch.from_numpy(corpus.targets)
    share = targets.mean(0).clamp_min(RAREST)
    weights = (targets / share**BALANCE).sum(1).double()
    return SHARES[corpus.name] * weights / weights.sum()


def _prior(corpus: Corpus) -> Tensor:
    """How common each label is among the faces that are drawn of a corpus, (7,)."""
    weights = _weights(corpus).unsqueeze(1)
    drawn = (torch.from_numpy(corpus.targets) * weights).sum(0)
    return (drawn / drawn.sum()).float().clamp_min(RAREST)
