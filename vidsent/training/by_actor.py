"""How unlike people are: recall on single actors, from the predictions of a training run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.training import metrics
from vidsent.training.metrics import Metric

RECORDED = "; read from the record of the training run, which retrains the GRU for every fold"
PROTOCOL = (
    "Java-SED actor {}, left out of training; one answer of the 7 labels a clip, mean of the "
    "{}'s probabilities over the clip at 10 pictures a second, the person's baseline of all their "
    "clips, without labels; clips drawn again for the interval"
)


def by_actor(predictions: list[dict[str, Any]], model: str) -> dict[str, Metric]:
    """UAR of "cnn" or "gru" on each actor, by a model that never saw the one it is tested on.

    `predictions` are the clips of all folds as `held_out.read_clip` gives them.
    """
    found = {}
    for actor in sorted({row["actor"] for row in predictions}):
        rows = [row for row in predictions if row["actor"] == actor]
        truth = np.array([LABELS.index(row["label"]) for row in rows])
        predicted = np.array([int(np.argmax(row[model])) for row in rows])
        protocol = PROTOCOL.format(actor, model.upper())
        found[actor] = metrics.bootstrap(metrics.uar, truth, predicted, protocol=protocol)
    return found


def recorded(metric: Metric) -> Metric:
    """A metric of predictions that the training run wrote down, which it says."""
    return replace(metric, protocol=metric.protocol + RECORDED)
