"""The honest test of a temporal model: whole clips of people and films that it never saw.

A clip is read at the rate at which clips are analysed by default, and its answer is the mean
of the probabilities over its length. The CNN alone, averaged in the same way, is the yardstick.
A temporal model answers twice: knowing how the person looks in all of their clips, of which no
label is used, as in a film that shows them in all of these; and knowing this clip alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.expression import TemporalModel
from vidsent.training import metrics, personal
from vidsent.training.courses import Course, Example
from vidsent.training.metrics import Metric
from vidsent.training.sequences import RATE_HZ

TEST_RATE_HZ = 10.0  # the default of `Options.rate_hz`
JAVA_SED = "Java-SED"
LEAST_ACTORS = 3
MOST_FOLDS = 10  # each trains a model anew
ALONE = "_alone"  # after the name of a temporal model that knows one clip of the person
NAMES = {"cnn": "the CNN", "gru": "the GRU", "lstm": "the LSTM", "none": "the CNN"}
KNOWN = "; the person's baseline is of {}"
PROTOCOL = (
    "{source}, {emotions} acted emotions, leave {out} out in {folds} folds; one answer of "
    "the 7 labels a clip, mean of {model}'s probabilities over the clip at 10 pictures a second; "
    "clips drawn again for the interval; UAR of single folds {low:.3f} to {high:.3f}{knowing}"
)


def actor_pairs(people: Iterable[str]) -> list[tuple[str, ...]]:
    """Who is left out in each fold: 01 with 02, 03 with 04, and so on.

    Of three actors one is left out at a time; of more than twenty so many that ten folds
    suffice. Raises DataError when nobody would be left to learn from.
    """
    actors = sorted(set(people))
    if len(actors) < LEAST_ACTORS:
        raise DataError(
            f"Found {len(actors)} actors; at least {LEAST_ACTORS} are needed to leave some out."
        )
    out = 1 if len(actors) == LEAST_ACTORS else max(2, math.ceil(len(actors) / MOST_FOLDS))
    return [tuple(actors[i : i + out]) for i in range(0, len(actors), out)]


def read_clips(model: TemporalModel, examples: list[Example]) -> list[dict[str, Any]]:
    """Rows of `read_clip`, each with all the clips of its person among `examples` known."""
    people = personal.by_person(examples)
    return [read_clip(model, each, people[each.clip.group]) for each in examples]


def read_clip(model: TemporalModel, example: Example, person: list[Example]) -> dict[str, Any]:
    """One clip's name, actor, label and mean probabilities (7,) by the CNN and by the model.

    The model's stand under its name, "gru" for the one that ships, with the clips `person` for a
    baseline, and with `ALONE` after it, with this one.
    """
    course = thinned(example.plain)

    def answer(known: list[Example]) -> list[float]:
        return _rounded(read(model, course, known)[0].exp())

    return {
        "clip": example.clip.name,
        "actor": example.clip.group,
        "label": LABELS[example.clip.label],
        "cnn": _rounded(course.logits.softmax(1)),
        model.name: answer(person),
        model.name + ALONE: answer([example]),
    }


def recognition(predictions: list[dict[str, Any]], model: str, source: str = JAVA_SED) -> Metric:
    """UAR of "cnn" or a temporal model over what `read_clip` gave for the clips of all folds.

    `model` is a name in those rows, with `ALONE` after it or not; `source` names the clips in the
    protocol.
    """
    truth = np.array([LABELS.index(row["label"]) for row in predictions])
    predicted = np.array([int(np.argmax(row[model])) for row in predictions])
    fold = np.array([row["fold"] for row in predictions])
    single = [metrics.uar(truth[fold == k], predicted[fold == k]) for k in np.unique(fold)]
    actors = [{row["actor"] for row in predictions if row["fold"] == k} for k in np.unique(fold)]
    known = "that clip alone" if model.endswith(ALONE) else "all their clips, without labels"
    protocol = PROTOCOL.format(
        source=source,
        emotions=len(np.unique(truth)),
        out="1 actor" if (most := max(map(len, actors))) == 1 else f"{most} actors",
        folds=len(actors),
        model=NAMES[model.removesuffix(ALONE)],
        low=min(single),
        high=max(single),
        knowing="" if model == "cnn" else KNOWN.format(known),
    )
    return metrics.bootstrap(metrics.uar, truth, predicted, protocol=protocol)


def affect(model: TemporalModel, examples: list[Example]) -> tuple[Metric, Metric]:
    """CCC of valence and of arousal, each the mean over a rated clip."""
    truth = np.stack([example.clip.affect for example in examples])
    predicted = np.stack([read(model, each.plain, [each])[1].mean(0).numpy() for each in examples])
    protocol = (
        "KERC 2020 {} of the val split ({}), mean over a film clip of what "
        f"{NAMES[model.name]} alone reads"
    )
    valence, arousal = (
        metrics.bootstrap(
            metrics.ccc, truth[:, k], predicted[:, k], protocol=protocol.format(name, "27 raters")
        )
        for k, name in enumerate(("valence", "arousal"))
    )
    return valence, arousal


def read_stills(model: TemporalModel, course: Course) -> Tensor:
    """Log-probabilities (N, 7) of N pictures, each held for one second; on the CPU."""
    device = model.temperature.device
    held = (len(course.logits), round(TEST_RATE_HZ), -1)
    lengths = torch.full(held[:1], held[1])
    with torch.inference_mode():
        log_probs, _ = model(
            course.features.to(device).unsqueeze(1).expand(held),
            course.logits.to(device).unsqueeze(1).expand(held),
            lengths,
        )
    return log_probs.mean(1).log_softmax(1).cpu()


def read(model: TemporalModel, course: Course, person: list[Example]) -> tuple[Tensor, Tensor]:
    """`TemporalModel.along` of a course, with the clips `person` for a baseline; on the CPU."""
    device = model.temperature.device
    usual = personal.baseline(person)
    known = usual._replace(features=usual.features.to(device))
    log_probs, affect = model.along(course.features.to(device), course.logits.to(device), known)
    return log_probs.cpu(), affect.cpu()


def _rounded(probs: Tensor) -> list[float]:
    """The mean of probabilities (T, 7) as a record keeps it."""
    return [round(share, 4) for share in probs.mean(0).tolist()]


def thinned(course: Course) -> Course:
    """A course taken at `RATE_HZ` as it would be at `TEST_RATE_HZ`."""
    stride = round(RATE_HZ / TEST_RATE_HZ)
    return Course(course.features[::stride], course.logits[::stride])
