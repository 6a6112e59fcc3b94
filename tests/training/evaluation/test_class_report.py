"""Recall, precision and mistakes of each label against scikit-learn and a planted matrix."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import classification_report

from vidsent.core.emotions import LABELS
from vidsent.training import metrics
from vidsent.training.evaluation.class_report import label_rows, report, taken_for

ANGER, DISGUST, FEAR, SADNESS, NEUTRAL = (
    LABELS.index(each) for each in ("anger", "disgust", "fear", "sadness", "neutral")
)


def _planted() -> np.ndarray:
    """Sadness read as neutral, fear once right, disgust never shown but answered."""
    counts = np.diag([40, 0, 1, 90, 50, 30, 80])
    counts[SADNESS, NEUTRAL], counts[SADNESS, ANGER] = 25, 5
    counts[ANGER, DISGUST] = 10
    return counts


def test_rows_are_those_of_the_classification_report_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 7, 600)
    said = np.where(generator.random(600) < 0.6, truth, generator.integers(0, 7, 600))
    rows = label_rows(metrics.confusion(truth, said), "x", "planted")
    wanted_table = classification_report(
        truth, said, labels=range(7), target_names=LABELS, output_dict=True
    )
    for label, wanted in wanted_table.items():
        if label not in LABELS:  # averages
            continue
        for measure, key in (("recall", "recall"), ("precision", "precision"), ("f1", "f1-score")):
            row = rows[f"x_{measure}_{label}"]
            assert row.value == pytest.approx(wanted[key], abs=1e-4)
            assert row.low <= row.value <= row.high
        assert rows[f"x_recall_{label}"].n == wanted["support"]


def test_intervals_are_those_of_drawing_the_cases_again() -> None:
    counts = _planted()
    cases = np.array([cell for cell in np.ndindex(*counts.shape) for _ in range(int(counts[cell]))])
    drawn = metrics.bootstrap(
        lambda truth, said: float((said[truth == SADNESS] == SADNESS).mean()),
        *cases.T,
        protocol="",
    )
    row = label_rows(counts, "x", "planted")["x_recall_sadness"]
    assert row.value == drawn.value
    assert (row.low, row.high) == pytest.approx((drawn.low, drawn.high), abs=0.015)


def test_the_commonest_mistake_is_named_with_its_share() -> None:
    rows = label_rows(_planted(), "x", "planted")
    row = rows["x_mistaken_sadness"]
    assert row.value == pytest.approx(25 / 80, abs=1e-4)
    assert "sadness taken for neutral" in row.protocol and row.n == 80
    assert taken_for(_planted(), LABELS.index("happiness")) is None
    assert "x_mistaken_happiness" not in rows


def test_what_has_no_case_has_no_row() -> None:
    rows = label_rows(_planted(), "x", "planted")
    assert "x_recall_disgust" not in rows
    assert rows["x_precision_disgust"].value == 0.0
    table = report(_planted())
    assert table["disgust"]["recall"] is None and table["disgust"]["n"] == 0
    assert table["fear"]["recall"] == [1.0, 1.0, 1.0]
    assert table["sadness"]["taken_for"] == "neutral"


def test_an_empty_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        label_rows(np.zeros((7, 7), int), "x", "")
