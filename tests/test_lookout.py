"""Pictures with their faces, worked out ahead: in order, bounded, and stopped when told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import numpy as np
import pytest

from vidsent.errors import Cancelled
from vidsent.faces import SIDE, THRESHOLD, Detections, FaceDetector
from vidsent.lookout import READY, sightings
from vidsent.progress import Alive
from vidsent.video import Frame


class Slow(FaceDetector):
    """Finds in each picture a box as wide as the picture is light; the first take longest."""

    def __init__(self) -> None:
        self.searched: list[int] = []

    def detect(
        self, image: np.ndarray, side: int = SIDE, threshold: float = THRESHOLD
    ) -> Detections:
        level = int(image[0, 0, 0])
        self.searched.append(level)
        time.sleep(0.02 if level % 2 else 0.001)
        boxes = np.array([[0, 0, level, level]], np.float32)
        return Detections(boxes, np.ones(1, np.float32), np.zeros((1, 5, 2), np.float32))


class Film:
    """Grey pictures, each lighter than the last; counts what was decoded."""

    def __init__(self, levels: list[int]) -> None:
        self.levels, self.decoded, self.closed = levels, 0, False

    def __call__(self, alive: Alive) -> Generator[Frame, None, None]:
        try:
            for level in self.levels:
                alive()
                self.decoded += 1
                yield Frame(self.decoded / 10, np.full((60, 80, 3), level, np.uint8), 1.0)
        finally:
            self.closed = True


def nobody() -> None:
    """Nobody stops anything."""


def test_every_picture_comes_in_order_with_its_own_faces() -> None:
    levels = list(range(10, 250, 8))
    seen = list(sightings(Film(levels), Slow(), nobody, workers=3))
    assert [each.frame.image[0, 0, 0] for each in seen] == levels
    assert [each.found.boxes[0, 2] for each in seen] == levels


def test_a_picture_that_shows_the_same_is_not_searched_again() -> None:
    detector = Slow()
    seen = list(sightings(Film([50, 51, 52, 53, 54, 120]), detector, nobody, workers=1))
    assert detector.searched == [50, 54, 120]  # drift adds up against the last one searched
    assert [each.found.boxes[0, 2] for each in seen] == [50, 50, 50, 50, 54, 120]


def test_no_more_is_decoded_than_may_wait() -> None:
    film = Film(list(range(10, 250, 6)))
    shown = sightings(film, Slow(), nobody, workers=2)
    next(shown)
    time.sleep(0.5)
    assert film.decoded <= READY + 2  # the one that was given, and one at the door
    shown.close()
    assert film.closed


def test_who_stops_listening_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    shown = sightings(Film(list(range(10, 250, 6))), Slow(), nobody)
    next(shown)
    shown.close()
    assert set(threading.enumerate()) <= before


def test_a_cancel_ends_the_wait_for_a_slow_decoder() -> None:
    def stuck(alive: Alive) -> Generator[Frame, None, None]:
        yield Frame(0.0, np.zeros((60, 80, 3), np.uint8), 1.0)
        while True:
            alive()
            time.sleep(0.01)

    def cancelled() -> None:
        raise Cancelled

    shown = sightings(stuck, Slow(), cancelled)
    next(shown)
    with pytest.raises(Cancelled):
        next(shown)


def test_what_goes_wrong_while_decoding_or_searching_is_raised_in_its_place() -> None:
    def broken(alive: Alive) -> Generator[Frame, None, None]:
        yield Frame(0.0, np.zeros((60, 80, 3), np.uint8), 1.0)
        raise ValueError("damaged")

    shown = sightings(broken, Slow(), nobody)
    next(shown)
    with pytest.raises(ValueError, match="damaged"):
        next(shown)

    class Broken(Slow):
        def detect(
            self, image: np.ndarray, side: int = SIDE, threshold: float = THRESHOLD
        ) -> Detections:
            raise RuntimeError("no faces today")

    with pytest.raises(RuntimeError, match="no faces today"):
        list(sightings(Film([1, 50]), Broken(), nobody))
