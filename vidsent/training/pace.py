"""How long a training run still takes, told from what it did so far."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """Counts equal pieces of work, such as epochs, of which `total` are to be done.

    Pieces that a resumed run finds done are skipped: they say nothing about this machine.
    """

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._left, self._done = total, 0

    def skip(self, count: int) -> None:
        """`count` pieces were done before."""
        self._left -= count

    def tick(self) -> str:
        """One more piece is done; what is left, as "about 12 min left"."""
        self._left, self._done = self._left - 1, self._done + 1
        spent = self._clock() - self._started
        return f"about {duration(spent / self._done * max(0, self._left))} left"


def duration(seconds: float) -> str:
    """As people say it: "40 s", "12 min" or "3 h 20 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
