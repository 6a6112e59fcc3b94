"""The opinion pool: what several channels say of one moment, weighed and made one opinion.

A logarithmic pool (Genest & Zidek 1986) in the form of Bordley (1982), which takes out what all
of its members knew beforehand and so would count more than once. This module knows neither time
nor where the opinions come from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import rel_entr, softmax, xlogy

from vidsent.core.emotions import NEUTRAL, NUM_LABELS

FLOOR = 1e-3  # no channel may rule an emotion out
TINY = 1e-9  # of what is felt; below it nothing is
EVEN = (1 / NUM_LABELS,) * NUM_LABELS


@dataclass(frozen=True)
class Pool:
    """How opinions are weighed and joined; the default is the plain pool of equal standing.

    A channel's evidence is its weight times exp(sure * sureness + felt * intensity), and its
    share is its part of all evidence. With shares s, n = 1 / sum(s^2) channels speak in effect
    (Kish 1965), one where a single one does, and the pooled logarithm of an emotion is

        log p = k * sum(s * log q_channel) - (k - 1) * log prior,   k = n ** joint

    up to a constant. With `joint` 0 the opinions are averaged, with 1 they are evidence of its
    own each, which adds up. A channel's opinion p is taken for

        q = (1 - c) * p + c * p(neutral) * prior / prior(neutral),   c = plain * min(1, n - 1)

    because by the chance `plain` it looks neutral whatever is felt, as most of what people say
    does: then it denies little. One channel alone is left as it is.
    """

    sure: float = 0.0
    felt: float = 0.0
    joint: float = 0.0
    plain: float = 0.0
    prior: tuple[float, ...] = EVEN  # (7,) shares of the emotions, to be taken out

    def shares(self, probs: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Each channel's part of the evidence, (C, T) float64; NaN where no channel saw anything.

        probs (C, T, 7); weight (C, T), 0 where a channel saw nothing, whatever its probs are.
        """
        known = _known(probs, weight)
        felt = 1 - known[..., NEUTRAL]
        evidence = weight * np.exp(self.sure * certainty(known) + self.felt * felt)
        total = evidence.sum(0)
        return evidence / np.where(total > 0, total, np.nan)

    def probs(self, probs: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """The pooled opinion (T, 7) float64, arguments as for `shares`; NaN where none is."""
        share = self.shares(probs, weight)
        known = _known(probs, weight)
        speaking = 1 / (share**2).sum(0)
        logs = np.log(np.maximum(self._doubted(known, speaking), FLOOR))
        together = (speaking**self.joint)[:, None]
        logs = together * np.einsum("ct,ctk->tk", share, logs) - (together - 1) * np.log(self.prior)
        single = (weight > 0).sum(0) == 1
        alone = np.where(weight[..., None] > 0, probs, 0).sum(0)
        return np.where(single[:, None], alone, softmax(logs, axis=1))

    def _doubted(self, probs: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """Opinions (C, T, 7) of which being plain says less, where so many channels speak (T,)."""
        chance = (self.plain * np.clip(speaking - 1, 0, 1))[:, None]
        usual = np.array(self.prior) / self.prior[NEUTRAL]
        return (1 - chance) * probs + chance * probs[..., NEUTRAL, None] * usual


def _known(probs: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Opinions (C, T, 7) float64, an even guess where a channel saw nothing."""
    return np.where(weight[..., None] > 0, probs.astype(np.float64), EVEN)


def certainty(probs: np.ndarray) -> np.ndarray:
    """How little is left open: 1 less the entropy by that of an even guess; (..., 7) -> (...)."""
    return 1 + xlogy(probs, probs).sum(-1) / np.log(NUM_LABELS)


def contradiction(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How far two opinions (T, 7) feel different things, (T,) in [0, 1]; NaN where one is.

    The divergence of what they feel, times the chance that both feel anything: a plain line
    under a smile contradicts nothing.
    """
    parts = [np.delete(np.asarray(each, np.float64), NEUTRAL, axis=1) for each in (first, second)]
    felt = [part.sum(1) for part in parts]
    shares = [
        part / np.maximum(each, TINY)[:, None] for part, each in zip(parts, felt, strict=True)
    ]
    return np.clip(divergence(*shares) * felt[0] * felt[1], 0, 1)


def divergence(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence in bits (Lin 1991) of distributions (T, K); (T,) in [0, 1]."""
    middle = (first + second) / 2
    nats = (rel_entr(first, middle) + rel_entr(second, middle)).sum(1) / 2
    # subtle: rounding takes equal rows a hair below zero
    return np.clip(nats / np.log(2), 0, 1)
