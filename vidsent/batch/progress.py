"""How far a batch is, told on standard error: a line that is rewritten, or a line a clip.

The remaining time is that of what is left, at the pace so far. What a clip costs goes half by its
bytes and half by its being one, and nothing is promised before a few have been analysed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from vidsent.batch.jobs import Job
from vidsent.batch.worker import Outcome

MINUTE, HOUR = 60, 3600  # seconds
FEW = 3  # clips to analyse before a remaining time is told
NAME = 40  # characters of a clip's name on the line that is rewritten


class BatchProgress:
    """Counts what is done, of all that a run is about."""

    def __init__(
        self,
        stream: TextIO,
        total: int,
        jobs: list[Job],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream, self._live, self._clock = stream, stream.isatty(), clock
        self._total, self._done = total, total - len(jobs)
        mean = max(1.0, sum(job.size for job in jobs) / max(len(jobs), 1))
        self._waiting = {job.key: 1 + job.size / mean for job in jobs}  # key -> cost
        self._shares: dict[str, float] = {}  # of the clips at work
        self._read = 0.0  # cost of the clips that were analysed
        self._unread = min(FEW, max(1, len(jobs) - 1))  # clips before a time is told
        self._begun_s = clock()

    @property
    def left_s(self) -> float | None:
        """Seconds that what is left will take; None while that cannot be told."""
        under_way = sum(self._waiting[key] * share for key, share in self._shares.items())
        if self._unread > 0:
            return None
        pace = (self._read + under_way) / max(self._clock() - self._begun_s, 1e-3)
        return (sum(self._waiting.values()) - under_way) / pace

    def update(self, job: Job, share: float) -> None:
        """A clip is read so far."""
        if not self._shares and not self._read:
            self._begun_s = self._clock()  # what went before was loading the models
        self._shares[job.key] = share
        if self._live:
            self._rewrite(f"{self.progress}: {job.name[-NAME:]} {share:.0%}")

    def done(self, job: Job, outcome: Outcome) -> None:
        """A clip is done with."""
        cost = self._waiting.pop(job.key)
        self._shares.pop(job.key, None)
        self._done += 1
        if not outcome.error:  # what fails at once says nothing of the pace
            self._read += cost
            self._unread -= 1
        said = f"failed: {outcome.error}" if outcome.error else f"{outcome.seconds:.1f} s"
        if self._live and not outcome.error:
            self._rewrite(f"{self.progress}: {job.name[-NAME:]}")
        else:
            self._rewrite("")
            self._stream.write(f"{self.progress}: {job.name} {said}\n")
            self._stream.flush()

    def end(self) -> None:
        """Clear the line."""
        self._rewrite("")

    @property
    def progress(self) -> str:
        """Such as "3 of 20, about 5 min left"."""
        left_s = self.left_s if self._waiting else None
        return f"{self._done} of {self._total}" + (
            f", about {spell(left_s)} left" if left_s else ""
        )

    def _rewrite(self, text: str) -> None:
        if self._live:
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()


def spell(seconds: float) -> str:
    """A length of time, as roughly as an estimate deserves."""
    if seconds < MINUTE:
        return f"{max(seconds, 1):.0f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    return f"{seconds // HOUR:.0f} h {seconds % HOUR / MINUTE:.0f} min"
