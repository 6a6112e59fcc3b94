"""Pictures with their faces, worked out ahead: in order, bounded, and stopped when told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import numpy as np
import pytest

from vidsent.core.errors import Cancelled
from vidsent.core.progress import CancelCheck
from vidsent.faces.detection import (
    SIDE,
    SMALLEST_SIDE,
    THRESHOLD,
    Detections,
    FaceDetector,
    following_side,
    search_side,
)
from vidsent.faces.prefetch import FULL_SEARCH_EVERY, QUEUE_SIZE, detected_frames
from vidsent.media.video import Frame


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

    def __init__(self, levels: list[int], height: int = 60, width: int = 80) -> None:
        self.levels, self.decoded, self.closed = levels, 0, False
        self.shape = (height, width, 3)

    def __call__(self, check_cancelled: CancelCheck) -> Generator[Frame, None, None]:
        try:
            for level in self.levels:
                check_cancelled()
                self.decoded += 1
                yield Frame(self.decoded / 10, np.full(self.shape, level, np.uint8), 1.0)
        finally:
            self.closed = True


def nobody() -> None:
    """Nobody stops anything."""


def test_every_picture_comes_in_order_with_its_own_faces() -> None:
    levels = list(range(10, 250, 8))
    seen = list(detected_frames(Film(levels), Slow(), nobody, workers=3))
    assert [each.frame.image[0, 0, 0] for each in seen] == levels
    assert [each.detections.boxes[0, 2] for each in seen] == levels


def test_a_picture_that_shows_the_same_is_not_searched_again() -> None:
    detector = Slow()
    seen = list(detected_frames(Film([50, 51, 52, 53, 54, 120]), detector, nobody, workers=1))
    assert detector.searched == [50, 54, 120]  # drift adds up against the last one searched
    assert [each.detections.boxes[0, 2] for each in seen] == [50, 50, 50, 50, 54, 120]


class Crowd(FaceDetector):
    """Sees a face of 400 pixels at any size, moved by that, and small ones only at full size."""

    def __init__(self, small: int = 1) -> None:
        self.sides: list[int] = []
        self.small = small

    def detect(
        self, image: np.ndarray, side: int = SIDE, threshold: float = THRESHOLD
    ) -> Detections:
        self.sides.append(side)
        large = [100 + side / 100, 100, 400, 400]
        seen = [large, *[[900, 300, 30, 30]] * (self.small if side == SIDE else 0)]
        boxes = np.array(seen, np.float32)
        scores = np.array([0.9, 0.8][: len(boxes)], np.float32)
        return Detections(boxes, scores, np.zeros((len(boxes), 5, 2), np.float32))


def test_large_faces_are_followed_coarsely_and_new_small_ones_looked_for_now_and_then() -> None:
    detector = Crowd(small=0)
    film = Film(list(range(10, 10 + 8 * 2 * FULL_SEARCH_EVERY, 8)), height=720, width=1280)
    seen = list(detected_frames(film, detector, nobody, workers=2))
    assert sorted(detector.sides) == [SMALLEST_SIDE] * 2 * FULL_SEARCH_EVERY + [SIDE] * 2
    lefts = [float(each.detections.boxes[0, 0]) for each in seen]
    assert lefts == pytest.approx([100 + SMALLEST_SIDE / 100] * len(seen))  # none jumps


def test_a_small_face_keeps_the_search_fine() -> None:
    detector = Crowd()
    film = Film(list(range(10, 100, 8)), height=720, width=1280)
    seen = list(detected_frames(film, detector, nobody, workers=2))
    assert set(detector.sides) == {SIDE}
    assert {len(each.detections.boxes) for each in seen} == {2}


def test_another_scene_is_searched_thoroughly_at_once() -> None:
    detector = Crowd()
    film = Film([10, 18, 200, 208], height=360, width=640)  # 640 wide: searched at 576, not at SIDE
    list(detected_frames(film, detector, nobody, workers=1))
    fine = search_side(640)
    assert detector.sides == [fine, 320, 320, fine, 320, 320]


def test_no_more_is_decoded_than_may_wait() -> None:
    film = Film(list(range(10, 250, 6)))
    shown = detected_frames(film, Slow(), nobody, workers=2)
    next(shown)
    time.sleep(0.5)
    assert film.decoded <= QUEUE_SIZE + 2  # the one that was given, and one at the door
    shown.close()
    assert film.closed


def test_who_stops_listening_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    shown = detected_frames(Film(list(range(10, 250, 6))), Slow(), nobody)
    next(shown)
    shown.close()
    assert set(threading.enumerate()) <= before


def test_a_cancel_ends_the_wait_for_a_slow_decoder() -> None:
    def stuck(check_cancelled: CancelCheck) -> Generator[Frame, None, None]:
        yield Frame(0.0, np.zeros((60, 80, 3), np.uint8), 1.0)
        while True:
            check_cancelled()
            time.sleep(0.01)

    def cancelled() -> None:
        raise Cancelled

    shown = detected_frames(stuck, Slow(), cancelled)
    next(shown)
    with pytest.raises(Cancelled):
        next(shown)


def test_what_goes_wrong_while_decoding_or_searching_is_raised_in_its_place() -> None:
    def broken(check_cancelled: CancelCheck) -> Generator[Frame, None, None]:
        yield Frame(0.0, np.zeros((60, 80, 3), np.uint8), 1.0)
        raise ValueError("damaged")

    shown = detected_frames(broken, Slow(), nobody)
    next(shown)
    with pytest.raises(ValueError, match="damaged"):
        next(shown)

    class Broken(Slow):
        def detect(
            self, image: np.ndarray, side: int = SIDE, threshold: float = THRESHOLD
        ) -> Detections:
            raise RuntimeError("no faces today")

    with pytest.raises(RuntimeError, match="no faces today"):
        list(detected_frames(Film([1, 50]), Broken(), nobody))


def test_a_known_face_stays_large_enough_and_no_face_asks_for_little() -> None:
    def side(*sizes: float) -> int:
        boxes = np.array([[0, 0, size / 2, size] for size in sizes], np.float32).reshape(-1, 4)
        return following_side(1280, boxes)

    assert side() == side(400) == SMALLEST_SIDE
    assert side(400, 300) == 448  # 300 pixels are 105 there
    assert side(400, 20) == search_side(1280) == SIDE
