"""The command `evaluate faces`: the shipped detector on the test split of the photographs.

Only this module reads that split. Rows are {value, low, high, n, protocol}; intervals draw
photographs again, not faces.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from vidsent.faces import detection
from vidsent.faces.detection import FaceDetector
from vidsent.training.data.face_photos import MIN_SIDE, SAME_FACE, Photo, read_photos
from vidsent.training.detector.average_precision import Found, Matched, Ranked, found_at, match
from vidsent.training.detector.train import FLOOR
from vidsent.training.evaluation.face_tracks import track_rows
from vidsent.training.evaluation.robustness import photo_variants
from vidsent.training.evaluation.timing import detection_speed
from vidsent.training.metrics import Metric, bootstrap_counts

log = logging.getLogger(__name__)

Judged = Callable[[Photo], np.ndarray]  # which of a photograph's faces count, (G,) bool

STRICT = 0.5  # IoU; the usual one of PASCAL VOC
FACE_SETS = ("mask", "mask2", "video", "portrait")
VARIANTS_OF = 150  # portraits that are made harder
SPLIT = "facedet test split"
SEARCHED = "searched at the side that the pipeline chooses"
IGNORED = f"faces up to {MIN_SIDE} px of the stored photograph neither missed nor false"
TRUTH = "truth: either labeller's boxes, in the reference's style"
SMALLEST = 16  # pixels, longer side; no measure speaks of smaller faces
SIZES = (SMALLEST, 24, 32, 48, 96, np.inf)  # pixels, bounds of the kinds by size
# Bounds of the kinds by yaw. A nose stands out by about half the distance of the eyes, so a
# head turned by a shifts it by tan(a) / 2 of that distance: 0.2 is 22 degrees, 0.5 is 45.
YAWS = {"frontal": (0.0, 0.2), "half": (0.2, 0.5), "profile": (0.5, np.inf)}
TAGGED_SETS = ("mask", "mask2")  # where people say who wears a mask


@dataclass(frozen=True)
class Answers:
    """P photographs and what the detector answered on each, at any score."""

    photos: Sequence[Photo]
    found: Sequence[Found]

    @classmethod
    def ask(cls, photos: Sequence[Photo], find: Callable[[np.ndarray], Found]) -> Answers:
        """Search every photograph."""
        return cls(photos, [find(photo.image) for photo in photos])

    def of(self, *sets: str) -> Answers:
        """Those on the photographs of some sets."""
        rows = [row for row, photo in enumerate(self.photos) if photo.set in sets]
        return Answers([self.photos[row] for row in rows], [self.found[row] for row in rows])

    def matched(self, judged: Judged, least: float = SAME_FACE) -> list[Matched]:
        """Matched against the faces of either labeller at IoU `least`."""
        pairs = zip(self.found, self.photos, strict=True)
        return [match(*found, photo.boxes, judged(photo), least) for found, photo in pairs]


def evaluate_faces(data: Path, *, limit: int | None = None) -> dict[str, dict[str, Any]]:
    """Every measure of the shipped detector: {name: {value, low, high, n, protocol}}.

    `limit` keeps so many photographs of a kind, for a smoke run. Raises DataError when data is
    missing, ModelError when the weights are.
    """
    photos = read_photos(data, "test", limit)
    detector = FaceDetector.shared()

    def find(image: np.ndarray) -> Found:
        found = detector.detect(image, detection.search_side(max(image.shape[:2])), FLOOR)
        return Found(found.boxes, found.scores)

    log.info("searching %d photographs", len(photos))
    answers = Answers.ask(photos, find)
    labelled = [photo.image for photo in photos if len(photo.boxes)]
    rows = {
        **_precisions(answers),
        **recall_by_kind(answers, f"{SPLIT}; {TRUTH}; {SEARCHED}"),
        **track_rows(photos, detector),
        **_variants(photos, find),
        **detection_speed(labelled[:limit], detector.detect),
    }
    return {name: row.to_dict() for name, row in rows.items()}


def _precisions(answers: Answers) -> dict[str, Metric]:
    """Average precision by set, and what the shipped threshold makes of it."""
    about = f"{SEARCHED}; {IGNORED}; {TRUTH}"
    rows = {}
    for name in ("", *FACE_SETS):
        part = answers.of(name) if name else answers
        for least in (SAME_FACE, STRICT) if part.photos else ():
            where = f"{SPLIT}, {name or 'all sets'}; {about}"
            key = "_".join(filter(None, (name, f"ap{100 * least:.0f}")))
            rows[key] = precision_row(part, least, where)
    rows["portrait_recall"] = recall_row(answers.of("portrait"), f"{SPLIT}, portrait; {about}")
    without = f"{SPLIT}, photographs without a face; {SEARCHED}"
    rows["false_positives_per_image"] = false_positives_row(answers.of("background"), without)
    return rows


def _variants(photos: list[Photo], find: Callable[[np.ndarray], Found]) -> dict[str, Metric]:
    """Recall on portraits that were made harder."""
    portraits = [photo for photo in photos if photo.set == "portrait"][:VARIANTS_OF]
    rows = {}
    for name, (change, how) in photo_variants().items():
        log.info("portraits %s", how)
        answers = Answers.ask([change(photo) for photo in portraits], find)
        about = f"{SPLIT}, portraits {how}; {SEARCHED}; {TRUTH}"
        rows[f"recall_{name}"] = recall_row(answers, about)
    return rows


def precision_row(answers: Answers, least: float, about: str) -> Metric:
    """Average precision at IoU `least`."""
    matched = answers.matched(readable, least)
    count = sum(len(each.best) for each in matched)
    protocol = f"average precision at IoU {least:g}, {count:,} faces; {about}"
    return bootstrap_counts(Ranked(matched).average_precision, len(matched), protocol=protocol)


def recall_row(answers: Answers, about: str) -> Metric:
    """Share of all faces that are found at the shipped threshold."""
    return _recall(answers.matched(readable), None, about)


def recall_by_kind(answers: Answers, about: str) -> dict[str, Metric]:
    """Recall at the shipped threshold by kind of face; kinds without a face are left out."""
    matched = answers.matched(measured)
    split = [(kinds(photo), measured(photo)) for photo in answers.photos]
    rows = {}
    for name in split[0][0]:
        chosen = [each[name][judged] for each, judged in split]
        if any(each.any() for each in chosen):
            rows[f"recall_{name}"] = _recall(matched, chosen, about)
    return rows


def false_positives_row(answers: Answers, about: str) -> Metric:
    """Answers on a photograph without any face, at the shipped threshold."""
    false = np.array([(found.scores >= detection.THRESHOLD).sum() for found in answers.found])
    protocol = f"{int(false.sum())} answers at the shipped threshold {detection.THRESHOLD}; {about}"
    return _ratio(false, np.ones(len(false)), protocol)


def readable(photo: Photo) -> np.ndarray:
    """Faces (G,) bool larger than `MIN_SIDE`; answers on the others are free."""
    return longer_side(photo.boxes) > MIN_SIDE


def measured(photo: Photo) -> np.ndarray:
    """Faces (G,) bool from `SMALLEST` on."""
    return longer_side(photo.boxes) >= SMALLEST


def kinds(photo: Photo) -> dict[str, np.ndarray]:
    """Of which kind each of the N faces is, {kind: (N,) bool}; by yaw and mask above 24 px."""
    sides, shifts = longer_side(photo.boxes), nose_shift(photo.landmarks)
    large = sides > MIN_SIDE
    tagged = photo.tagged & (photo.set in TAGGED_SETS)
    found = {}
    for low, high in pairwise(SIZES):
        name = f"{low}_{high}px" if np.isfinite(high) else f"{low}px_up"
        found[name] = (sides >= low) & (sides < high)
    for name, (least, most) in YAWS.items():
        found[name] = large & (shifts >= least) & (shifts < most)
    found["masked"], found["bare"] = large & tagged & photo.masked, large & tagged & ~photo.masked
    return found


def longer_side(boxes: np.ndarray) -> np.ndarray:
    """Longer sides (N,) of boxes (N, 4)."""
    sides: np.ndarray = boxes[:, 2:].max(1, initial=0)
    return sides


def nose_shift(landmarks: np.ndarray) -> np.ndarray:
    """How far the nose is off the middle between the eyes, in distances of the eyes, (N,).

    Along the line of the eyes, so a tilted head is not turned. NaN where landmarks (N, 5, 2) are.
    """
    right, left, nose = landmarks[:, 0], landmarks[:, 1], landmarks[:, 2]
    eyes = left - right
    off = ((nose - (right + left) / 2) * eyes).sum(1)
    shift: np.ndarray = np.abs(off) / np.maximum(np.square(eyes).sum(1), 1e-6)
    return shift


def _recall(matched: Sequence[Matched], chosen: Sequence[np.ndarray] | None, about: str) -> Metric:
    """Share of the chosen faces, None for all, that were found; only photographs with any count."""
    found = [found_at(each, detection.THRESHOLD) for each in matched]
    chosen = chosen or [np.ones(len(each), bool) for each in found]
    pairs = [(f & c, c) for f, c in zip(found, chosen, strict=True) if c.any()]
    hits, count = (np.array([each.sum() for each in part]) for part in zip(*pairs, strict=True))
    at = f"at IoU {SAME_FACE:g}, at the shipped threshold {detection.THRESHOLD}"
    return _ratio(hits, count, f"recall of {int(count.sum()):,} faces {at}; {about}")


def _ratio(part: np.ndarray, whole: np.ndarray, protocol: str) -> Metric:
    """Sum of `part` over sum of `whole`, (P,) each by photograph."""

    def ratio(counts: np.ndarray) -> float:
        return float(counts @ part / (counts @ whole))

    return bootstrap_counts(ratio, len(whole), protocol=protocol)
