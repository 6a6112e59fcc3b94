"""Rising, falling and trembling sequences, planted."""

from __future__ import annotations

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.training.rising import SLACK, rising_rows

JOY = LABELS.index("happiness")


def _course(*shares: float) -> np.ndarray:
    """Probabilities of which happiness has so much and neutral the rest."""
    probs = np.zeros((len(shares), 7))
    probs[:, JOY], probs[:, NEUTRAL] = shares, 1 - np.array(shares)
    return probs


def test_shares_count_sequences_and_forgive_only_what_they_say() -> None:
    courses = [
        _course(0.1, 0.5, 0.9),
        _course(0.2, 0.2, 0.2),  # does not fall
        _course(0.3, 0.3 - SLACK / 2, 0.9),  # trembles
        _course(0.2, 0.8, 0.5),
    ]
    rows = rising_rows(courses, np.full(4, JOY), ["S1", "S1", "S2", "S3"])
    assert rows["ckplus_intensity_rises"].value == 0.5
    assert rows["ckplus_intensity_rises_with_slack"].value == 0.75
    assert rows["ckplus_label_rises"].value == 0.5
    for row in rows.values():
        assert row.low <= row.value <= row.high
        assert row.n == 4 and "3 subjects" in row.protocol and "CNN alone" in row.protocol


def test_the_wrong_emotion_may_rise_in_intensity_but_not_as_the_label() -> None:
    courses = [_course(0.1, 0.5, 0.9)[:, ::-1]] * 2  # happiness becomes another label
    other = 6 - JOY
    rows = rising_rows(courses, np.full(2, other), ["S1", "S2"])
    assert rows["ckplus_label_rises"].value == 1.0
    fell = rising_rows(courses, np.full(2, 6 - NEUTRAL), ["S1", "S2"])
    assert fell["ckplus_label_rises"].value == 0.0
