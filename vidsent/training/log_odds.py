"""Words that tell one class of texts from the rest: log-odds ratios with a Dirichlet prior.

After Monroe, Colaresi & Quinn 2008, "Fightin' Words", section 3.3.2: the prior is what all texts
of the set say together, so that a rare word needs more than luck. Sets of texts are pooled by
inverse variance, each against its own background, so that no word is rewarded for being typical
of a set. A text counts a word once, however often it says it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from vidsent.core.emotions import NUM_LABELS


class Counts(NamedTuple):
    """In how many texts of a set each form occurs: in all, and in those of each label."""

    total: Counter[str]
    by_label: tuple[Counter[str], ...]


class LogOdds(NamedTuple):
    """Pooled over C sets for V forms: ratio and z (V, 7) float64; own_z (C, V, 7) of each set."""

    ratio: np.ndarray
    z: np.ndarray
    own_z: np.ndarray


def count(documents: Iterable[tuple[set[str], np.ndarray]]) -> Counts:
    """Count the forms of documents, each given with its labels (7,) bool."""
    counts = Counts(Counter(), tuple(Counter() for _ in range(NUM_LABELS)))
    for forms, labels in documents:
        counts.total.update(forms)
        for label in np.flatnonzero(labels):
            counts.by_label[label].update(forms)
    return counts


def log_odds(counts: Counts, forms: Sequence[str], prior: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds ratios (V, 7) and their variances; the variance of a label not in the set is inf.

    `prior` is the number of words that the background counts for.
    """
    size = sum(counts.total.values())
    total = np.array([counts.total[form] for form in forms], np.float64)[:, None]
    inside = np.array([[label[form] for label in counts.by_label] for form in forms], np.float64)
    words = np.array([sum(label.values()) for label in counts.by_label], np.float64)
    background = prior * total / size
    with np.errstate(divide="ignore", invalid="ignore"):  # forms and labels not in this set
        ratio = _log_odds(inside, words, background, prior)
        ratio -= _log_odds(total - inside, size - words, background, prior)
        variance = 1 / (inside + background) + 1 / (total - inside + background)
    unknown = (total == 0) | (words == 0)
    return np.where(unknown, 0, ratio), np.where(unknown, np.inf, variance)


def pool(sets: Sequence[Counts], forms: Sequence[str], prior: float) -> LogOdds:
    """Pool the log-odds of several sets by inverse variance."""
    found = [log_odds(counts, forms, prior) for counts in sets]
    precision = sum(1 / variance for _, variance in found)
    weighted = sum(ratio / variance for ratio, variance in found)
    known = np.maximum(precision, 1e-12)
    own_z = np.array([ratio / np.sqrt(variance) for ratio, variance in found])
    return LogOdds(weighted / known, weighted / np.sqrt(known), own_z)


def _log_odds(
    counts: np.ndarray, size: np.ndarray, background: np.ndarray, prior: float
) -> np.ndarray:
    smoothed = counts + background
    odds: np.ndarray = np.log(smoothed / (size + prior - smoothed))
    return odds
