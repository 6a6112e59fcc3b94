"""What the change of a familiar face says: a linear reading of features less the person's mean.

Among people, faces at rest differ more than one face does between emotions. Clips of the same
person, whatever they show, take that difference out. Few people were filmed, so the reading is
as simple as can be: multinomial logistic regression on the mean change of a clip, with its
strength of regularisation chosen on people whom the fit did not see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from torch import Tensor

from vidsent.core.emotions import NUM_LABELS
from vidsent.faces.expression import Baseline
from vidsent.training.data.face_clips import RATE_HZ
from vidsent.training.expression.clip_features import Example

STRENGTHS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)  # of C, the inverse of the regularisation
FOLDS = 10  # groups of people at most, each left out once to choose among those
MAX_ITERATIONS = 300
MIN_SPREAD = 1e-6  # of a feature's changes; less is what float32 rounds


def by_person(examples: Iterable[Example]) -> dict[str, list[Example]]:
    """The clips of each person."""
    people: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        people[example.clip.group].append(example)
    return people


def baseline(clips: list[Example]) -> Baseline:
    """That of a person who was seen in these clips; what they show there is not asked."""
    features = torch.cat([example.plain.features for example in clips])
    return Baseline(features.mean(0), len(features) / RATE_HZ)


def fit(clips: list[Example]) -> Tensor:
    """Evidence (7, width) for each emotion in a change of the features; 0 where nobody shows it.

    `clips` are acted, each with one emotion. All 0 when fewer than two people or two emotions
    are there to learn from, or when nobody shows more than one emotion.
    """
    people = by_person(clips)
    usual = {name: baseline(theirs).features for name, theirs in people.items()}
    means = torch.stack([each.plain.features.mean(0) - usual[each.clip.group] for each in clips])
    changes = means.double().numpy()  # so that a rerun ends in the same floats
    labels = np.array([each.clip.label for each in clips])
    groups = np.array([each.clip.group for each in clips])
    evidence = np.zeros((NUM_LABELS, changes.shape[1]), np.float32)
    spread = changes.std(0)
    spread[spread < MIN_SPREAD] = np.inf  # what does not change says nothing
    if len(people) < 2 or len(set(labels)) < 2 or np.isinf(spread).all():
        return torch.from_numpy(evidence)
    scaled = changes / spread
    model = _regression(_choose(scaled, labels, groups)).fit(scaled, labels)
    weights = model.coef_
    if len(weights) == 1:  # of two classes scikit-learn keeps the second against the first
        weights = np.concatenate([-weights, weights]) / 2
    evidence[model.classes_] = weights / spread
    return torch.from_numpy(evidence)


def _choose(changes: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> float:
    """The strength under which people left out are likeliest; the middle one where none can be.

    Likelihood, as the recall of so few clips leaps from one strength to the next.
    """
    people = np.unique(groups)
    likelihoods = np.zeros(len(STRENGTHS))
    tested = 0
    for fold in np.array_split(people, min(FOLDS, len(people))):
        out = np.isin(groups, fold)
        if len(set(labels[~out])) < len(set(labels)):
            continue
        tested += 1
        for index, strength in enumerate(STRENGTHS):
            model = _regression(strength).fit(changes[~out], labels[~out])
            said = model.predict_proba(changes[out])
            likelihoods[index] -= log_loss(
                labels[out], said, normalize=False, labels=model.classes_
            )
    return STRENGTHS[int(likelihoods.argmax())] if tested else STRENGTHS[len(STRENGTHS) // 2]


def _regression(strength: float) -> LogisticRegression:
    """Without an intercept: a face that does not change is no evidence."""
    return LogisticRegression(C=strength, fit_intercept=False, max_iter=MAX_ITERATIONS)
