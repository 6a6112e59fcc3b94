"""Everyone who appears in a clip: gathers faces picture by picture, reads them track by track.

Crops go through the CNN in batches as they come and only their features are kept, so memory
grows by about a kilobyte per face seen, not by the picture.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from vidsent.faces import FaceDetector, crop
from vidsent.reader import ExpressionReader
from vidsent.results import FaceTrack
from vidsent.thumbnails import jpeg
from vidsent.tracks import Track, Tracker
from vidsent.video import Frame

BATCH = 32  # crops that go through the CNN together
PORTRAIT_WIDTH = 128  # pixels of a person's thumbnail
PORTRAIT_MARGIN = 0.25  # of the box, on each side
LARGER = 1.1  # a later face replaces the thumbnail when it is this much larger


@dataclass
class _Person:
    """What is kept of one track: embeddings in order of time and the largest face so far."""

    track: Track
    embedded: list[np.ndarray] = field(default_factory=list)
    portrait: bytes = b""
    portrait_area: float = 0.0


class People:
    """Feed it pictures in order of time with `see`, then ask for `tracks` once."""

    def __init__(self, detector: FaceDetector, reader: ExpressionReader) -> None:
        self._detector, self._reader = detector, reader
        self._tracker = Tracker()
        self._people: dict[int, _Person] = {}
        self._waiting: list[tuple[_Person, np.ndarray]] = []  # crops not yet through the CNN
        self._pictures = 0

    def see(self, frame: Frame) -> None:
        """Find, link and queue the faces of one picture."""
        self._pictures += 1
        boxes = self._detector.detect(frame.image).boxes
        owners = self._tracker.update(frame.t_s, boxes * frame.scale)
        for track, box in zip(owners, boxes, strict=True):
            person = self._people.setdefault(track.id, _Person(track))
            self._waiting.append((person, crop(frame.image, box)))
            self._keep_portrait(person, frame.image, box)
        if len(self._waiting) >= BATCH:
            self._flush()

    def tracks(self, skipped: Counter[str]) -> tuple[FaceTrack, ...]:
        """One FaceTrack per person in order of appearance; brief ones are counted instead."""
        self._flush()
        kept = [person for person in self._people.values() if not person.track.is_brief]
        if len(kept) < len(self._people):
            skipped["faces_too_brief"] += len(self._people) - len(kept)
        return tuple(self._read(person, index) for index, person in enumerate(kept))

    def _flush(self) -> None:
        if not self._waiting:
            return
        people, crops = zip(*self._waiting, strict=True)
        for person, row in zip(people, self._reader.embed(np.stack(crops)), strict=True):
            person.embedded.append(row)
        self._waiting.clear()

    def _read(self, person: _Person, index: int) -> FaceTrack:
        times_s = np.array(person.track.times_s, np.float32)
        reading = self._reader.read(np.stack(person.embedded))
        return FaceTrack(
            id=index,
            t_s=times_s,
            boxes=np.stack(person.track.boxes).astype(np.float32),
            probs=reading.probs,
            valence=reading.valence,
            arousal=reading.arousal,
            seen=len(times_s) / max(self._pictures, 1),
            picture=person.portrait,
        )

    def _keep_portrait(self, person: _Person, image: np.ndarray, box: np.ndarray) -> None:
        area = float(box[2] * box[3])
        if area < LARGER * person.portrait_area:
            return
        x, y, width, height = box
        left, top = (
            max(0, int(x - PORTRAIT_MARGIN * width)),
            max(0, int(y - PORTRAIT_MARGIN * height)),
        )
        right, bottom = (
            int(x + (1 + PORTRAIT_MARGIN) * width),
            int(y + (1 + PORTRAIT_MARGIN) * height),
        )
        person.portrait = jpeg(image[top:bottom, left:right], PORTRAIT_WIDTH)
        person.portrait_area = area
