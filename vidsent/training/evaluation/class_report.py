"""The classification report: what an answer is worth, label by label.

Everything here follows from the confusion matrix. To draw cases again with replacement is to
draw its cells from a multinomial distribution, so the intervals cost next to nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.training.metrics import RESAMPLES, Metric, with_interval

MEASURES = ("recall", "precision", "f1", "mistaken")


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
            "recall": (right, true, true, f"recall of {label}"),
            "precision": (right, said, said, f"precision of {label}"),
            "f1": (2 * right, true + said, true, f"f1 of {label}"),
        }
        if (other := taken_for(counts, index)) is not None:
            about = f"share of {label} taken for {LABELS[other]}, its commonest mistake"
            shares["mistaken"] = both[:, index, other], true, true, about
        for measure, (part, whole, cases, about) in shares.items():
            if cases[0] > 0:
                share = part / np.where(whole > 0, whole, np.nan)  # a draw may lack a rare label
                row = with_interval(share[0], share[1:], int(cases[0]), f"{about}; {protocol}")
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
        taken = None if other is None else LABELS[other]
        table[label] = {"n": int(counts[index].sum()), "taken_for": taken}
        for measure in MEASURES:
            row = rows.get(f"_{measure}_{label}")
            table[label][measure] = None if row is None else [row.value, row.low, row.high]
    return table


def taken_for(counts: np.ndarray, index: int) -> int | None:
    """The label that `index` is most often taken for, or None where it never is for another."""
    wrong = np.where(np.arange(len(LABELS)) == index, 0, counts[index])
    return int(wrong.argmax()) if wrong.any() else None
