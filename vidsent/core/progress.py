"""How far the work is: stages with counts, one share of the whole, and how long it may still take.

Each stage is expected to take as long as its count says, by the seconds a unit took when measured
once; only how the stages compare matters, as the time left follows from the pace of this very run.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

# stage -> what is counted in it, and the seconds that one takes on two CPU cores
_UNITS = {
    "open": ("", 0.05),
    "listening": ("seconds", 0.3),
    "words": ("lines", 0.0035),
    "weighing": ("words", 0.003),
    "comments": ("comments", 0.0001),
    "faces": ("pictures", 0.025),
    "expressions": ("people", 0.05),
    "timeline": ("", 0.3),
}
STAGES = tuple(_UNITS)  # in this order; listening, words, weighing and comments only where needed
CHECKED_EVERY = 1_000  # items

TAU_S = 10.0  # what was done longer ago than this counts little for the pace
SOONEST_S, LEAST_SHARE = 2.0, 0.05  # of the work, before its pace says anything
LOOKED_BACK_S = 2.0  # over which the estimates must agree
AGREEING = 1.6  # ratio of the largest to the smallest of them
LONGEST_S = 3600.0  # nobody believes a longer estimate

T = TypeVar("T")
CancelCheck = Callable[[], None]  # called now and then during long work; raises to stop it
CountCallback = Callable[[int, int], None]  # gets done and total; may raise to stop
TimeCallback = Callable[
    [float], None
]  # gets the seconds of a clip that are done; may raise to stop


@dataclass(frozen=True)
class Step:
    """One report: `done` of `total` units of a stage, and the share of all work in [0, 1].

    `total` is 0 where nothing is counted or nobody knows how much there is.
    """

    stage: str  # one of STAGES, or a caller's own
    share: float
    done: int = 0
    total: int = 0
    unit: str = ""  # "pictures", "lines", "seconds", ...


Progress = Callable[[Step], None]  # may raise Cancelled to stop the work


class ProgressReporter:
    """Reports steps of an analysis to `on_progress`; the share of the whole never goes back."""

    def __init__(self, on_progress: Progress | None = None) -> None:
        self._on_progress = on_progress or (lambda step: None)
        self._costs_s = {stage: 0.0 for stage in STAGES}
        self._costs_s |= {stage: _UNITS[stage][1] for stage in ("open", "expressions", "timeline")}
        self._step = Step("open", 0.0)

    def expect(self, stage: str, total: int) -> None:
        """Make room for a stage that is still to come."""
        self._costs_s[stage] = total * _UNITS[stage][1]

    def report(self, stage: str, done: int = 0, total: int = 0) -> None:
        """`done` of `total` of a stage; raises what the listener raises."""
        unit, each_s = _UNITS[stage]
        if total:
            self._costs_s[stage] = total * each_s
        place = STAGES.index(stage)
        before_s = sum(self._costs_s[each] for each in STAGES[:place])
        here_s = self._costs_s[stage] * (done / total if total else 0.0)
        share = (before_s + here_s) / sum(self._costs_s.values())
        share = min(1.0, max(self._step.share, share))
        self._step = Step(stage, share, done, total, unit if total else "")
        self._on_progress(self._step)

    def check_cancelled(self) -> None:
        """Say again where the work is, so that whoever listens can stop it."""
        self._on_progress(self._step)

    def finish(self) -> None:
        self._on_progress(Step(STAGES[-1], 1.0))


def cancellable(items: Iterable[T], check_cancelled: CancelCheck | None) -> Iterator[T]:
    """The items, with `check_cancelled` called now and then between them; it may raise."""
    for number, item in enumerate(items):
        if check_cancelled is not None and number % CHECKED_EVERY == CHECKED_EVERY - 1:
            check_cancelled()
        yield item


class RemainingTime:
    """Seconds of work left, from the pace of late; None while that would be a guess."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start_s = self._last_s = clock()
        self._share = 0.0
        self._done = self._spent_s = 0.0  # share and seconds, those of long ago faded out
        self._left_s: float | None = None
        self._late: deque[tuple[float, float]] = deque()  # when, and what was estimated then

    def after(self, share: float) -> float | None:
        """The seconds left once `share` of the work is done, which never falls."""
        now_s = self._clock()
        if share > self._share:
            self._see(share, now_s)
        if self._left_s is None or not self._trusted(now_s):
            return None
        return max(0.0, self._left_s - (now_s - self._last_s))

    def _see(self, share: float, now_s: float) -> None:
        step_s, gained = now_s - self._last_s, share - self._share
        fade = math.exp(-step_s / TAU_S)
        self._done, self._spent_s = self._done * fade + gained, self._spent_s * fade + step_s
        self._share, self._last_s = share, now_s
        fresh_s = (1 - share) * self._spent_s / self._done
        if self._left_s is not None:  # a part of the new at each look: no jumping to and fro
            before_s = max(0.0, self._left_s - step_s)
            fresh_s = before_s + (fresh_s - before_s) * (1 - math.exp(-step_s / LOOKED_BACK_S))
        self._left_s = fresh_s
        self._late.append((now_s, now_s + fresh_s))
        while self._late[0][0] < now_s - LOOKED_BACK_S:
            self._late.popleft()

    def _trusted(self, now_s: float) -> bool:
        """Enough was done, lately too, and the estimates of late agree."""
        if now_s - self._start_s < SOONEST_S or self._share < LEAST_SHARE:
            return False
        if now_s - self._last_s > LOOKED_BACK_S:
            return False
        left = [max(end_s - now_s, 1.0) for _, end_s in self._late]
        return max(left) <= min(AGREEING * min(left), LONGEST_S)
