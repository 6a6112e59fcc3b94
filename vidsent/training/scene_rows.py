"""What becomes of test tiles that all of the pipeline must find and read in larger pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vidsent.faces.alignment import align
from vidsent.faces.detection import FaceDetector, search_side
from vidsent.training import metrics
from vidsent.training.aligned import at, paste
from vidsent.training.cutting import cover
from vidsent.training.fer import NO_LABEL, FerSplit
from vidsent.training.metrics import Metric, bootstrap
from vidsent.training.tile_rows import FERPLUS

SCENE = 640  # pixels, side of the square scenes that test tiles are pasted into
FACES = (64, 240)  # pixels, side of the enlarged tile
SMALL_FACES = (24, 64)  # pixels, side in a second round
SMALL_EVERY = 3  # one tile in so many is pasted small as well
SIZES = (24, 40, 64, 96, 144, 240)  # pixels, edges of the bins of side
MISSED = -1  # the answer where no face was found: never right

PASTED = (
    "tile enlarged to {} to {} pixels in a face-free photograph of "
    f"{SCENE} by {SCENE}, found by the detector, aligned; not found counts as wrong"
)
HELD = "CNN and GRU, picture held for a second"


class Pasted(NamedTuple):
    """Tiles as they came out of scenes: crops (N, 48, 48) uint8, black where not `found`."""

    crops: np.ndarray
    found: np.ndarray  # (N,) bool
    sides: np.ndarray  # (N,) pixels of the tile in its scene


def paste_all(
    tiles: np.ndarray, backgrounds: Sequence[np.ndarray], sides: tuple[int, int]
) -> Pasted:
    """Every tile (N, 48, 48) found in a scene by the shipped detector and aligned."""
    detector, rng = FaceDetector.shared(), np.random.default_rng(0)
    crops, found = np.zeros_like(tiles), np.zeros(len(tiles), bool)
    drawn = np.zeros(len(tiles), int)
    for index, tile in enumerate(tiles):
        scene = cover(backgrounds[int(rng.integers(len(backgrounds)))], SCENE, rng)
        drawn[index] = rng.integers(*sides)
        pasted = paste(tile, scene, int(drawn[index]), rng)
        landmarks = at(detector.detect(pasted.image, search_side(SCENE)), pasted.box)
        if landmarks is not None:
            crops[index], found[index] = align(pasted.image, landmarks), True
    return Pasted(crops, found, drawn)


def scene_rows(
    test: FerSplit, given: np.ndarray, pasted: Pasted, seen: np.ndarray, held: np.ndarray
) -> dict[str, Metric]:
    """Measures of the whole way from a picture to a label.

    `given` and `seen` (N, 7) are the CNN's probabilities on tiles as they are and as they came
    out of scenes, `held` those of the GRU for the latter, each held for a second.
    """
    kept = test.majority() != NO_LABEL
    truth, found, probs = test.majority()[kept], pasted.found[kept], held[kept]
    alone, answers = given[kept].argmax(1), np.where(found, seen[kept].argmax(1), MISSED)
    through = np.where(found, probs.argmax(1), MISSED)
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
            metrics.accuracy, truth, through, protocol=f"{scene}; {HELD}"
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


def _lost(truth: np.ndarray, given: np.ndarray, pasted: np.ndarray) -> float:
    """Accuracy on given tiles less accuracy on the same tiles pasted into scenes."""
    return metrics.accuracy(truth, given) - metrics.accuracy(truth, pasted)
