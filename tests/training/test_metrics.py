"""The measures against scikit-learn and numpy, and against truths planted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from vidsent.training import metrics


def _answers(count: int = 400, right: float = 0.6) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    truth = generator.integers(0, 7, count)
    guess = generator.integers(0, 7, count)
    return truth, np.where(generator.random(count) < right, truth, guess)


def test_uar_is_balanced_accuracy() -> None:
    truth, predicted = _answers()
    assert metrics.uar(truth, predicted) == pytest.approx(balanced_accuracy_score(truth, predicted))


def test_uar_counts_an_answer_outside_the_true_classes_as_wrong() -> None:
    truth = np.array([0, 0, 1, 1])
    assert metrics.uar(truth, np.array([0, 5, 1, 1])) == pytest.approx(0.75)


def test_macro_f1_is_that_of_scikit_learn() -> None:
    truth, predicted = _answers()
    assert metrics.macro_f1(truth, predicted) == pytest.approx(
        f1_score(truth, predicted, average="macro")
    )


def test_ccc_is_one_for_agreement_and_punishes_a_shift_that_correlation_forgives() -> None:
    series = np.random.default_rng(0).normal(size=200)
    assert metrics.ccc(series, series) == pytest.approx(1.0)
    assert metrics.ccc(series, -series) == pytest.approx(-1.0, abs=0.02)
    shifted = metrics.ccc(series, series + 1)
    assert shifted == pytest.approx(2 * series.var() / (2 * series.var() + 1))
    assert np.corrcoef(series, series + 1)[0, 1] == pytest.approx(1.0)


def test_ccc_of_two_constants_is_zero() -> None:
    assert metrics.ccc(np.ones(5), np.ones(5)) == 0.0


def test_ece_is_small_when_confidence_is_accuracy_and_large_when_it_boasts() -> None:
    generator = np.random.default_rng(0)
    probs = generator.dirichlet(np.ones(7), 20_000)
    truth = np.array([generator.choice(7, p=row) for row in probs[:4000]])
    assert metrics.ece(truth, probs[:4000]) < 0.03
    boasting = np.eye(7)[probs[:4000].argmax(1)]
    wrong = 1 - metrics.accuracy(truth, boasting.argmax(1))
    assert metrics.ece(truth, boasting) == pytest.approx(wrong)


def test_bootstrap_interval_holds_the_value_and_covers_the_truth_about_as_often_as_it_says() -> (
    None
):
    generator = np.random.default_rng(3)
    covered = 0
    for seed in range(60):
        truth = np.zeros(150, int)
        predicted = (generator.random(150) >= 0.7).astype(int)
        metric = metrics.bootstrap(
            metrics.accuracy, truth, predicted, protocol="planted", resamples=100, seed=seed
        )
        assert metric.low <= metric.value <= metric.high
        covered += metric.low <= 0.7 <= metric.high
    assert covered >= 50


def test_bootstrap_narrows_with_more_cases_and_repeats_itself() -> None:
    few, many = _answers(100), _answers(2000)
    wide = metrics.bootstrap(metrics.uar, *few, protocol="few", resamples=100)
    narrow = metrics.bootstrap(metrics.uar, *many, protocol="many", resamples=100)
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2
    assert wide == metrics.bootstrap(metrics.uar, *few, protocol="few", resamples=100)


def test_bootstrap_refuses_nothing_and_unequal_lengths() -> None:
    with pytest.raises(ValueError, match="one length"):
        metrics.bootstrap(metrics.accuracy, np.array([]), np.array([]), protocol="")
    with pytest.raises(ValueError, match="one length"):
        metrics.bootstrap(metrics.accuracy, np.zeros(3), np.zeros(2), protocol="")


def test_metric_prints_under_the_names_that_evaluate_promises() -> None:
    metric = metrics.bootstrap(
        metrics.accuracy, np.zeros(9, int), np.zeros(9, int), protocol="planted"
    )
    assert metric.to_dict() == {
        "value": 1.0,
        "low": 1.0,
        "high": 1.0,
        "n": 9,
        "protocol": "planted",
    }


def test_confusion_has_true_classes_in_rows() -> None:
    truth, predicted = np.array([0, 0, 0, 3]), np.array([0, 0, 3, 3])
    counts = metrics.confusion(truth, predicted)
    assert counts.shape == (7, 7)
    assert counts[0, 3] == 1
    assert counts[3, 0] == 0


def test_counting_the_cases_gives_the_interval_that_drawing_them_does() -> None:
    right = (np.random.default_rng(5).random(300) < 0.8).astype(float)
    drawn = metrics.bootstrap(lambda values: float(values.mean()), right, protocol="planted")
    counted = metrics.bootstrap_counts(
        lambda counts: float(counts @ right / counts.sum()), len(right), protocol="planted"
    )
    assert counted.value == drawn.value
    assert counted.n == drawn.n
    assert counted.low == pytest.approx(drawn.low, abs=0.01)
    assert counted.high == pytest.approx(drawn.high, abs=0.01)


def test_no_case_can_be_counted() -> None:
    with pytest.raises(ValueError, match="at least one"):
        metrics.bootstrap_counts(lambda counts: 0.0, 0, protocol="")


def _probs(count: int = 500) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that know something of the truth."""
    generator = np.random.default_rng(2)
    truth = np.append(np.arange(7), generator.integers(0, 7, count - 7))
    scores = generator.random((count, 7)) + 0.4 * np.eye(7)[truth]
    return truth, scores / scores.sum(1, keepdims=True)


def test_auc_is_that_of_scikit_learn_and_half_for_who_knows_nothing() -> None:
    truth, probs = _probs()
    wanted = roc_auc_score(truth, probs, multi_class="ovr", average="macro")
    assert metrics.auc(truth, probs) == pytest.approx(wanted)
    assert metrics.auc(truth, np.eye(7)[truth]) == pytest.approx(1.0)
    assert metrics.auc(truth, np.full((len(truth), 7), 1 / 7)) == pytest.approx(0.5)
    assert metrics.auc(np.zeros(5, int), probs[:5]) == 0.5


def test_auc_leaves_out_a_class_that_is_not_there() -> None:
    truth, probs = _probs()
    there = truth != 2
    areas = [
        roc_auc_score(truth[there] == each, probs[there, each]) for each in range(7) if each != 2
    ]
    assert metrics.auc(truth[there], probs[there]) == pytest.approx(np.mean(areas))


def test_the_reliability_curve_accounts_for_every_case_and_gives_the_calibration_error() -> None:
    truth, probs = _probs()
    curve = metrics.reliability(truth, probs)
    counts = np.array([point["count"] for point in curve])
    gaps = np.array([abs(point["confidence"] - point["accuracy"]) for point in curve])
    assert counts.sum() == len(truth)
    assert (counts * gaps).sum() / len(truth) == pytest.approx(metrics.ece(truth, probs), abs=1e-3)
    assert all(point["low"] <= point["accuracy"] <= point["high"] for point in curve)
    assert sorted(point["confidence"] for point in curve) == [
        point["confidence"] for point in curve
    ]
