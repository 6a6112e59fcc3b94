"""How far a batch is, told on standard error: a line that is rewritten, or a line a clip.

The remaining time is that of the bytes that are left, at the pace so far; until a clip has been
analysed nothing is promised.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from vidsent.batch.jobs import Job
from vidsent.batch.work import Outcome

MINUTE, HOUR = 60, 3600  # seconds
NAME = 40  # characters of a clip's name on the line that is rewritten


class Watch:
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
        self._waiting = {job.key: job.size for job in jobs}
        self._shares: dict[str, float] = {}  # of the clips at work
        self._read = 0  # bytes of clips that were analysed
        self._begun_s = clock()

    @property
    def left_s(self) -> float | None:
        """Seconds that what is left will take; None while that cannot be told."""
        under_way = sum(self._waiting[key] * share for key, share in self._shares.items())
        if not self._read:
            return None
        pace = (self._read + under_way) / max(self._clock() - self._begun_s, 1e-3)
        return (sum(self._waiting.values()) - under_way) / pace

    def at(self, job: Job, share: float) -> None:
        """A clip is read so far."""
        self._shares[job.key] = share
        if self._live:
            self._rewrite(f"{self.progress}: {job.name[-NAME:]} {share:.0%}")

    def done(self, job: Job, outcome: Outcome) -> None:
        """A clip is done with."""
        size = self._waiting.pop(job.key)
        self._shares.pop(job.key, None)
        self._done += 1
        self._read += 0 if outcome.error else size  # what fails at once says nothing of the pace
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
