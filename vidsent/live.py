"""Read the faces of a camera's frames as they come: who is there, and what they show now.

The parts are those that analyse a clip: detector, tracker, CNN, and the GRU along each track. A
stream has no future, so the last seconds of a track are read again with each frame, and the
end of that reading is smoothed by the half of the Gaussian that has passed. Memory does not grow
with time, and no frame is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vidsent.faces import alignment
from vidsent.faces.appearance import describe
from vidsent.faces.detection import SMALLEST_SIDE, WEAKEST, FaceDetector
from vidsent.faces.reader import ExpressionReader
from vidsent.faces.tracking import LONGEST_GAP_S, Track, Tracker
from vidsent.timeline.fusion import SMOOTHING_S

STEP_S = 0.1  # between two steps that the GRU reads; it was trained on ten a second
BEGUN = 0.4  # share of a step after the last one from which a frame is the next
STEPS = 48  # of a track that are read again with each frame
MOST_FACES = 6  # faces of one frame that are read, the largest first
TRACK_LENGTH = 20  # detections of a track that the tracker keeps
SEARCH_SIDE = SMALLEST_SIDE  # pixels, longest side at which faces are searched


@dataclass(frozen=True)
class LiveFace:
    """One person now; probs is None while the face is too small or blurred to be read."""

    id: int  # of the person, for as long as they stay
    box: np.ndarray  # (4,) float32 x, y, width, height in pixels of the frame
    quality: float  # how well the face can be read, in [0, 1]
    probs: np.ndarray | None = None  # (7,) float32, sums to 1
    valence: float = 0.0  # in [-1, 1]
    arousal: float = 0.0


@dataclass
class _FaceHistory:
    """What is remembered of a person: the last steps, and what their face is on the whole."""

    times_s: deque[float] = field(default_factory=lambda: deque(maxlen=STEPS))
    rows: deque[np.ndarray] = field(default_factory=lambda: deque(maxlen=STEPS))
    mean: np.ndarray | None = None  # of the rows of all frames so far
    count: int = 0
    seen_s: float = 0.0
    last_s: float = -np.inf

    def add(self, t_s: float, row: np.ndarray) -> None:
        """One more frame; between two steps it takes the place of the one before."""
        self.count += 1
        self.mean = row if self.mean is None else self.mean + (row - self.mean) / self.count
        if self.count > 1:
            self.seen_s += min(t_s - self.last_s, LONGEST_GAP_S)
        if len(self.rows) > 1 and t_s - self.times_s[-2] < (1 + BEGUN) * STEP_S:
            self.rows[-1] = row
            self.times_s[-1] = t_s
        else:
            self.rows.append(row)
            self.times_s.append(t_s)
        self.last_s = t_s


class LiveReader:
    """One camera: feed it frames in order of time with `read`. Not for two threads at once."""

    def __init__(
        self, detector: FaceDetector | None = None, reader: ExpressionReader | None = None
    ) -> None:
        self._detector = detector or FaceDetector.shared()
        self._reader = reader or ExpressionReader.shared()
        self._tracker = Tracker()
        self._people: dict[int, _FaceHistory] = {}
        self._now_s = -np.inf

    def read(self, image: np.ndarray, t_s: float) -> tuple[LiveFace, ...]:
        """Who is on `image` (H, W, 3) uint8 RGB, taken at `t_s` seconds; largest face first.

        Raises ValueError where the time is before that of the frame before.
        """
        if t_s < self._now_s:
            raise ValueError(f"pictures must come in order of time: {t_s} after {self._now_s}")
        self._now_s = t_s
        detections = self._detector.detect(image, SEARCH_SIDE, WEAKEST)
        descriptors = np.array([describe(image, box) for box in detections.boxes], np.float32)
        owners = self._tracker.update(t_s, detections.boxes, detections.scores, descriptors)
        self._tracker.forget(TRACK_LENGTH)
        self._forget(t_s)
        there = [
            (track, box, landmarks)
            for track, box, landmarks in zip(
                owners, detections.boxes, detections.landmarks, strict=True
            )
            if track is not None and not (track.is_doubtful or track.is_brief)
        ]
        there.sort(key=lambda each: -float(each[1][2:].prod()))
        return self._read_faces(image, t_s, there[:MOST_FACES])

    def _read_faces(
        self, image: np.ndarray, t_s: float, there: Sequence[tuple[Track, np.ndarray, np.ndarray]]
    ) -> tuple[LiveFace, ...]:
        faces = [alignment.align(image, landmarks) for _, _, landmarks in there]
        quality = [
            alignment.face_quality(face, landmarks).value
            for face, (_, _, landmarks) in zip(faces, there, strict=True)
        ]
        clear = [index for index, value in enumerate(quality) if value > 0]
        rows = self._reader.embed(np.stack([faces[index] for index in clear])) if clear else ()
        for index, row in zip(clear, rows, strict=True):
            self._people.setdefault(there[index][0].id, _FaceHistory()).add(t_s, row)
        return tuple(
            self._face(t_s, track, box, value)
            for (track, box, _), value in zip(there, quality, strict=True)
        )

    def _face(self, t_s: float, track: Track, box: np.ndarray, quality: float) -> LiveFace:
        """What a person shows; where this frame is blurred, what they showed just before."""
        place, seen = np.asarray(box, np.float32), self._people.get(track.id)
        if seen is None or seen.mean is None or t_s - seen.last_s > 2 * SMOOTHING_S:
            return LiveFace(track.id, place, quality)
        reading = self._reader.read(np.stack(seen.rows), seen.seen_s, seen.mean)
        age = (np.array(seen.times_s) - seen.times_s[-1]) / SMOOTHING_S
        weight = np.exp(-0.5 * age**2)
        weight /= weight.sum()
        return LiveFace(
            track.id,
            place,
            quality,
            (weight @ reading.probs).astype(np.float32),
            float(weight @ reading.valence),
            float(weight @ reading.arousal),
        )

    def _forget(self, t_s: float) -> None:
        self._people = {
            id_: seen for id_, seen in self._people.items() if t_s - seen.last_s <= LONGEST_GAP_S
        }
