"""The command `evaluate`: the shipped weights on data that no training and no choice has seen.

Only this module reads the test splits. Weights come the way inference gets them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from vidsent import weights
from vidsent.crops import align
from vidsent.expression import ExpressionGRU, as_input
from vidsent.faces import FaceDetector, search_side
from vidsent.reader import ExpressionReader
from vidsent.training import held_out, metrics
from vidsent.training.aligned import at, paste
from vidsent.training.courses import Course, encode, encode_clips
from vidsent.training.cutting import cover
from vidsent.training.export import RECORD_FILE
from vidsent.training.facedet import read_photos
from vidsent.training.fer import NO_LABEL, FerSplit, read_split
from vidsent.training.metrics import Measure, Metric
from vidsent.training.sequences import read_kerc

Array = npt.NDArray[Any]

SCENE = 640  # pixels, side of the square scenes that test tiles are pasted into
FACES = (64, 240)  # pixels, side of the enlarged tile
MISSED = -1  # the answer where no face was found: never right

PASTED = (
    f"tile enlarged to {FACES[0]} to {FACES[1]} pixels in a face-free photograph of {SCENE} by "
    f"{SCENE}, found by the detector, aligned; not found counts as wrong"
)
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
    given = encode(reader.cnn, as_input(torch.from_numpy(test.images)), reader.device)
    cut, found = paste_test(test, data)
    seen = encode(reader.cnn, as_input(torch.from_numpy(cut)), reader.device)
    kerc = [clip for clip in read_kerc(data, FaceDetector.shared()) if clip.split == "val"]
    examples = encode_clips(reader.cnn, kerc, 0, torch.Generator(), reader.device)
    valence, arousal = held_out.affect(reader.gru, examples)
    measures = {
        **_stills(reader.gru, test, given, seen, found),
        "java_sed_uar": _recorded("gru"),
        "java_sed_uar_cnn": _recorded("cnn"),
        "kerc_ccc_valence": valence,
        "kerc_ccc_arousal": arousal,
    }
    return {name: metric.to_dict() for name, metric in measures.items()}


def paste_test(test: FerSplit, data: Path) -> tuple[Array, Array]:
    """Every tile found in a scene by the shipped detector and aligned: crops (N, 48, 48) uint8,
    and which of them were found (N,) bool; the others are black."""
    backgrounds = [p.image for p in read_photos(data, "test") if not len(p.boxes)]
    detector, rng = FaceDetector.shared(), np.random.default_rng(0)
    crops, found = np.zeros_like(test.images), np.zeros(len(test.images), bool)
    for index, tile in enumerate(test.images):
        scene = cover(backgrounds[int(rng.integers(len(backgrounds)))], SCENE, rng)
        pasted = paste(tile, scene, int(rng.integers(*FACES)), rng)
        landmarks = at(detector.detect(pasted.image, search_side(SCENE)), pasted.box)
        if landmarks is not None:
            crops[index], found[index] = align(pasted.image, landmarks), True
    return crops, found


def _stills(
    gru: ExpressionGRU, test: FerSplit, given: Course, seen: Course, found: Array
) -> dict[str, Metric]:
    """Measures on single pictures: of the CNN on given tiles, and of all that a clip goes through
    on tiles pasted into scenes, where a face that is not found is a wrong answer."""
    truth, predicted = test.majority(), given.logits.argmax(1).numpy()
    pasted = np.where(found, seen.logits.argmax(1).numpy(), MISSED)
    probs = held_out.read_stills(gru, seen).exp().numpy()
    through = np.where(found, probs.argmax(1), MISSED)
    plus, old = truth != NO_LABEL, test.fer2013 != NO_LABEL
    alone = f"{FERPLUS}; CNN alone, on the tiles as they are"
    scene = f"{FERPLUS}; {PASTED}"
    held = f"{scene}; CNN and GRU, picture held for a second"
    older = "FER2013 test split (PrivateTest) with its first labels; CNN alone, trained on FER+"
    bins = f"{held}; found faces, {metrics.BINS} equally wide bins of confidence"

    def measured(measure: Measure, rows: Array, *answers: Array, protocol: str) -> Metric:
        return metrics.bootstrap(measure, *(a[rows] for a in answers), protocol=protocol)

    return {
        "ferplus_accuracy": measured(metrics.accuracy, plus, truth, predicted, protocol=alone),
        "ferplus_macro_f1": measured(metrics.macro_f1, plus, truth, predicted, protocol=alone),
        "ferplus_accuracy_pasted": measured(
            metrics.accuracy, plus, truth, pasted, protocol=f"{scene}; CNN alone"
        ),
        "ferplus_lost_by_pasting": measured(
            _lost, plus, truth, predicted, pasted, protocol="accuracy on tiles less on pasted tiles"
        ),
        "ferplus_found": measured(_share, plus, found, protocol=f"share found; {PASTED}"),
        "ferplus_accuracy_held": measured(metrics.accuracy, plus, truth, through, protocol=held),
        "fer2013_accuracy": measured(
            metrics.accuracy, old, test.fer2013, predicted, protocol=older
        ),
        "ece": measured(metrics.ece, plus & found, truth, probs, protocol=bins),
    }


def _share(kept: Array) -> float:
    return float(kept.mean())


def _lost(truth: Array, given: Array, pasted: Array) -> float:
    """Accuracy on given tiles less accuracy on the same tiles pasted into scenes."""
    return metrics.accuracy(truth, given) - metrics.accuracy(truth, pasted)


def _recorded(model: str) -> Metric:
    """UAR on unseen actors from the record that ships beside the weights."""
    record = json.loads(weights.read_bytes(RECORD_FILE))
    metric = held_out.recognition(record["temporal"]["java_sed_clips"], model)
    note = "; read from the record of the training run, which retrains the GRU for every fold"
    return Metric(metric.value, metric.low, metric.high, metric.n, metric.protocol + note)
