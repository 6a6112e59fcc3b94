"""What each kind of sequence asks of a temporal model."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from vidsent.faces.expression import TemporalModel
from vidsent.training.batches import Batch
from vidsent.training.sequences import NO_LABEL


def losses(model: TemporalModel, batch: Batch, shown: Tensor) -> dict[str, Tensor]:
    """What each kind of sequence asks for; `shown` (7,) bool marks the emotions acted.

    clip: cross-entropy of an acted clip's emotion under the mean log-probability of its steps,
    among the acted emotions alone, so that a class no actor shows is not unlearned.
    step: cross-entropy with the soft targets of single steps.
    affect: 1 - CCC of valence and of arousal.
    Without steps or clips of a kind its loss is nought.
    """
    log_probs, affect = model(batch.features, batch.logits, batch.lengths)
    share = batch.share()
    clip = (log_probs * share).sum(1).masked_fill(~shown, -torch.inf)
    rated = ~batch.affect[:, 0].isnan()
    affect_loss = affect.new_zeros(())
    if rated.any():
        mean_affect = (affect * share).sum(1)[rated]
        affect_loss = 1 - concordance(batch.affect[rated], mean_affect).mean()
    return {
        "clip": F.cross_entropy(clip, batch.labels, ignore_index=NO_LABEL),
        "step": -(batch.frames * log_probs).sum() / batch.frames.sum().clamp_min(1e-6),
        "affect": affect_loss,
    }


def concordance(truth: Tensor, predicted: Tensor) -> Tensor:
    """Concordance correlation (Lin 1989) of each column of (N, K) tensors; (K,)."""
    covariance = ((truth - truth.mean(0)) * (predicted - predicted.mean(0))).mean(0)
    gap = truth.mean(0) - predicted.mean(0)
    spread = truth.var(0, correction=0) + predicted.var(0, correction=0) + gap.square()
    return 2 * covariance / spread.clamp_min(1e-6)
