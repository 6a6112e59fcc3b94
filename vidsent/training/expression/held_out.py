"""The test of a temporal model on whole clips of people and films that it never saw.

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
from torch import Tensor

from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.expression import TemporalModel
from vidsent.training import metrics
from vidsent.training.data.face_clips import JAVA_SED, MIN_ACTORS, RATE_HZ
from vidsent.training.expression import personal_baseline
from vidsent.training.expression.clip_features import Example
from vidsent.training.metrics import Metric
from vidsent.training.networks.features import TEST_RATE_HZ, CnnOutputs

Rows = list[dict[str, Any]]  # of `read_clip`, and the fold

MAX_FOLDS = 10  # each trains a model anew
ALONE = "_alone"  # after the name of a temporal model that knows one clip of the person
NAMES = {"cnn": "the CNN", "gru": "the GRU", "lstm": "the LSTM", "none": "the CNN"}
KNOWN = "; the person's baseline is of {}"
PROTOCOL = (
    "{source}, {emotions} acted emotions, leave {out} out in {folds} folds; one answer of "
    "the 7 labels a clip, mean of {model}'s probabilities over the clip at 10 frames a second; "
    "clips drawn again for the interval; UAR of single folds {low:.3f} to {high:.3f}{knowing}"
)
ACTOR_PROTOCOL = (
    "Java-SED actor {}, left out of training; one answer of the 7 labels a clip, mean of the "
    "{}'s probabilities over the clip at 10 frames a second, the person's baseline of all their "
    "clips, without labels; clips drawn again for the interval"
)


def actor_folds(people: Iterable[str]) -> list[tuple[str, ...]]:
    """Who is left out in each fold: 01 with 02, 03 with 04, and so on.

    Of three actors one is left out at a time; of more than twenty so many that ten folds
    suffice. Raises DataError when nobody would be left to learn from.
    """
    actors = sorted(set(people))
    if len(actors) < MIN_ACTORS:
        raise DataError(
            f"Found {len(actors)} actors; at least {MIN_ACTORS} are needed to leave some out."
        )
    out = 1 if len(actors) == MIN_ACTORS else max(2, math.ceil(len(actors) / MAX_FOLDS))
    return [tuple(actors[i : i + out]) for i in range(0, len(actors), out)]


def read_clips(model: TemporalModel, examples: list[Example]) -> Rows:
    """Rows of `read_clip`, each with all the clips of its person among `examples` known."""
    people = personal_baseline.by_person(examples)
    return [read_clip(model, each, people[each.clip.group]) for each in examples]


def read_clip(model: TemporalModel, example: Example, person: list[Example]) -> dict[str, Any]:
    """One clip's name, actor, label and mean probabilities (7,) by the CNN and by the model.

    The model's stand under its name, "gru" for the one that ships, with the clips `person` for a
    baseline, and with `ALONE` after it, with this one.
    """
    outputs = at_test_rate(example.plain)
    return {
        "clip": example.clip.name,
        "actor": example.clip.group,
        "label": LABELS[example.clip.label],
        "cnn": _mean(outputs.logits.softmax(1)),
        model.name: _mean(read(model, outputs, person)[0].exp()),
        model.name + ALONE: _mean(read(model, outputs, [example])[0].exp()),
    }


def clip_uar(predictions: Rows, model: str, source: str = JAVA_SED) -> Metric:
    """UAR of "cnn" or a temporal model over what `read_clip` gave for the clips of all folds.

    `model` is a name in those rows, with `ALONE` after it or not; `source` names the clips in the
    protocol.
    """
    truth, predicted = _answers(predictions, model)
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


def uar_by_actor(predictions: Rows, model: str) -> dict[str, Metric]:
    """UAR of "cnn" or "gru" on each actor, by a model that never saw the one it is tested on."""
    found = {}
    for actor in sorted({row["actor"] for row in predictions}):
        answers = _answers([row for row in predictions if row["actor"] == actor], model)
        protocol = ACTOR_PROTOCOL.format(actor, model.upper())
        found[actor] = metrics.bootstrap(metrics.uar, *answers, protocol=protocol)
    return found


def affect_ccc(model: TemporalModel, examples: list[Example]) -> tuple[Metric, Metric]:
    """CCC of valence and of arousal, each the mean over a rated clip."""
    truth = np.stack([example.clip.affect for example in examples])
    predicted = np.stack([read(model, each.plain, [each])[1].mean(0).numpy() for each in examples])
    valence, arousal = (
        metrics.bootstrap(
            metrics.ccc,
            truth[:, k],
            predicted[:, k],
            protocol=f"KERC 2020 {name} of the val split (27 raters), mean over a film clip of "
            f"what {NAMES[model.name]} alone reads",
        )
        for k, name in enumerate(("valence", "arousal"))
    )
    return valence, arousal


def read(model: TemporalModel, outputs: CnnOutputs, person: list[Example]) -> tuple[Tensor, Tensor]:
    """`TemporalModel.along` of a track, with the clips `person` for a baseline; on the CPU."""
    device = model.temperature.device
    baseline = personal_baseline.baseline(person)
    known = baseline._replace(features=baseline.features.to(device))
    log_probs, affect = model.along(outputs.features.to(device), outputs.logits.to(device), known)
    return log_probs.cpu(), affect.cpu()


def at_test_rate(outputs: CnnOutputs) -> CnnOutputs:
    """Outputs taken at `RATE_HZ` as they would be at `TEST_RATE_HZ`."""
    return outputs.select(slice(None, None, round(RATE_HZ / TEST_RATE_HZ)))


def _answers(predictions: Rows, model: str) -> tuple[np.ndarray, np.ndarray]:
    """True and answered label of each clip, (N,) int both."""
    truth = np.array([LABELS.index(row["label"]) for row in predictions])
    return truth, np.array([int(np.argmax(row[model])) for row in predictions])


def _mean(probs: Tensor) -> list[float]:
    """The mean of probabilities (T, 7) as a record keeps it."""
    return [round(share, 4) for share in probs.mean(0).tolist()]
