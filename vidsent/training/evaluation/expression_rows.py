"""What becomes of FER+ test faces: cut as in a clip, as the tiles they are, spoiled, in scenes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vidsent.faces.alignment import align
from vidsent.faces.detection import FaceDetector, search_side
from vidsent.faces.expression import CROP_SIZE
from vidsent.training import metrics
from vidsent.training.data.aligned_faces import landmarks_at, paste
from vidsent.training.data.face_photos import random_square
from vidsent.training.data.fer import NO_LABEL, FerSplit
from vidsent.training.evaluation.robustness import tile_variants
from vidsent.training.metrics import Metric, bootstrap

SCENE = 640  # pixels, side of the square scenes that test tiles are pasted into
FACES = (64, 240)  # pixels, side of the enlarged tile
SMALL_FACES = (24, 64)  # pixels, side in a second round
SMALL_EVERY = 3  # one tile in so many is pasted small as well
SIZES = (24, 40, 64, 96, 144, 240)  # pixels, edges of the bins of side
MISSED = -1  # the answer where no face was found: never right

FERPLUS = (
    "FER+ test split, majority of the votes of 7 emotions after dropping single votes; left out "
    "where the majority is unknown, not a face or contempt, or no vote is left"
)
CUT = (
    "CNN alone; each tile laid into a photograph, found and cut as faces of a clip are, or read as "
    "it is where the detector sees none"
)
ALONE = f"{FERPLUS}; {CUT}"
TILES = f"{FERPLUS}; CNN alone, on the tiles as they are"
PUBLISHED = (
    "FER+ test split as its authors test on it and published figures count: faces of which more "
    "than half of the votes, single ones dropped, say one of 8 emotions; contempt, which the CNN "
    f"never answers, is always wrong; {CUT}"
)
FER2013 = f"FER2013 test split (PrivateTest) with its first labels; trained on FER+ votes; {CUT}"
AUC = "area under the ROC curve, each label against the rest, mean over labels"
PASTED = (
    "tile enlarged to {} to {} pixels in a face-free photograph of "
    f"{SCENE} by {SCENE}, found by the detector, aligned; not found counts as wrong"
)
HELD = "CNN and GRU, image held for a second"


class Pasted(NamedTuple):
    """Tiles as they came out of scenes: crops (N, 96, 96) uint8, black where not `found`."""

    crops: np.ndarray
    found: np.ndarray  # (N,) bool
    sides: np.ndarray  # (N,) pixels of the tile in its scene

    def answers(self, probs: np.ndarray) -> np.ndarray:
        """The label of each of probs (N, 7), `MISSED` where the face was not found."""
        return np.where(self.found, probs.argmax(1), MISSED)


def recognition_rows(test: FerSplit, probs: np.ndarray, on_tiles: np.ndarray) -> dict[str, Metric]:
    """How often the CNN is right.

    `probs` (N, 7) are of all faces as they are cut, `on_tiles` of the tiles as they are.
    """
    plus, old = test.majority() != NO_LABEL, test.fer2013 != NO_LABEL
    truth, answers = test.majority()[plus], probs[plus].argmax(1)
    eight = test.absolute_majority()
    clear = eight != NO_LABEL
    accuracy = metrics.accuracy
    return {
        "ferplus_accuracy": bootstrap(accuracy, truth, answers, protocol=ALONE),
        "ferplus_accuracy_as_published": bootstrap(
            accuracy, eight[clear], probs[clear].argmax(1), protocol=PUBLISHED
        ),
        "ferplus_accuracy_tiles": bootstrap(
            accuracy, truth, on_tiles[plus].argmax(1), protocol=TILES
        ),
        "ferplus_macro_f1": bootstrap(metrics.macro_f1, truth, answers, protocol=ALONE),
        "ferplus_uar": bootstrap(metrics.uar, truth, answers, protocol=ALONE),
        "ferplus_auc": bootstrap(metrics.auc, truth, probs[plus], protocol=f"{AUC}; {ALONE}"),
        "fer2013_accuracy": bootstrap(
            accuracy, test.fer2013[old], probs[old].argmax(1), protocol=FER2013
        ),
    }


def variant_rows(test: FerSplit, read: Callable[[np.ndarray], np.ndarray]) -> dict[str, Metric]:
    """Accuracy on tiles spoiled in one way each; `read` gives the CNN's probabilities (N, 7)."""
    kept = test.majority() != NO_LABEL
    truth, rows = test.majority()[kept], {}
    for name, (change, how) in tile_variants().items():
        answers = read(np.stack([change(tile) for tile in test.images[kept]])).argmax(1)
        protocol = f"{FERPLUS}; CNN alone, on the tiles {how}"
        rows[f"ferplus_accuracy_{name}"] = bootstrap(
            metrics.accuracy, truth, answers, protocol=protocol
        )
    return rows


def paste_all(
    tiles: np.ndarray, backgrounds: Sequence[np.ndarray], sides: tuple[int, int]
) -> Pasted:
    """Every tile (N, 48, 48) found in a scene by the shipped detector and aligned."""
    detector, rng = FaceDetector.shared(), np.random.default_rng(0)
    crops = np.zeros((len(tiles), CROP_SIZE, CROP_SIZE), np.uint8)
    found = np.zeros(len(tiles), bool)
    drawn = np.zeros(len(tiles), int)
    for index, tile in enumerate(tiles):
        scene = random_square(backgrounds[int(rng.integers(len(backgrounds)))], SCENE, rng)
        drawn[index] = rng.integers(*sides)
        pasted = paste(tile, scene, int(drawn[index]), rng)
        landmarks = landmarks_at(detector.detect(pasted.image, search_side(SCENE)), pasted.box)
        if landmarks is not None:
            crops[index], found[index] = align(pasted.image, landmarks), True
    return Pasted(crops, found, drawn)


def scene_rows(
    test: FerSplit, on_tiles: np.ndarray, pasted: Pasted, seen: np.ndarray, held: np.ndarray
) -> dict[str, Metric]:
    """Measures of the whole way from an image to a label.

    `on_tiles` and `seen` (N, 7) are the CNN's probabilities on tiles as they are and as they came
    out of scenes, `held` those of the GRU for the latter, each held for a second.
    """
    kept = test.majority() != NO_LABEL
    truth, found, probs = test.majority()[kept], pasted.found[kept], held[kept]
    alone, answers = on_tiles[kept].argmax(1), pasted.answers(seen)[kept]
    placed = PASTED.format(*FACES)
    scene = f"{FERPLUS}; {placed}"
    bins = f"{scene}; {HELD}; found faces, {metrics.BINS} equally wide bins of confidence"
    return {
        "ferplus_accuracy_pasted": bootstrap(
            metrics.accuracy, truth, answers, protocol=f"{scene}; CNN alone"
        ),
        "ferplus_lost_by_pasting": bootstrap(
            _lost, truth, alone, answers, protocol="accuracy on tiles less on pasted tiles"
        ),
        "ferplus_found": bootstrap(metrics.share_of, found, protocol=f"share found; {placed}"),
        "ferplus_accuracy_held": bootstrap(
            metrics.accuracy, truth, pasted.answers(held)[kept], protocol=f"{scene}; {HELD}"
        ),
        "ece": bootstrap(metrics.ece, truth[found], probs[found], protocol=bins),
    }


def reliability(test: FerSplit, pasted: Pasted, held: np.ndarray) -> list[dict[str, float | int]]:
    """The reliability diagram of the answers whose calibration error `scene_rows` has."""
    kept = (test.majority() != NO_LABEL) & pasted.found
    return metrics.reliability(test.majority()[kept], held[kept])


def size_rows(truth: np.ndarray, sides: np.ndarray, answers: np.ndarray) -> dict[str, Metric]:
    """Accuracy by the side of the tile in its scene; (N,) each, answers -1 where not found.

    Tiles whose majority is no emotion (truth -1) and bins without a tile are left out.
    """
    rows = {}
    for low, high in pairwise(SIZES):
        inside = (sides >= low) & (sides < high) & (truth != NO_LABEL)
        if inside.any():
            protocol = f"{FERPLUS}; {PASTED.format(low, high)}; CNN alone"
            rows[f"ferplus_accuracy_{low}_{high}px"] = bootstrap(
                metrics.accuracy, truth[inside], answers[inside], protocol=protocol
            )
    return rows


def _lost(truth: np.ndarray, on_tiles: np.ndarray, pasted: np.ndarray) -> float:
    """Accuracy on tiles as they are less accuracy on the same tiles pasted into scenes."""
    return metrics.accuracy(truth, on_tiles) - metrics.accuracy(truth, pasted)
