"""The honest test of the GRU: whole clips of people and films that it never saw.

A clip is read at the rate at which clips are analysed by default, and its answer is the mean
of the probabilities over its length. The CNN alone, averaged in the same way, is the yardstick.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from vidsent.emotions import LABELS
from vidsent.errors import DataError
from vidsent.expression import ExpressionGRU
from vidsent.training import metrics
from vidsent.training.courses import Course, Example
from vidsent.training.metrics import Metric
from vidsent.training.sequences import RATE_HZ

TEST_RATE_HZ = 10.0  # the default of `Options.rate_hz`
ACTORS_OUT = 2
MODELS = ("cnn", "gru")
PROTOCOL = (
    "Java-SED, 6 acted emotions, leave two actors out in 5 folds; one answer of the 7 labels a "
    "clip, mean of {model} over the clip at 10 pictures a second; clips drawn again for the "
    "interval; UAR of single folds {low:.3f} to {high:.3f}"
)


def actor_pairs(examples: list[Example]) -> list[tuple[str, ...]]:
    """Who is left out in each fold: 01 with 02, 03 with 04, and so on.

    Raises DataError when nobody would be left to learn from.
    """
    actors = sorted({example.clip.group for example in examples})
    if len(actors) <= ACTORS_OUT:
        raise DataError(f"Found {len(actors)} actors; at least {ACTORS_OUT + 1} are needed.")
    return [tuple(actors[i : i + ACTORS_OUT]) for i in range(0, len(actors), ACTORS_OUT)]


def read_clip(gru: ExpressionGRU, example: Example) -> dict[str, Any]:
    """One clip's name, actor, label and mean probabilities (7,) by the CNN and by the GRU."""
    course = thinned(example.plain)
    log_probs, _ = read(gru, course)
    return {
        "clip": example.clip.name,
        "actor": example.clip.group,
        "label": LABELS[example.clip.label],
        "cnn": [round(p, 4) for p in course.logits.softmax(1).mean(0).tolist()],
        "gru": [round(p, 4) for p in log_probs.exp().mean(0).tolist()],
    }


def recognition(predictions: list[dict[str, Any]], model: str) -> Metric:
    """UAR of "cnn" or "gru" over what `read_clip` gave for the clips of all folds."""
    truth = np.array([LABELS.index(row["label"]) for row in predictions])
    predicted = np.array([int(np.argmax(row[model])) for row in predictions])
    fold = np.array([row["fold"] for row in predictions])
    single = [metrics.uar(truth[fold == k], predicted[fold == k]) for k in np.unique(fold)]
    name = {"cnn": "the CNN's probabilities", "gru": "the GRU's probabilities"}[model]
    protocol = PROTOCOL.format(model=name, low=min(single), high=max(single))
    return metrics.bootstrap(metrics.uar, truth, predicted, protocol=protocol)


def affect(gru: ExpressionGRU, examples: list[Example]) -> tuple[Metric, Metric]:
    """CCC of valence and of arousal, each the mean over a rated clip."""
    truth = np.stack([example.clip.affect for example in examples])
    predicted = np.stack([read(gru, example.plain)[1].mean(0).numpy() for example in examples])
    protocol = (
        "KERC 2020 {} of the val split ({}), mean over a film clip of what the GRU alone reads"
    )
    valence, arousal = (
        metrics.bootstrap(
            metrics.ccc, truth[:, k], predicted[:, k], protocol=protocol.format(name, "27 raters")
        )
        for k, name in enumerate(("valence", "arousal"))
    )
    return valence, arousal


def read_stills(gru: ExpressionGRU, course: Course) -> Tensor:
    """Log-probabilities (N, 7) of N pictures, each held for one second; on the CPU."""
    device = gru.temperature.device
    held = (len(course.logits), round(TEST_RATE_HZ), -1)
    lengths = torch.full(held[:1], held[1])
    with torch.inference_mode():
        log_probs, _ = gru(
            course.features.to(device).unsqueeze(1).expand(held),
            course.logits.to(device).unsqueeze(1).expand(held),
            lengths,
        )
    return log_probs.mean(1).log_softmax(1).cpu()


def read(gru: ExpressionGRU, course: Course) -> tuple[Tensor, Tensor]:
    """`ExpressionGRU.along` of a course on the CPU, wherever the GRU is."""
    device = gru.temperature.device
    log_probs, affect = gru.along(course.features.to(device), course.logits.to(device))
    return log_probs.cpu(), affect.cpu()


def thinned(course: Course) -> Course:
    """A course taken at `RATE_HZ` as it would be at `TEST_RATE_HZ`."""
    stride = round(RATE_HZ / TEST_RATE_HZ)
    return Course(course.features[::stride], course.logits[::stride])
