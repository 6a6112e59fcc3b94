"""Link the boxes of one picture to those of the next: one track per person.

A box goes on the track whose last box it overlaps most (Hungarian assignment on IoU). A track
that is not seen for a while ends, and one seen too briefly was most likely no face.
This module compares places, not faces: two people who swap places unseen are confused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

LEAST_OVERLAP = 0.25  # IoU below which two boxes are two people; faces move at 10 pictures a second
LONGEST_GAP_S = 1.0  # unseen for longer, a person who comes back begins a new track
LEAST_SIGHTINGS = 3  # pictures; a cascade's false alarms rarely last as long


@dataclass
class Track:
    """One person so far: times and boxes (x, y, width, height) of T sightings."""

    id: int
    times_s: list[float] = field(default_factory=list)
    boxes: list[np.ndarray] = field(default_factory=list)

    def add(self, t_s: float, box: np.ndarray) -> None:
        self.times_s.append(t_s)
        self.boxes.append(box)

    @property
    def is_brief(self) -> bool:
        return len(self.times_s) < LEAST_SIGHTINGS


class Tracker:
    """Gives every box of every picture to a track; feed pictures in order of time."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._open: list[Track] = []

    def update(self, t_s: float, boxes: np.ndarray) -> list[Track]:
        """The track of each of the boxes (N, 4) of the picture at `t_s`, in their order."""
        self._open = [track for track in self._open if t_s - track.times_s[-1] <= LONGEST_GAP_S]
        owners: list[Track | None] = [None] * len(boxes)
        if len(boxes) and self._open:
            overlap = iou(boxes, np.stack([track.boxes[-1] for track in self._open]))
            for box, track in zip(*linear_sum_assignment(-overlap), strict=True):
                if overlap[box, track] >= LEAST_OVERLAP:
                    owners[box] = self._open[track]
        result = [owner or self._begin() for owner in owners]
        for track, box in zip(result, boxes, strict=True):
            track.add(t_s, box)
        return result

    def _begin(self) -> Track:
        track = Track(id=len(self.tracks))
        self.tracks.append(track)
        self._open.append(track)
        return track


def iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes (N, 4) and (M, 4), x, y, width, height; (N, M)."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(
        first[:, None, :2] + first[:, None, 2:], second[None, :, :2] + second[None, :, 2:]
    )
    shared = np.clip(high - low, 0, None).prod(-1)
    areas = first[:, 2:].prod(-1)[:, None] + second[:, 2:].prod(-1)[None, :]
    return shared / np.maximum(areas - shared, np.finfo(np.float32).eps)
