"""Pictures of a clip with the faces on them, worked out ahead of whoever asks for the next.

One thread decodes and converts, others search, each picture on one core: on two cores, two
pictures at once take half the time of one picture on both. What lies ready is bounded, so
memory does not grow with the clip. Who is who is the business of `people`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from queue import Empty, Full, Queue
from typing import NamedTuple

import cv2
import numpy as np
import torch

from vidsent.faces import WEAKEST, Detections, FaceDetector, search_side
from vidsent.progress import Alive
from vidsent.video import Frame

READY = 8  # pictures that may wait to be asked for; 1.6 MB each at most
WAIT_S = 0.1  # between two looks at whether to go on
THUMBNAIL = (96, 54)  # pixels at which two pictures are compared
STILL = 3  # grey levels; where no part changes by more, the faces are where they were

Pictures = Callable[[Alive], Generator[Frame, None, None]]


class Sighting(NamedTuple):
    """A picture and the faces found on it."""

    frame: Frame
    found: Detections


class _Stopped(Exception):
    """Nobody asks for pictures any more."""


def sightings(
    pictures: Pictures, detector: FaceDetector, alive: Alive, workers: int | None = None
) -> Generator[Sighting, None, None]:
    """The pictures in their order, each with its faces; close to stop.

    `pictures` gets an `Alive` of its own, to be called often: it raises once nobody listens.
    `alive` is called while waiting; what it raises, and what `pictures` raises, ends the search.
    `workers` search at once, by default as many as PyTorch has threads.
    """
    count = workers or torch.get_num_threads()
    ready: Queue[_Searched | BaseException | None] = Queue(READY)
    stop = threading.Event()
    with ThreadPoolExecutor(count, "search", initializer=_alone) as pool:
        decoding = threading.Thread(
            target=_decode, args=(pictures, _Finder(detector, pool), ready, stop), name="decode"
        )
        decoding.start()
        try:
            while (searched := _next(ready, alive)) is not None:
                yield Sighting(searched.frame, searched.found.result())
        finally:
            stop.set()
            decoding.join()


class _Searched(NamedTuple):
    frame: Frame
    found: Future[Detections]


def _alone() -> None:
    """One core a picture: this setting of PyTorch's holds for the thread that makes it."""
    torch.set_num_threads(1)


def _next(ready: Queue[_Searched | BaseException | None], alive: Alive) -> _Searched | None:
    """What comes next; None at the end. Raises what ended the decoding, or what `alive` raises."""
    while True:
        try:
            told = ready.get(timeout=WAIT_S)
        except Empty:
            alive()
            continue
        if isinstance(told, BaseException):
            raise told
        return told


def _decode(
    pictures: Pictures,
    finder: _Finder,
    ready: Queue[_Searched | BaseException | None],
    stop: threading.Event,
) -> None:
    """The decoding thread: it ends with None, or with what went wrong."""

    def wanted() -> None:
        if stop.is_set():
            raise _Stopped

    def put(told: _Searched | BaseException | None) -> None:
        while True:
            wanted()
            try:
                return ready.put(told, timeout=WAIT_S)
            except Full:
                continue

    try:
        with closing(pictures(wanted)) as shown:
            for frame in shown:
                put(_Searched(frame, finder.search(frame.image)))
        put(None)
    except _Stopped:
        return
    except BaseException as error:
        with suppress(_Stopped):
            put(error)


class _Finder:
    """Has faces searched for; a picture that hardly differs has those of the last one."""

    def __init__(self, detector: FaceDetector, pool: ThreadPoolExecutor) -> None:
        self._detector, self._pool = detector, pool
        self._last: Future[Detections] | None = None
        self._thumbnail: np.ndarray | None = None

    def search(self, image: np.ndarray) -> Future[Detections]:
        """The faces of `image`, once they are found."""
        still = self._same(image)
        if self._last is None or not still:
            side = search_side(max(image.shape[:2]))
            self._last = self._pool.submit(self._detector.detect, image, side, WEAKEST)
        return self._last

    def _same(self, image: np.ndarray) -> bool:
        """Whether `image` hardly differs from the last picture that did."""
        small = cv2.resize(image, THUMBNAIL, interpolation=cv2.INTER_AREA)
        before = self._thumbnail
        if before is not None and int(cv2.absdiff(small, before).max()) <= STILL:
            return True  # subtle: compared with the last that was searched, so drift adds up
        self._thumbnail = small
        return False
