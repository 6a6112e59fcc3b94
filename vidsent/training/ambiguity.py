"""Is the model unsure where people are? Its confidence beside the votes of FER+'s ten raters."""

from __future__ import annotations

import numpy as np
from scipy.special import entr
from scipy.stats import rankdata

from vidsent.core.emotions import NUM_LABELS
from vidsent.training.fer import FerSplit
from vidsent.training.metrics import Metric, bootstrap

SPLIT = 0.5  # of the votes: no label has more where raters are split
PROBS = "FER+ test tiles as they are, CNN and GRU, picture held for a second"
KINDS = {
    "agreed": "faces for which all raters chose the same of 7 emotions, single votes dropped",
    "split": "faces for which no choice has more than half of the votes, single votes dropped",
}
ENTROPY = "entropy by that of seven equal shares"


def ambiguity_rows(test: FerSplit, probs: np.ndarray) -> dict[str, Metric]:
    """Mean confidence and entropy of `probs` (N, 7) where raters agree and where they are split,
    and how the two entropies go together; kinds of face that are not there are left out."""
    rows = {}
    for kind, faces in kinds(test).items():
        if faces.any():
            about = f"{KINDS[kind]}; {PROBS}"
            rows[f"confidence_{kind}"] = bootstrap(
                _mean, probs[faces].max(1), protocol=f"mean of the largest probability; {about}"
            )
            rows[f"entropy_{kind}"] = bootstrap(
                _mean, entropy(probs[faces]), protocol=f"mean {ENTROPY}; {about}"
            )
    votes = test.distribution()
    voted = votes.any(1)
    if voted.any():
        rows["entropy_correlation"] = bootstrap(
            rank_correlation,
            entropy(votes[voted]),
            entropy(probs[voted]),
            protocol=f"Spearman's correlation of the {ENTROPY} of the raters' votes for 7 emotions "
            f"with the model's; faces with such votes; {PROBS}",
        )
    return rows


def kinds(test: FerSplit) -> dict[str, np.ndarray]:
    """Which faces all raters agree on and which they are split over, (N,) bool each."""
    total, most = test.votes.sum(1), test.votes.max(1)
    emotional = test.votes[:, :NUM_LABELS].any(1)
    agreed = emotional & (most == total) & (test.votes.argmax(1) < NUM_LABELS)
    return {"agreed": agreed, "split": emotional & (most <= SPLIT * total)}


def entropy(probs: np.ndarray) -> np.ndarray:
    """Entropy of rows (N, 7) in [0, 1]: 0 where one label has all, 1 where they share alike."""
    spread: np.ndarray = entr(probs).sum(1) / np.log(probs.shape[1])
    return spread


def rank_correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Spearman's correlation of two (N,) series; 0 where either does not vary."""
    ranks = rankdata(left) - (len(left) + 1) / 2, rankdata(right) - (len(right) + 1) / 2
    spread = float(np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()))
    return float((ranks[0] * ranks[1]).sum()) / spread if spread > 0 else 0.0


def _mean(values: np.ndarray) -> float:
    return float(values.mean())
