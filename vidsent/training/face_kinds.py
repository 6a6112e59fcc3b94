"""What counts as a face in a measure, and of which kind it is: size, turn of the head, mask."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vidsent.training.detector import LEAST_SIDE
from vidsent.training.facedet import Photo, same_faces

SMALLEST = 16  # pixels, longer side; no measure speaks of smaller faces
SIZES = (SMALLEST, 24, 32, 48, 96, np.inf)  # pixels, bounds of the kinds by size
# Bounds of the kinds by turn. A nose stands out by about half the distance of the eyes, so a
# head turned by a shifts it by tan(a) / 2 of that distance: 0.2 is 22 degrees, 0.5 is 45.
TURNS = {"frontal": (0.0, 0.2), "half": (0.2, 0.5), "profile": (0.5, np.inf)}
TAGGED_SETS = ("mask", "mask2")  # where people say who wears a mask


class Truth(NamedTuple):
    """Faces of a picture: boxes (G, 4); judged (G,) bool, false where answers are free."""

    boxes: np.ndarray
    judged: np.ndarray


def united(photo: Photo) -> Truth:
    """Faces that either labeller found, in one style; those of `LEAST_SIDE` or less are free."""
    return Truth(photo.boxes, longer(photo.boxes) > LEAST_SIDE)


def tiny_too(photo: Photo) -> Truth:
    """Like `united`, but from `SMALLEST` on."""
    return Truth(photo.boxes, longer(photo.boxes) >= SMALLEST)


def human(photo: Photo) -> Truth:
    """Faces as people drew them; those that only the reference found are free."""
    _, seen = same_faces(photo.human, photo.reference)
    others = np.delete(photo.reference, seen, axis=0)
    judged = np.concatenate([longer(photo.human) > LEAST_SIDE, np.zeros(len(others), bool)])
    return Truth(np.concatenate([photo.human, others]), judged)


def reference(photo: Photo) -> Truth:
    """Faces as the reference found them; those that only people saw are free."""
    judged = longer(photo.boxes) > LEAST_SIDE
    judged[len(photo.reference) :] = False
    return Truth(photo.boxes, judged)


def kinds(photo: Photo) -> dict[str, np.ndarray]:
    """Of which kind each of the N faces is, {kind: (N,) bool}; by turn and mask above 24 px."""
    sides, turns = longer(photo.boxes), turn(photo.landmarks)
    large, tagged = sides > LEAST_SIDE, _tagged(photo)
    found = {}
    for low, high in pairwise(SIZES):
        name = f"{low}_{high}px" if np.isfinite(high) else f"{low}px_up"
        found[name] = (sides >= low) & (sides < high)
    for name, (least, most) in TURNS.items():
        found[name] = large & (turns >= least) & (turns < most)
    return {
        **found,
        "masked": large & tagged & photo.masked,
        "bare": large & tagged & ~photo.masked,
    }


def longer(boxes: np.ndarray) -> np.ndarray:
    """Longer sides (N,) of boxes (N, 4)."""
    sides: np.ndarray = boxes[:, 2:].max(1, initial=0)
    return sides


def turn(landmarks: np.ndarray) -> np.ndarray:
    """How far the nose is off the middle between the eyes, in distances of the eyes, (N,).

    Along the line of the eyes, so a tilted head is not turned. NaN where landmarks (N, 5, 2) are.
    """
    right, left, nose = landmarks[:, 0], landmarks[:, 1], landmarks[:, 2]
    eyes = left - right
    apart = np.square(eyes).sum(1)
    off = ((nose - (right + left) / 2) * eyes).sum(1)
    shift: np.ndarray = np.abs(off) / np.maximum(apart, 1e-6)
    return shift


def _tagged(photo: Photo) -> np.ndarray:
    """Faces (N,) bool of which people say whether they wear a mask."""
    tagged = np.arange(len(photo.boxes)) >= len(photo.reference)
    tagged[same_faces(photo.human, photo.reference)[1]] = True
    return tagged & (photo.set in TAGGED_SETS)
