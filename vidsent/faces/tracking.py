"""Link the boxes of one frame to those of the next: one track per person and appearance.

A box goes to the track whose predicted position, size and appearance it fits best (Hungarian
assignment). Boxes of low score only continue a track, as in ByteTrack (Zhang et al., ECCV 2022). A
track bridges a short occlusion; a cut closes every track, and a shot that comes back resumes its
own. Doubtful links are not made: one person too many is a smaller fault than two people in one.
This module knows no faces: who returns elsewhere, or otherwise dressed, begins a new track.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from vidsent.faces.appearance import LENGTH, similarity
from vidsent.faces.kalman import LEAST_VARIANCE, KalmanFilter, centres_and_sizes

BEGIN = 0.6  # score from which a box may begin a track; weaker ones only continue one
SURE = 0.88  # score that makes a track a person at once
# As good: a score of BEGIN in every frame for so long. What is small is left out: on photographs
# without a face, half of what is steadily taken for one is below that size.
STEADY_S, STEADY_SIDE = 1.0, 24.0  # seconds; pixels of the clip
LONGEST_GAP_S = 1.75  # unseen for longer, a person who comes back begins a new track
LONGEST_PAUSE_S = 5.0  # the same where no frame came between, as at 0.5 frames a second
WEAK_GAP_S = 0.5  # unseen for longer, a track is not resumed by a weak box

# One link: squared distance in standard deviations plus the same of the appearance. 11.3 bounds
# 99 % of chi-square with three degrees of freedom (position and size).
FARTHEST = 11.3
UNLIKE = 0.2  # deviation of a person's similarity to themselves from 1, doubled for safety
UNLIKE_IN_CROWD = 0.5  # the same while another face is so near that it gets into the descriptor
CROWD = 1.25  # faces; distance of centres below which two faces are a crowd
UNLINKED = 2 * FARTHEST  # cost of leaving a box alone: misfit and doubt about the position

APPEARANCE_TAU_S = 1.0  # time constant with which a track's appearance follows the person's

# A returning shot: only a face of the same appearance, position and size is taken for the same
# person. In photographs of crowds at most 1 % of strangers look so alike, before place is asked.
SAME_APPEARANCE = 0.87
SAME_PLACE = 0.5  # faces between the centres
SAME_SIZE = 1.25  # ratio
RETURN_S = 60.0  # how long a closed track waits for its shot
NEW_SHOT_S = 0.5  # a face that appears this soon after a cut may have been in the shot before

LONGEST_STEP_S = 0.2  # that one frame adds to it: few looks far apart are few looks
EPSILON_S = 1e-3  # ten steps of a tenth of a second are a second
LEAST_DETECTIONS = 3  # a detector's false alarms rarely last as long
LASTING_S = 1.0  # two detections this far apart are as good, where frames come slowly


@dataclass
class FrameCount:
    """How many frames a tracker was shown; its tracks share it."""

    frames: int = 0


@dataclass(eq=False)  # a track is itself, whatever is in it
class Track:
    """One person so far: times and boxes (x, y, width, height; pixels) of T detections."""

    id: int
    times_s: list[float] = field(default_factory=list)
    boxes: list[np.ndarray] = field(default_factory=list)
    frame_count: FrameCount = field(default_factory=FrameCount, repr=False)
    appearance: np.ndarray = field(default_factory=lambda: np.zeros(LENGTH, np.float32), repr=False)
    kalman: KalmanFilter = field(default_factory=KalmanFilter, repr=False)
    missed: int = 0  # frames since the last detection
    best_score: float = 0.0  # highest score of a detection
    steady_s: float = 0.0  # for how long every frame so far had a detection of score BEGIN
    longest_steady_s: float = 0.0

    def add(
        self,
        t_s: float,
        box: np.ndarray,
        score: float,
        descriptor: np.ndarray,
        crowded: bool = False,
    ) -> None:
        """One more detection; in a crowd its `descriptor` (D,) may be another's and is not kept."""
        self.best_score = max(self.best_score, score)
        self._count_steady(t_s, box, score)
        self.kalman.update(t_s, centres_and_sizes(box[None])[0])
        if not self.times_s:
            self.appearance = descriptor
        elif not crowded:
            share = 1 - math.exp(-(t_s - self.last_s) / APPEARANCE_TAU_S)
            self.appearance = (1 - share) * self.appearance + share * descriptor
        self.times_s.append(t_s)
        self.boxes.append(box)
        self.missed = 0

    def _count_steady(self, t_s: float, box: np.ndarray, score: float) -> None:
        """Add the time since the last detection; what flickers begins anew.

        subtle: a frame that shows nothing new is not searched again, see `prefetch`. The same box
        to the last digit is therefore no second opinion, and a still image stays as doubtful as
        one look at it.
        """
        small = math.sqrt(box[2] * box[3]) < STEADY_SIDE
        if score < BEGIN or small or self.missed or not self.times_s:
            self.steady_s = 0.0
        elif not np.array_equal(box, self.boxes[-1]):
            self.steady_s += min(t_s - self.last_s, LONGEST_STEP_S)
        self.longest_steady_s = max(self.longest_steady_s, self.steady_s)

    def is_gone(self, t_s: float) -> bool:
        """Whether it was unseen for too long to be continued at `t_s`."""
        gap_s = t_s - self.last_s
        return gap_s > LONGEST_PAUSE_S or (gap_s > LONGEST_GAP_S and self.missed > 0)

    @property
    def first_s(self) -> float:
        return self.times_s[0]

    @property
    def last_s(self) -> float:
        return self.times_s[-1]

    @property
    def mean_size(self) -> float:
        """Mean side of the boxes, the root of width x height, in pixels."""
        return float(np.sqrt(np.stack(self.boxes)[:, 2:].prod(1)).mean())

    @property
    def is_doubtful(self) -> bool:
        """Whether the detector was neither sure at once nor steady for STEADY_S.

        On validation photographs shown as slow pans, steadiness finds 0.90 of the portraits' faces
        in place of 0.87 and 0.74 of those in crowds in place of 0.67, at 1.2 false tracks a minute
        in place of 0.8 where there is no face.
        """
        return self.best_score < SURE and self.longest_steady_s < STEADY_S - EPSILON_S

    @property
    def is_brief(self) -> bool:
        """Whether it was seen too little to be a person.

        Enough are LEAST_SIGHTINGS, or two that lie LASTING_S apart; of a clip of one to four
        frames, half of them. Ask at the end of the clip: it depends on the frames shown.
        """
        seen = len(self.times_s)
        needed = min(LEAST_DETECTIONS, (self.frame_count.frames + 1) // 2)
        lasted = seen >= 2 and self.last_s - self.first_s >= LASTING_S
        return seen < needed and not lasted


class Tracker:
    """Gives the boxes of every frame to tracks; feed frames in order of time."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []  # by id
        self._frame_count = FrameCount()
        self._begun = 0
        self._open: list[Track] = []
        self._closed: list[Track] = []  # at a cut, for their shot to come back
        self._cut_s = -np.inf  # time of the first frame of this shot

    @property
    def frames(self) -> int:
        """How many frames it was shown."""
        return self._frame_count.frames

    def update(
        self,
        t_s: float,
        boxes: np.ndarray,
        scores: np.ndarray,
        descriptors: np.ndarray,
        cut: bool = False,
    ) -> list[Track | None]:
        """The track of each of the boxes of the frame at `t_s`, in their order.

        boxes (N, 4) x, y, width, height in pixels, scores (N,) in [0, 1], descriptors (N, D)
        float32 of `appearance.describe`; `cut` says that a new shot begins with this frame. A box
        that is too weak to begin a track and continues none has None.
        """
        self._frame_count.frames += 1
        boxes, scores = np.asarray(boxes, float).reshape(-1, 4), np.asarray(scores, float)
        self._close(t_s, cut)
        owners: list[Track | None] = [None] * len(boxes)
        strong = np.flatnonzero(scores >= BEGIN)
        weak = np.flatnonzero(scores < BEGIN)
        crowded = _crowded(boxes)
        recent = [track for track in self._open if t_s - track.last_s <= WEAK_GAP_S]
        for rows, tracks in ((strong, self._open), (weak, recent)):
            free = [track for track in tracks if track not in owners]
            cost = _cost(free, t_s, boxes[rows], descriptors[rows], crowded[rows])
            for row, column in _assigned(cost):
                owners[rows[row]] = free[column]
        self._miss(owners)
        self._resume(t_s, owners, strong, boxes, descriptors)
        for row in strong.tolist():
            owners[row] = owners[row] or self._begin()
        for row, track in enumerate(owners):
            if track is not None:
                track.add(t_s, boxes[row], float(scores[row]), descriptors[row], bool(crowded[row]))
        return owners

    def forget(self, keep: int) -> None:
        """For a stream without end: drop tracks that ended, and of the others all detections but
        the last `keep`, at least LEAST_SIGHTINGS."""
        self.tracks = [*self._open, *self._closed]
        for track in self.tracks:
            del track.times_s[:-keep], track.boxes[:-keep]

    def _close(self, t_s: float, cut: bool) -> None:
        """End the tracks of people who are gone, and at a cut set all aside."""
        self._open = [track for track in self._open if not track.is_gone(t_s)]
        if cut:
            self._closed += self._open
            self._open, self._cut_s = [], t_s
        self._closed = [track for track in self._closed if t_s - track.last_s <= RETURN_S]

    def _miss(self, owners: list[Track | None]) -> None:
        for track in self._open:
            if track not in owners:
                track.missed += 1

    def _resume(
        self,
        t_s: float,
        owners: list[Track | None],
        strong: np.ndarray,
        boxes: np.ndarray,
        descriptors: np.ndarray,
    ) -> None:
        """Give faces without a track to those of the same shot, where it came back."""
        rows = [row for row in strong if owners[row] is None]
        if not rows or not self._closed or t_s - self._cut_s > NEW_SHOT_S:
            return
        here, last = (
            centres_and_sizes(boxes[rows]),
            centres_and_sizes(np.stack([t.boxes[-1] for t in self._closed])),
        )
        unlike = 1 - similarity(descriptors[rows], np.stack([t.appearance for t in self._closed]))
        far = _distances(here, last)
        ratio = np.abs(np.log(here[:, None, 2] / last[None, :, 2]))
        sound = (unlike <= 1 - SAME_APPEARANCE) & (far <= SAME_PLACE) & (ratio <= np.log(SAME_SIZE))
        cost = np.where(sound, unlike + far, UNLINKED)
        for row, column in _assigned(cost):
            track = owners[rows[row]] = self._closed[column]
            track.kalman = KalmanFilter()  # where it was going tells nothing now
            self._open.append(track)
        self._closed = [track for track in self._closed if track not in owners]

    def _begin(self) -> Track:
        track = Track(id=self._begun, frame_count=self._frame_count)
        self._begun += 1
        self.tracks.append(track)
        self._open.append(track)
        return track


def _cost(
    tracks: list[Track], t_s: float, boxes: np.ndarray, descriptors: np.ndarray, crowded: np.ndarray
) -> np.ndarray:
    """What it costs to give each of N boxes to each of M tracks: (N, M), UNLINKED where unsound.

    Minus twice the log-likelihood of position, size and appearance, up to a constant: of two tracks
    that a box fits as well, the one whose position is known better has it.
    """
    if not tracks or not len(boxes):
        return np.zeros((len(boxes), len(tracks)))
    ahead = [track.kalman.predict(t_s) for track in tracks]
    expected, variance = np.stack([place for place, _ in ahead]), np.array([v for _, v in ahead])
    misfit = _distances(centres_and_sizes(boxes), expected, size_counts=2.0) ** 2 / variance
    spread = np.where(crowded, UNLIKE_IN_CROWD, UNLIKE)[:, None]
    misfit += (
        (1 - similarity(descriptors, np.stack([track.appearance for track in tracks]))) / spread
    ) ** 2
    unsure = 3 * np.log(variance / LEAST_VARIANCE)
    return np.where(misfit <= FARTHEST, np.minimum(misfit + unsure, UNLINKED), UNLINKED)


def _assigned(cost: np.ndarray) -> list[tuple[int, int]]:
    """The (row, column) pairs of the cheapest assignment, without those at UNLINKED."""
    pairs = zip(*linear_sum_assignment(cost), strict=True)
    return [(int(row), int(column)) for row, column in pairs if cost[row, column] < UNLINKED]


def _crowded(boxes: np.ndarray) -> np.ndarray:
    """Which boxes (N, 4) have another face so near that it blurs the descriptor: (N,) bool."""
    near = _distances(centres_and_sizes(boxes), centres_and_sizes(boxes)) < CROWD
    return near.sum(1) > 1


def _distances(first: np.ndarray, second: np.ndarray, size_counts: float = 0.0) -> np.ndarray:
    """How far places (N, 3) lie from (M, 3), in their mean size, that of sizes included: (N, M)."""
    apart = first[:, None] - second[None]
    unit = (first[:, None, 2] + second[None, :, 2]) / 2
    return np.linalg.norm(apart * [1, 1, size_counts], axis=2) / unit
