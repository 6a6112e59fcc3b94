"""The classification report: what an answer is worth, label by label.

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
    if not counts.any():
        raise ValueError("expected a confusion matrix of at least one case, got none")
    total = int(counts.sum())
    drawn = np.random.default_rng(0).multinomial(total, counts.ravel() / total, RESAMPLES)
    both = np.concatenate([counts.ravel()[None], drawn]).reshape(-1, *counts.shape)
    rows = {}
    for index, label in enumerate(LABELS):
        right, true, said = both[:, index, index], both[:, index].sum(1), both[:, :, index].sum(1)
        shares = {
            "recall": (right, true, f"recall of {label}"),
            "precision": (right, said, f"precision of {label}"),
            "f1": (2 * right, true + said, f"f1 of {label}"),
        }
        if (other := taken_for(counts, index)) is not None:
            about = f"share of {label} taken for {LABELS[other]}, its commonest mistake"
            shares["mistaken"] = both[:, index, other], true, about
        for measure, (part, whole, about) in shares.items():
            cases = said if measure == "precision" else true
            if cases[0] > 0:
                row = _metric(part, whole, int(cases[0]), f"{about}; {protocol}")
                rows[f"{prefix}_{measure}_{label}"] = row
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


def _metric(part: np.ndarray, whole: np.ndarray, n: int, protocol: str) -> Metric:
    """part / whole of the true matrix, which comes first, and of those drawn."""
    empty = np.full(len(part), np.nan)  # a rare label may be absent from a draw
    shares = np.divide(part, whole, out=empty, where=whole > 0)
    low, high = np.nanpercentile(shares[1:], INTERVAL)
    return Metric(
        round(float(shares[0]), 4), round(float(low), 4), round(float(high), 4), n, protocol
    )
