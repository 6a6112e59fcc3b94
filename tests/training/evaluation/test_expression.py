"""Rising, falling and trembling sequences, planted."""

from __future__ import annotations

import numpy as np

from vidsent.training.evaluation.expression import rising_row


def test_sequences_that_never_fall_are_counted_and_subjects_drawn() -> None:
    series = [(0.1, 0.5, 0.9), (0.2, 0.2, 0.2), (0.3, 0.299, 0.9), (0.2, 0.8, 0.5)]
    row = rising_row([np.array(each) for each in series], ["S1", "S1", "S2", "S3"])
    assert row.low <= row.value == 0.5 <= row.high
    assert row.n == 4 and "3 subjects" in row.protocol and "CNN alone" in row.protocol
