"""What a text model must beat: TF-IDF and logistic regression, by scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from vidsent.training.texts import Texts

STRENGTHS = (1.0, 3.0, 10.0)  # inverse regularisation; the best on dev is taken
MOST_FEATURES = 200_000


def words() -> TfidfVectorizer:
    """Words and pairs of words, for English."""
    return TfidfVectorizer(
        ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=MOST_FEATURES
    )


def characters() -> TfidfVectorizer:
    """One to four characters in a row, for Chinese."""
    return TfidfVectorizer(
        analyzer="char", ngram_range=(1, 4), min_df=3, sublinear_tf=True, max_features=MOST_FEATURES
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
