"""The command `evaluate`: the shipped weights on data that no training and no choice has seen.

Only this module reads the test splits. Weights come the way inference gets them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy.typing as npt
import torch

from vidsent import weights
from vidsent.expression import ExpressionGRU, as_input
from vidsent.reader import ExpressionReader
from vidsent.training import held_out, metrics
from vidsent.training.courses import Course, encode, encode_clips
from vidsent.training.expression import RECORD_FILE
from vidsent.training.fer import NO_LABEL, FerSplit, read_split
from vidsent.training.metrics import Measure, Metric
from vidsent.training.sequences import read_kerc

Array = npt.NDArray[Any]

FERPLUS = (
    "FER+ test split, majority of the votes of 7 emotions after dropping single votes; left out "
    "where the majority is unknown, not a face or contempt, or no vote is left"
)


def evaluate_expression(data: Path, *, device: str = "auto") -> dict[str, dict[str, Any]]:
    """Every measure of the shipped CNN and GRU: {name: {value, low, high, n, protocol}}.

    Raises DataError when data is missing, ModelError when the weights are or the device is.
    """
    reader = ExpressionReader(device)
    test = read_split(data / "fer2013", "test")
    course = encode(reader.cnn, as_input(torch.from_numpy(test.images)), reader.device)
    kerc = [clip for clip in read_kerc(data) if clip.split == "val"]
    examples = encode_clips(reader.cnn, kerc, 0, torch.Generator(), reader.device)
    valence, arousal = held_out.affect(reader.gru, examples)
    found = {
        **_stills(reader.gru, test, course),
        "java_sed_uar": _recorded("gru"),
        "java_sed_uar_cnn": _recorded("cnn"),
        "kerc_ccc_valence": valence,
        "kerc_ccc_arousal": arousal,
    }
    return {name: metric.to_dict() for name, metric in found.items()}


def _stills(gru: ExpressionGRU, test: FerSplit, course: Course) -> dict[str, Metric]:
    """Measures on single pictures: of the CNN alone, and of the GRU on a picture held still."""
    truth, predicted = test.majority(), course.logits.argmax(1).numpy()
    probs = held_out.read_stills(gru, course).exp().numpy()
    plus, old = truth != NO_LABEL, test.fer2013 != NO_LABEL
    alone, held = f"{FERPLUS}; CNN alone", f"{FERPLUS}; CNN and GRU, picture held for a second"
    older = "FER2013 test split (PrivateTest) with its first labels; CNN alone, trained on FER+"
    bins = f"{held}; {metrics.BINS} equally wide bins of confidence"

    def measured(measure: Measure, rows: Array, *answers: Array, protocol: str) -> Metric:
        return metrics.bootstrap(measure, *(a[rows] for a in answers), protocol=protocol)

    return {
        "ferplus_accuracy": measured(metrics.accuracy, plus, truth, predicted, protocol=alone),
        "ferplus_macro_f1": measured(metrics.macro_f1, plus, truth, predicted, protocol=alone),
        "ferplus_accuracy_held": measured(
            metrics.accuracy, plus, truth, probs.argmax(1), protocol=held
        ),
        "fer2013_accuracy": measured(
            metrics.accuracy, old, test.fer2013, predicted, protocol=older
        ),
        "ece": measured(metrics.ece, plus, truth, probs, protocol=bins),
    }


def _recorded(model: str) -> Metric:
    """UAR on unseen actors from the record that ships beside the weights."""
    record = json.loads(weights.read_bytes(RECORD_FILE))
    metric = held_out.recognition(record["temporal"]["java_sed_clips"], model)
    note = "; read from the record of the training run, which retrains the GRU for every fold"
    return Metric(metric.value, metric.low, metric.high, metric.n, metric.protocol + note)
