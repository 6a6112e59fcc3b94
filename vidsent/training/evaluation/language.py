"""The command `evaluate language`: how lines are read, what that must beat, and the word table.

Only this module reads the test splits of the texts. Thresholds and biases are fitted on dev
splits, for every system in the same way. The baseline is TF-IDF and logistic regression, by
scikit-learn.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from vidsent.core.calibration import log_sigmoid
from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.language.line_reader import table_logs, with_table
from vidsent.language.text_model import TextModel
from vidsent.language.word_table import shipped, sums
from vidsent.reports import evaluation_results
from vidsent.reports.evaluation_results import EvaluationResult
from vidsent.training import metrics
from vidsent.training.calibration import as_shares, fit_shares
from vidsent.training.data.texts import Texts, read_ratings, read_texts
from vidsent.training.evaluation.timing import threads
from vidsent.training.language.line_emotions import AFFECT
from vidsent.training.metrics import Metric, bootstrap

log = logging.getLogger(__name__)

Scores = Callable[[Sequence[str]], np.ndarray]  # texts -> (N, 7), more is likelier
Marks = Callable[[np.ndarray], np.ndarray]  # scores (N, 7) -> predicted (N, 7) bool
Splits = Mapping[str, Texts]
Rows = dict[str, dict[str, Any]]

EMOBANK = "EmoBank test split, mean of readers' ratings; what the model learned, alone"
SPEED = (
    "seconds for 1,000 lines, half GoEmotions, half SMP2020 test texts, tokens included; "
    "best of 3; 2 threads"
)
TIMED = 1000  # lines
STRENGTHS = (1.0, 3.0, 10.0)  # inverse regularisation; the best on dev is taken
SMALLEST_PROB = 1e-6
TFIDF = {"sublinear_tf": True, "max_features": 200_000}


def several(rows: np.ndarray, dev: Texts) -> Marks:
    """A text may have several labels; each has its threshold from scores (N, 7) of dev."""
    thresholds = best_thresholds(rows, dev.labels)
    return lambda found: found >= thresholds


def one(rows: np.ndarray, dev: Texts) -> Marks:
    """A text has one label: the likeliest of those that the set has, after biases from dev."""
    calibration = fit_shares(rows, as_shares(dev.labels))

    def marks(found: np.ndarray) -> np.ndarray:
        probs = np.where(dev.known, calibration.probs(found), 0)
        likeliest: np.ndarray = probs == probs.max(1, keepdims=True)
        return likeliest

    return marks


class TextSet(NamedTuple):
    """A set with a test split: its file, what is told of it, and how scores become labels."""

    file: str
    language: str
    protocol: str
    fitted: str
    fit: Callable[[np.ndarray, Texts], Marks]
    vectorizer: Mapping[str, Any]
    features: str


SETS = {
    "goemotions": TextSet(
        "goemotions_ekman",
        "en",
        "GoEmotions test split as Ekman's six and neutral, multi-label",
        "a threshold for each label chosen on dev",
        several,
        {"ngram_range": (1, 2), "min_df": 2},
        "words and pairs of words",
    ),
    "smp2020": TextSet(
        "smp2020_zh",
        "zh",
        "SMP2020-EWECT usual test split without texts of train and dev, six classes",
        "scale and biases fitted on dev",
        one,
        {"analyzer": "char", "ngram_range": (1, 4), "min_df": 3},
        "one to four characters",
    ),
}


@dataclass(frozen=True)
class Answers:
    """Marks of a system on test texts: truth and predicted, (N, K) bool for the labels `used`."""

    truth: np.ndarray
    predicted: np.ndarray
    used: np.ndarray  # (7,) bool
    dev_f1: float

    def row(self, protocol: str) -> dict[str, Any]:
        """Macro-F1 over the labels used."""
        return bootstrap(macro_f1, self.truth, self.predicted, protocol=protocol).to_dict()


def evaluate_language(data: Path, *, device: str = "auto") -> EvaluationResult:
    """Every measure of the text model that ships, beside a baseline and the word table.

    Raises DataError when a set is missing, ModelError when a model is or the device is not there.
    """
    model = TextModel(device=device)
    splits = {name: read_texts(data, each.file) for name, each in SETS.items()}
    rows: Rows = {}
    for name, each in SETS.items():
        split, protocol = splits[name], f"{each.protocol}; {each.fitted}"
        own = answers(partial(_logs, model, each.language), each, split)
        log.info("%s: %.3f on dev; training the baselines", name, own.dev_f1)
        baselines = (answers(regression(each, split["train"], c), each, split) for c in STRENGTHS)
        best = max(baselines, key=lambda found: found.dev_f1)
        tfidf = f"TF-IDF of {each.features}, logistic regression"
        rows[f"{name}_macro_f1"] = own.row(protocol) | {"baseline": best.row("")["value"]}
        rows[f"{name}_macro_f1_tfidf"] = best.row(f"{protocol}; {tfidf}")
        words = answers(_by_words, each, split)
        rows[f"{name}_macro_f1_words"] = words.row(f"{protocol}; word table")
        rows[f"{name}_ece"] = _calibrated(model, name, split).to_dict()
        rows |= _by_label(name, own, each.protocol)
    rows |= {name: metric.to_dict() for name, metric in _ratings(model, data).items()}
    rows["seconds_1000_lines"] = _seconds(model, splits).to_dict()
    return evaluation_results.result_of("language", rows, {})


def answers(scores: Scores, each: TextSet, splits: Splits) -> Answers:
    """What a system answers on the test split, for the labels that the set has."""
    dev, test, used = splits["dev"], splits["test"], splits["dev"].known
    rows = scores(dev.texts)
    marks = each.fit(rows, dev)
    dev_f1 = macro_f1(dev.labels[:, used], marks(rows)[:, used])
    return Answers(test.labels[:, used], marks(scores(test.texts))[:, used], used, dev_f1)


def regression(each: TextSet, train: Texts, strength: float) -> Scores:
    """One logistic regression for each label that is known in the training texts."""
    one_label = LogisticRegression(C=strength, max_iter=300, solver="liblinear")
    vectorizer = TfidfVectorizer(**TFIDF, **each.vectorizer)
    model = make_pipeline(vectorizer, OneVsRestClassifier(one_label))
    model.fit(train.texts, train.labels[:, train.known])

    def scores(texts: Sequence[str]) -> np.ndarray:
        probs = np.zeros((len(texts), NUM_LABELS))
        probs[:, train.known] = model.predict_proba(texts)
        return np.log(np.maximum(probs, SMALLEST_PROB))

    return scores


def _logs(model: TextModel, language: str, texts: Sequence[str]) -> np.ndarray:
    """What lines are read by: the model, and the table with its small say."""
    own = log_sigmoid(model.outputs(texts)[:, : len(LABELS)])
    return own + table_logs(texts, [language] * len(texts), shipped())


def _by_words(texts: Sequence[str]) -> np.ndarray:
    table = shipped()
    return np.array([sums(table.evidence(text)) for text in texts])


def _by_label(name: str, found: Answers, protocol: str) -> Rows:
    """F1 of each label."""
    rows = {}
    for column, index in enumerate(np.flatnonzero(found.used)):
        marks = found.truth[:, [column]], found.predicted[:, [column]]
        said = f"F1; {protocol}; {int(marks[0].sum())} of them"
        rows[f"{name}_f1_{LABELS[index]}"] = bootstrap(macro_f1, *marks, protocol=said).to_dict()
    return rows


def _ratings(model: TextModel, data: Path) -> dict[str, Metric]:
    """Valence and arousal as the model learned them, before the mean with the emotions' own."""
    test = read_ratings(data)["test"]
    outputs = model.outputs(test.texts)[:, len(LABELS) :]
    return {
        f"emobank_ccc_{name}": bootstrap(metrics.ccc, truth, read, protocol=EMOBANK)
        for name, truth, read in zip(AFFECT, test.ratings.T, outputs.T, strict=True)
    }


def _calibrated(model: TextModel, name: str, splits: Splits) -> Metric:
    """Calibration error of the probabilities as the timeline gets them."""
    texts, truth = splits["test"].single()
    languages = [SETS[name].language] * len(texts)
    probs = with_table(model.read(texts, languages).probs, texts, languages, shipped())
    protocol = f"{name} test texts of one label; expected calibration error, 15 bins"
    return bootstrap(metrics.ece, truth, probs, protocol=protocol)


def _seconds(model: TextModel, splits: Mapping[str, Splits]) -> Metric:
    half = TIMED // len(SETS)
    texts = [text for name in SETS for text in splits[name]["test"].texts[:half]]
    languages = [each.language for each in SETS.values() for _ in range(half)]
    spent = []
    with threads():
        for _ in range(3):
            started = time.perf_counter()
            with_table(model.read(texts, languages).probs, texts, languages, shipped())
            spent.append(time.perf_counter() - started)
    return Metric(round(min(spent), 3), round(min(spent), 3), round(max(spent), 3), TIMED, SPEED)


def best_thresholds(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The threshold (K,) of each label that gives the best F1 on scores and labels (N, K)."""
    order = np.argsort(-scores, axis=0)
    ranked = np.take_along_axis(scores, order, 0)
    right = np.take_along_axis(labels, order, 0).cumsum(0)
    f1 = 2 * right / (np.arange(1, len(scores) + 1)[:, None] + labels.sum(0))
    return ranked[f1.argmax(0), np.arange(scores.shape[1])]


def macro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """F1 averaged over labels, from marks (N, K) bool; 0 for a label nobody has or predicts."""
    both = (truth & predicted).sum(0)
    return float((2 * both / np.maximum(truth.sum(0) + predicted.sum(0), 1)).mean())
