"""Does the intensity that is read rise with the expression? CK+ sequences end at their peak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vidsent.core.emotions import intensity
from vidsent.training.metrics import Metric, bootstrap_counts

SLACK = 0.01  # a fall that nobody sees
PROTOCOL = (
    "share of {} CK+ sequences, their last three frames, onset to peak, contempt left out, in "
    "which {} does not fall from frame to frame{}; CNN alone, because CK+ is in the GRU's training "
    "data; {} subjects drawn again for the interval"
)


def rising_rows(
    courses: list[np.ndarray], labels: np.ndarray, subjects: list[str]
) -> dict[str, Metric]:
    """Shares of sequences that do not fall, of probabilities (T, 7) each in order of time.

    `labels` (N,) are the emotions that the N sequences rise to, `subjects` who shows them.
    """
    shown = [intensity(probs) for probs in courses]
    named = [probs[:, label] for probs, label in zip(courses, labels, strict=True)]
    strength, probability = "the intensity", "the probability of the labelled emotion"
    slack = f" by more than {SLACK:g}"
    return {
        "ckplus_intensity_rises": _row(shown, 0.0, subjects, strength, ""),
        "ckplus_intensity_rises_with_slack": _row(shown, SLACK, subjects, strength, slack),
        "ckplus_label_rises": _row(named, 0.0, subjects, probability, ""),
    }


def falls(series: np.ndarray, slack: float) -> bool:
    """Whether a series (T,) ever goes down by more than `slack` from one step to the next."""
    return bool((np.diff(series) < -slack).any())


def _row(series: list[np.ndarray], slack: float, subjects: list[str], what: str, by: str) -> Metric:
    people, owner = np.unique(subjects, return_inverse=True)
    rises = np.array([not falls(each, slack) for each in series], np.float64)
    taken, good = np.bincount(owner), np.bincount(owner, rises)
    protocol = PROTOCOL.format(len(series), what, by, len(people))
    found = bootstrap_counts(
        lambda counts: float(counts @ good / (counts @ taken)), len(people), protocol=protocol
    )
    return replace(found, n=len(series))
