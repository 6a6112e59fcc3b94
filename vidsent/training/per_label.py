"""What an answer is worth, label by label, and what each label is most often taken for.

Everything here follows from the confusion matrix. To draw cases again with replacement is to
draw its cells from a multinomial distribution, so the intervals cost next to nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.training.metrics import INTERVAL, RESAMPLES, Metric

MEASURES = ("recall", "precision", "f1")


def label_rows(counts: np.ndarray, prefix: str, protocol: str) -> dict[str, Metric]:
    """Recall, precision, F1 and the commonest mistake of each label, of a confusion matrix.

    `counts` (7, 7) is what `metrics.confusion` gives. Names are `<prefix>_recall_<label>` and so
    on; what has no case, such as the precision of a label that was never answered, is left out.
    """
    rows = {}
    draws = _draws(counts)
    for index, label in enumerate(LABELS):
        for measure in MEASURES:
            cases = counts[:, index] if measure == "precision" else counts[index]
            if cases.sum() > 0:
                share = _metric(_ratio(measure, index, counts), _ratio(measure, index, draws))
                about = f"{measure} of {label}; {protocol}"
                rows[f"{prefix}_{measure}_{label}"] = Metric(*share, int(cases.sum()), about)
        if (other := taken_for(counts, index)) is not None:
            share = _metric(_mistaken(index, other, counts), _mistaken(index, other, draws))
            about = f"share of {label} taken for {LABELS[other]}, its commonest mistake; {protocol}"
            rows[f"{prefix}_mistaken_{label}"] = Metric(*share, int(counts[index].sum()), about)
    return rows


def report(counts: np.ndarray) -> dict[str, dict[str, Any]]:
    """The classification report of `counts` (7, 7), with intervals.

    {label: {"n", "recall", "precision", "f1", "taken_for", "mistaken"}}; measures are (value,
    low, high) or None where there is no case, `taken_for` is a label or None.
    """
    rows = label_rows(counts, "", "")
    table: dict[str, dict[str, Any]] = {}
    for index, label in enumerate(LABELS):
        other = taken_for(counts, index)
        table[label] = {
            "n": int(counts[index].sum()),
            "taken_for": None if other is None else LABELS[other],
        }
        for measure in (*MEASURES, "mistaken"):
            row = rows.get(f"_{measure}_{label}")
            table[label][measure] = None if row is None else [row.value, row.low, row.high]
    return table


def taken_for(counts: np.ndarray, index: int) -> int | None:
    """The label that `index` is most often taken for, or None where it never is for another."""
    wrong = counts[index].copy()
    wrong[index] = 0
    return int(wrong.argmax()) if wrong.any() else None


def _draws(counts: np.ndarray) -> np.ndarray:
    """Confusion matrices (R, 7, 7) of the same number of cases drawn again."""
    total = int(counts.sum())
    if total == 0:
        raise ValueError("expected a confusion matrix of at least one case, got none")
    drawn = np.random.default_rng(0).multinomial(total, counts.ravel() / total, RESAMPLES)
    return drawn.reshape(RESAMPLES, *counts.shape)


def _ratio(measure: str, index: int, counts: np.ndarray) -> np.ndarray:
    """One measure of one label in matrices (..., 7, 7); NaN where there is no case."""
    right = counts[..., index, index]
    true, said = counts[..., index, :].sum(-1), counts[..., :, index].sum(-1)
    above, below = {
        "recall": (right, true),
        "precision": (right, said),
        "f1": (2 * right, true + said),
    }[measure]
    return _divided(above, below)


def _mistaken(index: int, other: int, counts: np.ndarray) -> np.ndarray:
    return _divided(counts[..., index, other], counts[..., index, :].sum(-1))


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    nothing = np.full(np.shape(above), np.nan)
    return np.divide(above, below, out=nothing, where=np.asarray(below) > 0)


def _metric(value: np.ndarray, draws: np.ndarray) -> tuple[float, float, float]:
    low, high = np.nanpercentile(draws, INTERVAL)  # a rare label may be absent from a draw
    return round(float(value), 4), round(float(low), 4), round(float(high), 4)
