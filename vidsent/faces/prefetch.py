"""Frames of a clip with the faces on them, worked out ahead of whoever asks for the next.

One thread decodes and converts, others search, each frame on one core: on two cores, two
frames at once take half the time of one frame on both. What lies ready is bounded, so
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

from vidsent.core.device import use_one_thread
from vidsent.core.progress import CancelCheck
from vidsent.faces.boxes import iou
from vidsent.faces.detection import WEAKEST, Detections, FaceDetector, following_side, search_side
from vidsent.media.video import Frame

QUEUE_SIZE = 8  # frames that may wait to be asked for; 1.6 MB each at most
WAIT_S = 0.1  # between two looks at whether to go on
THUMBNAIL = (96, 54)  # pixels at which two frames are compared
UNCHANGED = 3  # grey levels; where no part changes by more, the faces are where they were
NEW_SCENE = 20.0  # grey levels that a frame differs by on the whole from what is another scene
SAME_FACE = 0.3  # IoU of two boxes of one face, found at two sizes
FULL_SEARCH_EVERY = 3  # frames, in which small newcomers are found as well; 0.3 s by default

FrameSource = Callable[[CancelCheck], Generator[Frame, None, None]]


class DetectedFrame(NamedTuple):
    """A frame and the faces found on it."""

    frame: Frame
    detections: Detections


class _Stopped(Exception):
    """Nobody asks for frames any more."""


def detected_frames(
    frames: FrameSource,
    detector: FaceDetector,
    check_cancelled: CancelCheck,
    workers: int | None = None,
) -> Generator[DetectedFrame, None, None]:
    """The frames in their order, each with its faces; close to stop.

    `frames` gets a `CancelCheck` of its own, to be called often: it raises once nobody listens.
    `check_cancelled` is called while waiting; what it or `frames` raises ends the search.
    `workers` search at once, by default as many as PyTorch has threads.
    """
    count = workers or torch.get_num_threads()
    ready: Queue[_PendingFrame | BaseException | None] = Queue(QUEUE_SIZE)
    stop = threading.Event()
    with ThreadPoolExecutor(count, "search", initializer=use_one_thread) as pool:
        decoding = threading.Thread(
            target=_decode,
            args=(frames, _DetectionScheduler(detector, pool), ready, stop),
            name="decode",
        )
        decoding.start()
        try:
            while (searched := _next(ready, check_cancelled)) is not None:
                yield DetectedFrame(searched.frame, searched.detections.result())
        finally:
            stop.set()
            decoding.join()


class _PendingFrame(NamedTuple):
    frame: Frame
    detections: Future[Detections]


def _next(
    ready: Queue[_PendingFrame | BaseException | None], check_cancelled: CancelCheck
) -> _PendingFrame | None:
    """The next frame; None at the end. Raises what ended the decoding, or cancelled it."""
    while True:
        try:
            item = ready.get(timeout=WAIT_S)
        except Empty:
            check_cancelled()
            continue
        if isinstance(item, BaseException):
            raise item
        return item


def _decode(
    frames: FrameSource,
    scheduler: _DetectionScheduler,
    ready: Queue[_PendingFrame | BaseException | None],
    stop: threading.Event,
) -> None:
    """The decoding thread: it ends with None, or with what went wrong."""

    def check_stopped() -> None:
        if stop.is_set():
            raise _Stopped

    def put(item: _PendingFrame | BaseException | None) -> None:
        while True:
            check_stopped()
            try:
                return ready.put(item, timeout=WAIT_S)
            except Full:
                continue

    try:
        with closing(frames(check_stopped)) as shown:
            for frame in shown:
                put(_PendingFrame(frame, scheduler.search(frame.image)))
        put(None)
    except _Stopped:
        return
    except BaseException as error:
        with suppress(_Stopped):
            put(error)


class _DetectionScheduler:
    """Has faces searched for; a frame that hardly differs has those of the last one.

    Most frames are searched just finely enough for the faces that are known to be there, which
    takes a third of the time where these are large.
    """

    def __init__(self, detector: FaceDetector, pool: ThreadPoolExecutor) -> None:
        self._detector, self._pool = detector, pool
        self._last: Future[Detections] | None = None
        self._side: Future[int] = Future()  # longest side, set by the last full search
        self._since = 0  # frames searched since that
        self._thumbnail: np.ndarray | None = None

    def search(self, image: np.ndarray) -> Future[Detections]:
        """The faces of `image`, once they are found."""
        small = cv2.resize(image, THUMBNAIL, interpolation=cv2.INTER_AREA)
        change = np.full(1, 255) if self._thumbnail is None else cv2.absdiff(small, self._thumbnail)
        if self._last is not None and int(change.max()) <= UNCHANGED:
            return self._last
        self._thumbnail = small  # subtle: not of the frames passed over, so drift adds up
        self._since += 1
        if (
            self._last is None
            or self._since == FULL_SEARCH_EVERY
            or float(change.mean()) > NEW_SCENE
        ):
            self._since, self._side = 0, Future()
            self._last = self._pool.submit(self._search, image, self._side)
        else:
            self._last = self._pool.submit(self._follow, image, self._side)
        return self._last

    def _search(self, image: np.ndarray, known_side: Future[int]) -> Detections:
        """Thoroughly; large faces once more at `known_side`, as in the next frames, because a
        face's box and landmarks move a little with the size at which it is searched."""
        longest = max(image.shape[:2])
        try:
            detections = self._detector.detect(image, search_side(longest), WEAKEST)
        except BaseException as error:
            known_side.set_exception(error)
            raise
        side = following_side(longest, detections.boxes)
        known_side.set_result(side)
        if not len(detections.boxes) or side == search_side(longest):
            return detections
        return _joined(self._detector.detect(image, side, WEAKEST), detections)

    def _follow(self, image: np.ndarray, side: Future[int]) -> Detections:
        """Waits for `side`, which never waits for this: the pool began that search earlier."""
        return self._detector.detect(image, side.result(), WEAKEST)


def _joined(first: Detections, second: Detections) -> Detections:
    """The faces of `first`, and of `second` those that are none of them; best first."""
    new = iou(second.boxes, first.boxes).max(1, initial=0) < SAME_FACE
    boxes, scores, landmarks = (
        np.concatenate([old, more[new]]) for old, more in zip(first, second, strict=True)
    )
    order = np.argsort(-scores, kind="stable")
    return Detections(boxes[order], scores[order], landmarks[order])
