"""Measures of recognition, each with the interval and the protocol that make it honest.

Intervals are 95 % percentile bootstrap: the cases (images, clips) are drawn again with
replacement, so they speak of other cases like these and not of other actors or other films.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import confusion_matrix

from vidsent.core.emotions import NUM_LABELS

RESAMPLES = 1000
INTERVAL = (2.5, 97.5)  # percentiles
BINS = 15  # of confidence, equally wide (Guo et al. 2017)

Measure = Callable[..., float]


@dataclass(frozen=True)
class Metric:
    """One number with its 95 % interval, the count of cases and how it was measured."""

    value: float
    low: float
    high: float
    n: int
    protocol: str

    def to_dict(self) -> dict[str, float | int | str]:
        """As `evaluate --json` prints it."""
        return asdict(self)


def bootstrap(
    measure: Measure, *arrays: np.ndarray, protocol: str, resamples: int = RESAMPLES, seed: int = 0
) -> Metric:
    """`measure(*arrays)` with its interval; the arrays (N, ...) run in parallel over N cases.

    Raises ValueError when there is no case or the arrays differ in length.
    """
    count = len(arrays[0])
    if count == 0 or any(len(array) != count for array in arrays):
        raise ValueError(f"expected arrays of one length above 0, got {[len(a) for a in arrays]}")
    generator = np.random.default_rng(seed)
    draws = (generator.integers(0, count, count) for _ in range(resamples))
    values = [measure(*(array[draw] for array in arrays)) for draw in draws]
    return with_interval(measure(*arrays), values, count, protocol)


def bootstrap_counts(
    measure: Callable[[np.ndarray], float], cases: int, *, protocol: str, resamples: int = RESAMPLES
) -> Metric:
    """`measure` with its interval, where it is told how often each case counts, (N,) float64.

    For measures that would be slow to compute anew from arrays of drawn cases. Raises ValueError
    when there is no case.
    """
    if cases < 1:
        raise ValueError(f"expected at least one case, got {cases}")
    generator = np.random.default_rng(0)
    draws = generator.multinomial(cases, np.full(cases, 1 / cases), size=resamples)
    values = [measure(counts.astype(np.float64)) for counts in draws]
    return with_interval(measure(np.ones(cases)), values, cases, protocol)


def with_interval(
    value: float, drawn: Sequence[float] | np.ndarray, n: int, protocol: str
) -> Metric:
    """A value and the interval of what draws gave, which is NaN where one had no such case."""
    low, high = np.nanpercentile(drawn, INTERVAL)
    value, low, high = (round(float(each), 4) for each in (value, low, high))
    return Metric(value, low, high, n, protocol)


def accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Share of the cases that are right; class indices (N,) both."""
    return float((truth == predicted).mean())


def macro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """F1 averaged over the classes that occur in `truth`, each counting alike."""
    right, true, said = _counts(truth, predicted)
    occurring = true > 0
    return float((2 * right / np.maximum(true + said, 1))[occurring].mean())


def uar(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Unweighted average recall over the classes that occur in `truth`."""
    right, true, _ = _counts(truth, predicted)
    occurring = true > 0
    return float((right[occurring] / true[occurring]).mean())


def ccc(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Concordance correlation (Lin 1989) of two (N,) series; 0 when neither varies."""
    truth, predicted = np.asarray(truth, np.float64), np.asarray(predicted, np.float64)
    covariance = ((truth - truth.mean()) * (predicted - predicted.mean())).mean()
    spread = truth.var() + predicted.var() + (truth.mean() - predicted.mean()) ** 2
    return float(2 * covariance / spread) if spread > 0 else 0.0


def ece(truth: np.ndarray, probs: np.ndarray) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal bins.

    truth (N,) class indices, probs (N, C) rows that sum to 1.
    """
    confidence, right = probs.max(1), probs.argmax(1) == truth
    gaps = np.bincount(_bin(confidence), right.astype(np.float64) - confidence, minlength=BINS)
    return float(np.abs(gaps).sum() / len(truth))


def reliability(truth: np.ndarray, probs: np.ndarray) -> list[dict[str, float | int]]:
    """What confidence is worth, bin by bin; arguments as for `ece`, empty bins left out.

    Each bin tells its `count` of cases, their mean `confidence` and their `accuracy`, whose
    interval `low` to `high` is that of cases drawn again within the bin.
    """
    confidence, right = probs.max(1), (probs.argmax(1) == truth).astype(np.float64)
    bins, curve = _bin(confidence), []
    for index in np.unique(bins):
        inside = bins == index
        share = bootstrap(share_of, right[inside], protocol="")
        point = {"count": share.n, "confidence": round(float(confidence[inside].mean()), 4)}
        curve.append(point | {"accuracy": share.value, "low": share.low, "high": share.high})
    return curve


def _bin(confidence: np.ndarray) -> np.ndarray:
    return np.minimum((confidence * BINS).astype(int), BINS - 1)


def auc(truth: np.ndarray, probs: np.ndarray) -> float:
    """Area under the ROC curve of each class against the rest, averaged over classes in `truth`.

    truth (N,) class indices, probs (N, C); 0.5, chance, where `truth` holds but one class. An
    area is the Mann-Whitney U of the ranks, over the number of pairs.
    """
    true = truth[:, None] == np.arange(probs.shape[1])
    positives = true.sum(0)
    pairs = positives * (len(truth) - positives)
    above = (rankdata(probs, axis=0) * true).sum(0) - positives * (positives + 1) / 2
    return float((above[pairs > 0] / pairs[pairs > 0]).mean()) if pairs.any() else 0.5


def share_of(cases: np.ndarray) -> float:
    """Share of the cases (N,) bool that are so."""
    return float(cases.mean())


def confusion(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Counts (7, 7) int64: row is the true class, column the predicted one."""
    counts: np.ndarray = confusion_matrix(truth, predicted, labels=np.arange(NUM_LABELS))
    return counts


def _counts(truth: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, ...]:
    """How often each class was answered rightly, was true, and was answered, (C,) each.

    By hand, because a bootstrap asks a thousand times and scikit-learn checks its input anew.
    """
    classes = int(max(truth.max(), predicted.max())) + 1
    cases = truth[truth == predicted], truth, predicted
    return tuple(np.bincount(each, minlength=classes) for each in cases)
