"""Two detectors on the same pictures: ours and the Haar cascade, row by row.

Rows are as `evaluate` returns them, {value, low, high, n, protocol}, with what the cascade reaches
as `baseline`: None where this OpenCV has no cascade. Intervals draw pictures again, not faces.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from vidsent.faces import detection
from vidsent.training.face_kinds import Truth, kinds, tiny_too, united
from vidsent.training.face_measures import (
    Found,
    Matched,
    Ranked,
    false_positives,
    found_at,
    match,
    threshold_at,
)
from vidsent.training.facedet import SAME_FACE, Photo
from vidsent.training.metrics import bootstrap_counts

log = logging.getLogger(__name__)

Finder = Callable[[np.ndarray], Found]
Row = dict[str, Any]
Weighted = Callable[[np.ndarray], float]  # a measure, told how often each picture counts


class Sides(NamedTuple):
    """The answers of both, matched against one truth, picture by picture."""

    ours: list[Matched]
    haar: list[Matched] | None


@dataclass(frozen=True)
class Contest:
    """P pictures and what each detector answered; ours at any score, the cascade as shipped."""

    photos: list[Photo]
    ours: list[Found]
    haar: list[Found] | None

    @classmethod
    def hold(cls, photos: list[Photo], ours: Finder, haar: Finder | None) -> Contest:
        """Ask both about every picture."""
        theirs = None if haar is None else [haar(photo.image) for photo in photos]
        return cls(photos, [ours(photo.image) for photo in photos], theirs)

    def of(self, *sets: str) -> Contest:
        """The pictures of some sets only."""
        rows = [row for row, photo in enumerate(self.photos) if photo.set in sets]
        return Contest(
            [self.photos[row] for row in rows],
            [self.ours[row] for row in rows],
            None if self.haar is None else [self.haar[row] for row in rows],
        )

    def matched(self, truth: Callable[[Photo], Truth], least: float = SAME_FACE) -> Sides:
        """Both against `truth` at IoU `least`."""
        truths = [truth(photo) for photo in self.photos]

        def against(answers: Sequence[Found]) -> list[Matched]:
            return [match(*one, *other, least) for one, other in zip(answers, truths, strict=True)]

        return Sides(against(self.ours), None if self.haar is None else against(self.haar))


def precision_row(
    contest: Contest, truth: Callable[[Photo], Truth], least: float, about: str
) -> Row:
    """Average precision of both."""
    sides = contest.matched(truth, least)
    count = sum(len(each.best) for each in sides.ours)
    return _row(
        Ranked(sides.ours).average_precision,
        None if sides.haar is None else Ranked(sides.haar).average_precision,
        len(sides.ours),
        f"average precision at IoU {least:g}, {count:,} faces; {about}",
    )


def shipped_recall_row(contest: Contest, about: str) -> Row:
    """Share of the faces found by each at the threshold that it is used with."""
    sides = contest.matched(united)
    found, theirs = _found(sides, detection.THRESHOLD)
    every = [np.ones(len(each), bool) for each in found]
    return _recall_row(
        found, theirs, every, f"at the shipped threshold {detection.THRESHOLD}; {about}"
    )


def recall_rows(contest: Contest, about: str) -> dict[str, Row]:
    """Recall by kind of face, ours at the threshold where it makes as many false positives."""
    sides = contest.matched(tiny_too)
    threshold, how = level(sides)
    found, theirs = _found(sides, threshold)
    judged = [tiny_too(photo).judged for photo in contest.photos]
    split = [kinds(photo) for photo in contest.photos]
    rows = {}
    for name in split[0]:
        chosen = [each[name][own] for each, own in zip(split, judged, strict=True)]
        if any(each.any() for each in chosen):
            rows[f"recall_{name}"] = _recall_row(found, theirs, chosen, f"{how}; {about}")
        else:
            log.info("not measured: no face of the kind %s", name)
    return rows


def variant_row(contest: Contest, about: str) -> Row:
    """Recall of all faces of a variant, at as many false positives on its pictures."""
    sides = contest.matched(united)
    threshold, how = level(sides)
    found, theirs = _found(sides, threshold)
    every = [np.ones(len(each), bool) for each in found]
    return _recall_row(found, theirs, every, f"{how}; {about}")


def false_positives_row(contest: Contest, about: str) -> Row:
    """Answers of each on a picture without any face, at the threshold that it is used with."""
    ours = np.array([(found.scores >= detection.THRESHOLD).sum() for found in contest.ours])
    theirs = None
    if contest.haar is not None:
        theirs = np.array([len(found.scores) for found in contest.haar])
    ones = np.ones(len(ours))
    return _row(
        _ratio(ours, ones),
        None if theirs is None else _ratio(theirs, ones),
        len(ours),
        f"{int(ours.sum())} answers at the shipped threshold {detection.THRESHOLD}; {about}",
    )


def level(sides: Sides) -> tuple[float, str]:
    """The threshold at which ours makes as many false positives as the cascade, and the words."""
    if sides.haar is None:
        return detection.THRESHOLD, f"at the shipped threshold {detection.THRESHOLD}"
    most = false_positives(sides.haar)
    return threshold_at(sides.ours, most), f"at the cascade's {most} false positives on them all"


def _found(sides: Sides, threshold: float) -> tuple[list[np.ndarray], list[np.ndarray] | None]:
    theirs = None
    if sides.haar is not None:
        theirs = [found_at(each, -np.inf) for each in sides.haar]
    return [found_at(each, threshold) for each in sides.ours], theirs


def _recall_row(
    ours: list[np.ndarray], theirs: list[np.ndarray] | None, chosen: list[np.ndarray], about: str
) -> Row:
    """Share of the chosen faces that were found; pictures without any are left out."""
    rows = [row for row, each in enumerate(chosen) if each.any()]
    count = np.array([chosen[row].sum() for row in rows])

    def share(found: list[np.ndarray]) -> Weighted:
        return _ratio(np.array([(found[row] & chosen[row]).sum() for row in rows]), count)

    return _row(
        share(ours),
        None if theirs is None else share(theirs),
        len(rows),
        f"recall of {int(count.sum()):,} faces at IoU {SAME_FACE:g}, {about}",
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> Weighted:
    return lambda counts: float(counts @ part / (counts @ whole))


def _row(ours: Weighted, haar: Weighted | None, pictures: int, protocol: str) -> Row:
    metric = bootstrap_counts(ours, pictures, protocol=protocol)
    baseline = None if haar is None else round(haar(np.ones(pictures)), 4)
    return {**metric.to_dict(), "baseline": baseline}
