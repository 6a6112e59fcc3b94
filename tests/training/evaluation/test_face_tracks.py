"""Photographs shown as pans: planted detectors whose tracks are known."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from tests.training.evaluation.test_faces import white
from tests.training.photos import empty, photo
from vidsent.faces.detection import Detections, FaceDetector
from vidsent.faces.detector_network import LANDMARKS
from vidsent.training.evaluation.face_tracks import EMPTY_S, FACE_S, RATE_HZ, pan, track_rows


class Planted:
    """Finds every white spot of a frame with one score, in every `every`th frame alone."""

    def __init__(self, score: float, every: int = 1) -> None:
        self.score, self.every, self.calls = score, every, 0

    def detect(self, image: np.ndarray, side: int, threshold: float) -> Detections:
        boxes = white(image).boxes[: 0 if self.calls % self.every else None]
        self.calls += 1
        boxes += np.float32(0.01 * self.calls)  # no two looks agree to the last digit
        scores = np.full(len(boxes), self.score, np.float32)
        return Detections(boxes, scores, np.zeros((len(boxes), LANDMARKS, 2), np.float32))


PHOTOS = [
    photo(200, 200, (60, 60, 70, 80), name="portrait/0000.jpg"),
    photo(200, 200, (50, 40, 90, 90), name="mask/0000.jpg"),
]


def rows(detector: Planted, *extra: object) -> dict[str, float]:
    found = track_rows([*PHOTOS, *extra], cast(FaceDetector, detector))  # type: ignore[list-item]
    return {name: row.value for name, row in found.items()}


def test_a_steady_weak_face_is_found_by_time_alone() -> None:
    found = rows(Planted(0.7))
    assert (found["track_recall_portrait"], found["track_recall_wild"]) == (1, 1)
    assert (found["track_recall_portrait_sure_alone"], found["track_recall_wild_sure_alone"]) == (
        0,
        0,
    )


def test_what_flickers_is_nobody() -> None:
    assert rows(Planted(0.7, every=2))["track_recall_portrait"] == 0


def test_false_tracks_are_counted_by_the_minute() -> None:
    spot = photo(200, 200, (60, 60, 70, 80), name="background/0000.jpg")
    found = rows(Planted(0.95), spot, empty())
    assert found["false_tracks_per_minute"] == pytest.approx(60 / (2 * EMPTY_S))


def test_a_pan_moves_and_ends_in_time() -> None:
    image = PHOTOS[0].image
    frames = list(pan(image, FACE_S, (0.1, 0.1), np.random.default_rng(1)))
    assert len(frames) == round(FACE_S * RATE_HZ)
    assert all(frame.shape == image.shape and frame.dtype == np.uint8 for frame, _ in frames)
    first, last = frames[0][1], frames[-1][1]
    assert np.allclose(first, np.eye(2, 3)) and last[0, 0] > 1
