"""Everyone who appears in a clip: gathers faces frame by frame, reads them track by track.

Crops go through the CNN in batches as they come and only their features are kept, so memory
grows by about half a kilobyte per face seen, not by the frame.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from vidsent.core import device
from vidsent.core.emotions import NUM_LABELS
from vidsent.core.progress import CountCallback
from vidsent.core.results import FaceTrack
from vidsent.faces import alignment
from vidsent.faces.appearance import describe
from vidsent.faces.prefetch import DetectedFrame
from vidsent.faces.reader import ExpressionReader
from vidsent.faces.tracking import Track, Tracker
from vidsent.media.shots import CutDetector
from vidsent.media.thumbnails import jpeg

BATCH = 32  # crops that go through the CNN together
PORTRAIT_WIDTH = 128  # pixels of a person's thumbnail
PORTRAIT_MARGIN = 0.25  # of the box, on each side
BETTER = 1.1  # a later face replaces the thumbnail when it is this much clearer


@dataclass
class _Person:
    """What is kept of one track: the quality of every detection, embeddings of those that can be
    read, in order of time, and the clearest face so far."""

    track: Track
    quality: list[float] = field(default_factory=list)
    embedded: list[np.ndarray] = field(default_factory=list)
    portrait: bytes = b""
    clarity: float = -1.0  # of the portrait

    @property
    def seen_s(self) -> float:
        """For how long a face could be read, in seconds; pauses do not count."""
        steps_s = np.diff(self.track.times_s)
        return len(self.embedded) * float(np.median(steps_s)) if len(steps_s) else 0.0


class People:
    """Feed it frames in order of time with `add`, ask for `tracks` once, then `close` it.

    The CNN reads in a thread of its own, on one core, while the next frames are seen.
    """

    def __init__(self, reader: ExpressionReader) -> None:
        self._reader = reader
        self._tracker, self._cuts = Tracker(), CutDetector()
        self._people: dict[int, _Person] = {}
        self._waiting: list[tuple[_Person, np.ndarray]] = []  # crops not yet sent to the CNN
        self._sent: tuple[tuple[_Person, ...], Future[np.ndarray]] | None = None
        self._reading = ThreadPoolExecutor(1, "read", initializer=device.use_one_thread)
        self._frames = 0

    def close(self) -> None:
        """End the thread; what it has not begun is not read."""
        self._reading.shutdown(cancel_futures=True)

    def add(self, detected: DetectedFrame) -> None:
        """Link and queue the faces of one frame."""
        self._frames += 1
        frame, detections = detected
        image = frame.image
        owners = self._tracker.update(
            frame.t_s,
            detections.boxes * frame.scale,
            detections.scores,
            np.array([describe(image, box) for box in detections.boxes], np.float32),
            cut=self._cuts.is_cut(image, frame.t_s),
        )
        for track, box, landmarks in zip(
            owners, detections.boxes, detections.landmarks, strict=True
        ):
            if track is not None:
                person = self._people.setdefault(track.id, _Person(track))
                self._queue(person, image, box, landmarks)
        if len(self._waiting) >= BATCH:
            self._send()

    @property
    def cuts_s(self) -> tuple[float, ...]:
        """When new shots began, in seconds."""
        return tuple(self._cuts.cuts_s)

    def tracks(
        self, skipped: Counter[str], on_progress: CountCallback | None = None
    ) -> tuple[FaceTrack, ...]:
        """One FaceTrack per person in order of appearance; the others are counted instead.

        `on_progress` gets how many people were read; what it raises ends the reading.
        """
        self._send()
        self._receive()
        sure = [person for person in self._people.values() if not person.track.is_doubtful]
        kept = [person for person in sure if not person.track.is_brief]
        if len(sure) < len(self._people):
            skipped["faces_doubtful"] += len(self._people) - len(sure)
        if len(kept) < len(sure):
            skipped["faces_too_brief"] += len(sure) - len(kept)
        unread = sum(not person.embedded for person in kept)
        if unread:
            skipped["faces_unreadable"] += unread
        tracks = []
        for index, person in enumerate(kept):
            if on_progress is not None:
                on_progress(index, len(kept))
            tracks.append(self._read(person, index))
        return tuple(tracks)

    def _queue(
        self, person: _Person, image: np.ndarray, box: np.ndarray, landmarks: np.ndarray
    ) -> None:
        face = alignment.align(image, landmarks)
        quality = alignment.face_quality(face, landmarks)
        person.quality.append(quality.value)
        if quality.value > 0:
            self._waiting.append((person, face))
        clarity = quality.value * quality.size
        if clarity > BETTER * person.clarity:
            person.portrait, person.clarity = _portrait(image, box), clarity

    def _send(self) -> None:
        """Have the waiting crops read, once the last ones are."""
        self._receive()
        if self._waiting:
            people, faces = zip(*self._waiting, strict=True)
            self._sent = people, self._reading.submit(self._reader.embed, np.stack(faces))
            self._waiting.clear()

    def _receive(self) -> None:
        if self._sent is not None:
            people, read = self._sent
            rows = read.result().astype(np.float16)  # an hour of a face: 19 MB
            for person, row in zip(people, rows, strict=True):
                person.embedded.append(row)
            self._sent = None

    def _read(self, person: _Person, index: int) -> FaceTrack:
        """The person's track; rows of faces that cannot be read are NaN."""
        track, quality = person.track, np.array(person.quality, np.float32)
        values = np.full((len(quality), NUM_LABELS + 2), np.nan, np.float32)
        if person.embedded:
            embedded = np.stack(person.embedded, dtype=np.float32)
            reading = self._reader.read(embedded, person.seen_s)
            values[quality > 0] = np.column_stack([*reading])
        return FaceTrack(
            id=index,
            t_s=np.array(track.times_s, np.float32),
            boxes=np.stack(track.boxes).astype(np.float32),
            probs=values[:, :NUM_LABELS],
            valence=values[:, NUM_LABELS],
            arousal=values[:, NUM_LABELS + 1],
            quality=quality,
            first_s=track.first_s,
            last_s=track.last_s,
            seen=len(quality) / max(self._frames, 1),
            size=track.mean_size,
            picture=person.portrait,
        )


def _portrait(image: np.ndarray, box: np.ndarray) -> bytes:
    """The face and a little around it as a small JPEG."""
    x, y, width, height = box
    left, top = max(0, int(x - PORTRAIT_MARGIN * width)), max(0, int(y - PORTRAIT_MARGIN * height))
    right = int(x + (1 + PORTRAIT_MARGIN) * width)
    bottom = int(y + (1 + PORTRAIT_MARGIN) * height)
    return jpeg(image[top : max(bottom, top + 1), left : max(right, left + 1)], PORTRAIT_WIDTH)
