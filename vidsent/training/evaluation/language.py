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

from vidsent.core.calibration import log_sigmoid
from vidsent.core.emotions import LABELS
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
Splits = Mapping[str, Texts]

GOEMOTIONS = "GoEmotions test split as Ekman's six and neutral, multi-label"
THRESHOLDS = "a threshold for each label chosen on dev"
SMP2020 = "SMP2020-EWECT usual test split without texts of train and dev, six classes"
BIASES = "scale and biases fitted on dev"
TFIDF_EN = "TF-IDF of words and pairs of words, logistic regression"
TFIDF_ZH = "TF-IDF of one to four characters, logistic regression"
EMOBANK = "EmoBank test split, mean of readers' ratings; what the model learned, alone"
SPEED = (
    "seconds for 1,000 lines, half GoEmotions, half SMP2020 test texts, tokens included; "
    "best of 3; 2 threads"
)
TIMED = 1000  # lines
STRENGTHS = (1.0, 3.0, 10.0)  # inverse regularisation; the best on dev is taken
MAX_FEATURES = 200_000


def evaluate_language(data: Path, *, device: str = "auto") -> EvaluationResult:
    """Every measure of the text model that ships, beside a baseline and the word table.

    Raises DataError when a set is missing, ModelError when a model is or the device is not there.
    """
    model = TextModel(device=device)
    english, chinese = read_texts(data, "goemotions_ekman"), read_texts(data, "smp2020_zh")
    several = partial(_several, dev=english["dev"])
    one = partial(_one, dev=chinese["dev"])
    own = _answers(several(lambda texts: _logs(model, texts, "en")), english)
    only = _answers(one(lambda texts: _logs(model, texts, "zh")), chinese)
    log.info("BERT: %s, %s; training the baselines", own.macro_f1.value, only.macro_f1.value)
    baselines = (
        _best(lambda c: _baseline(english, _english_tfidf(), c), _several, english["dev"]),
        _best(lambda c: _baseline(chinese, _chinese_tfidf(), c), _one, chinese["dev"]),
    )
    english_baseline, chinese_baseline = (
        _answers(baselines[0], english),
        _answers(baselines[1], chinese),
    )
    table = _answers(several(_by_words), english), _answers(one(_by_words), chinese)
    rows = {
        "goemotions_macro_f1": _row(own, f"{GOEMOTIONS}; {THRESHOLDS}", english_baseline),
        "smp2020_macro_f1": _row(only, f"{SMP2020}; {BIASES}", chinese_baseline),
        "goemotions_macro_f1_tfidf": _row(
            english_baseline, f"{GOEMOTIONS}; {THRESHOLDS}; {TFIDF_EN}"
        ),
        "smp2020_macro_f1_tfidf": _row(chinese_baseline, f"{SMP2020}; {BIASES}; {TFIDF_ZH}"),
        "goemotions_macro_f1_words": _row(table[0], f"{GOEMOTIONS}; {THRESHOLDS}; word table"),
        "smp2020_macro_f1_words": _row(table[1], f"{SMP2020}; {BIASES}; word table"),
        **{name: metric.to_dict() for name, metric in _ratings(model, data).items()},
        **{name: metric.to_dict() for name, metric in _calibrated(model, english, chinese).items()},
        **_by_label("goemotions", own, GOEMOTIONS),
        **_by_label("smp2020", only, SMP2020),
        "seconds_1000_lines": _seconds(model, english, chinese).to_dict(),
    }
    return evaluation_results.result_of("language", rows, {})


class Fitted(NamedTuple):
    """A system whose thresholds or biases are fitted on dev, and how good it is there."""

    scores: Scores
    marks: Callable[[np.ndarray], np.ndarray]  # scores (N, 7) -> predicted (N, 7) bool
    dev_f1: float


@dataclass(frozen=True)
class Answers:
    """Marks of a system on test texts: truth and predicted, (N, K) bool for the labels `used`."""

    truth: np.ndarray
    predicted: np.ndarray
    used: np.ndarray  # (7,) bool

    @property
    def macro_f1(self) -> Metric:
        """Over the labels used."""
        return bootstrap(macro_f1, self.truth, self.predicted, protocol="")


def _several(scores: Scores, dev: Texts) -> Fitted:
    """A text may have several labels; each has its threshold from dev."""
    rows = scores(dev.texts)
    thresholds = best_thresholds(rows, dev.labels)
    return Fitted(
        scores, lambda found: found >= thresholds, macro_f1(dev.labels, rows >= thresholds)
    )


def _one(scores: Scores, dev: Texts) -> Fitted:
    """A text has one label: the likeliest of those that the set has, after biases from dev."""
    rows, used = scores(dev.texts), dev.known
    calibration = fit_shares(rows, as_shares(dev.labels))

    def marks(found: np.ndarray) -> np.ndarray:
        probs = np.where(used, calibration.probs(found), 0)
        likeliest: np.ndarray = probs == probs.max(1, keepdims=True)
        return likeliest

    return Fitted(scores, marks, macro_f1(dev.labels[:, used], marks(rows)[:, used]))


def _answers(system: Fitted, splits: Splits) -> Answers:
    """What a system answers on the test split, for the labels that the set has."""
    test, used = splits["test"], splits["dev"].known
    predicted = system.marks(system.scores(test.texts))
    return Answers(test.labels[:, used], predicted[:, used], used)


def _best(
    make: Callable[[float], Scores], fit: Callable[[Scores, Texts], Fitted], dev: Texts
) -> Fitted:
    """The baseline with the strength that is best on dev."""
    return max((fit(make(each), dev) for each in STRENGTHS), key=lambda each: each.dev_f1)


def _baseline(splits: Splits, vectorizer: Any, strength: float) -> Scores:
    trained = Regression(vectorizer, splits["train"], strength)
    return lambda texts: np.log(np.maximum(trained.probs(texts), 1e-6))


def _logs(model: TextModel, texts: Sequence[str], language: str) -> np.ndarray:
    """What lines are read by: the model, and the table with its small say."""
    own = log_sigmoid(model.outputs(texts)[:, : len(LABELS)])
    return own + table_logs(texts, [language] * len(texts), shipped())


def _by_words(texts: Sequence[str]) -> np.ndarray:
    table = shipped()
    return np.array([sums(table.evidence(text)) for text in texts])


def _row(answers: Answers, protocol: str, baseline: Answers | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {**answers.macro_f1.to_dict(), "protocol": protocol}
    return found if baseline is None else found | {"baseline": baseline.macro_f1.value}


def _by_label(name: str, answers: Answers, protocol: str) -> dict[str, dict[str, Any]]:
    """F1 of each label."""
    rows = {}
    for column, index in enumerate(np.flatnonzero(answers.used)):
        marks = answers.truth[:, [column]], answers.predicted[:, [column]]
        said = f"F1; {protocol}; {int(marks[0].sum())} of them"
        rows[f"{name}_f1_{LABELS[index]}"] = bootstrap(macro_f1, *marks, protocol=said).to_dict()
    return rows


def _ratings(model: TextModel, data: Path) -> dict[str, Metric]:
    """Valence and arousal as the model learned them, before the mean with the emotions' own."""
    test = read_ratings(data)["test"]
    outputs = model.outputs(test.texts)[:, len(LABELS) :]
    return {
        f"emobank_ccc_{name}": bootstrap(
            metrics.ccc, test.ratings[:, index], outputs[:, index], protocol=EMOBANK
        )
        for index, name in enumerate(AFFECT)
    }


def _calibrated(model: TextModel, english: Splits, chinese: Splits) -> dict[str, Metric]:
    """Calibration error of the probabilities as the timeline gets them."""
    rows = {}
    for name, language, splits in (("goemotions", "en", english), ("smp2020", "zh", chinese)):
        test = splits["test"]
        single = test.labels.sum(1) == 1
        texts = [text for text, one in zip(test.texts, single, strict=True) if one]
        languages = [language] * len(texts)
        probs = with_table(model.read(texts, languages).probs, texts, languages, shipped())
        truth = test.labels[single].argmax(1)
        protocol = f"{name} test texts of one label; expected calibration error, 15 bins"
        rows[f"{name}_ece"] = bootstrap(metrics.ece, truth, probs, protocol=protocol)
    return rows


def _seconds(model: TextModel, english: Splits, chinese: Splits) -> Metric:
    texts = [*english["test"].texts[: TIMED // 2], *chinese["test"].texts[: TIMED // 2]]
    languages = ["en"] * (TIMED // 2) + ["zh"] * (TIMED // 2)
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


def _english_tfidf() -> TfidfVectorizer:
    """Words and pairs of words, for English."""
    return TfidfVectorizer(
        ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=MAX_FEATURES
    )


def _chinese_tfidf() -> TfidfVectorizer:
    """One to four characters in a row, for Chinese."""
    return TfidfVectorizer(
        analyzer="char", ngram_range=(1, 4), min_df=3, sublinear_tf=True, max_features=MAX_FEATURES
    )


class Regression:
    """One logistic regression for each label of the training texts."""

    def __init__(self, vectorizer: TfidfVectorizer, train: Texts, strength: float) -> None:
        self._vectorizer = vectorizer
        self._known = train.known
        one = LogisticRegression(C=strength, max_iter=300, solver="liblinear")
        features = vectorizer.fit_transform(train.texts)
        self._model = OneVsRestClassifier(one).fit(features, train.labels[:, self._known])

    def probs(self, texts: Sequence[str]) -> np.ndarray:
        """How likely each label is on its own, (N, 7); 0 for labels that the set lacks."""
        found = np.zeros((len(texts), len(self._known)))
        found[:, self._known] = self._model.predict_proba(self._vectorizer.transform(texts))
        return found
