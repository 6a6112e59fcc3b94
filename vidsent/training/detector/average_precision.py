"""How well boxes were found: matching, average precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vidsent.faces.boxes import iou


class Found(NamedTuple):
    """A detector's answers on one image: boxes (D, 4) x, y, width, height; scores (D,)."""

    boxes: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class Matched:
    """One image's answers against its truth.

    scores (D,) and hit (D,) of the answers that count; best (G,) the score that found each true
    face, -inf where none did. Answers that meet only an ignored face are left out.
    """

    scores: np.ndarray
    hit: np.ndarray
    best: np.ndarray


def match(
    boxes: np.ndarray, scores: np.ndarray, truth: np.ndarray, judged: np.ndarray, least: float
) -> Matched:
    """Match answers (D, 4) to true boxes (G, 4), best score first, at IoU `least` or more.

    `judged` (G,) is false for faces that neither count as missed nor make an answer wrong,
    however many answers meet them. A second answer on a face that counts is wrong.
    """
    scores, best = np.asarray(scores, np.float64), np.full(len(truth), -np.inf)
    order = np.argsort(-scores, kind="stable")
    overlap = iou(boxes[order], truth) if len(truth) else np.zeros((len(boxes), 0))
    hit, counted = np.zeros(len(order), bool), np.ones(len(order), bool)
    for row, answer in enumerate(order):
        near = overlap[row] >= least
        free = near & judged & np.isneginf(best)
        if free.any():  # a face that counts is found before one that does not
            best[np.where(free, overlap[row], 0).argmax()] = scores[answer]
            hit[row] = True
        else:
            counted[row] = not (near & ~judged).any()
    return Matched(scores[order][counted], hit[counted], best[judged])


class Ranked:
    """All answers of many images by falling score: average precision, as often as asked."""

    def __init__(self, matched: Sequence[Matched]) -> None:
        scores = np.concatenate([each.scores for each in matched])
        order = np.argsort(-scores, kind="stable")
        image = np.repeat(np.arange(len(matched)), [len(each.scores) for each in matched])
        self._image = image[order]
        self._hit = np.concatenate([each.hit for each in matched])[order]
        self._faces = np.array([len(each.best) for each in matched])
        # Answers of one score come in together: the precision of each is that of the last.
        self._last = np.searchsorted(-scores[order], -scores[order], side="right") - 1

    def average_precision(self, counts: np.ndarray) -> float:
        """Area under precision over recall when image p counts `counts[p]` times, (P,).

        The step-wise sum without interpolation; faces that no answer found lower it. 0 where
        there is no face.
        """
        weight = counts[self._image]
        hits = weight * self._hit
        total = float(counts @ self._faces)
        if not total or not hits.any():
            return 0.0
        precision = hits.cumsum() / np.maximum(weight.cumsum(), np.finfo(float).tiny)
        return float(hits @ precision[self._last]) / total


def average_precision(matched: Sequence[Matched]) -> float:
    """Area under precision over recall; faces that no answer found lower it."""
    return Ranked(matched).average_precision(np.ones(len(matched)))


def found_at(matched: Matched, threshold: float) -> np.ndarray:
    """Which of the true faces that count were found, (G,) bool."""
    return np.isfinite(matched.best) & (matched.best >= threshold)
