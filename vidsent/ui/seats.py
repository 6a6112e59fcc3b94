"""Who is being read live: a bounded number of visitors, and the others in line.

A visitor is a random token that their own page made up. Who does not send a picture for a while
loses the seat, and so does who has had it for long while others wait.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from vidsent.live import LiveReader

MOST = 4  # visitors at once; each then still gets five answers a second on two cores
MOST_WAITING = 100  # who comes later is not in line yet
IDLE_S = 30.0  # without a picture a seat is free again
PATIENCE_S = 10.0  # who waits and does not ask for this long has gone
TURN_S = 300.0  # of a visitor while others wait


@dataclass
class Seat:
    """One visitor's reader; `lock` is held while a picture of theirs is read."""

    reader: LiveReader
    since_s: float
    last_s: float
    lock: Lock = field(default_factory=Lock, repr=False)


class Seats:
    """Seats by visitor; safe to share between threads."""

    def __init__(
        self,
        open_reader: Callable[[], LiveReader] = LiveReader,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self._open_reader, self._clock = open_reader, clock
        self._lock = Lock()
        self._taken: dict[str, Seat] = {}
        self._waiting: OrderedDict[str, float] = OrderedDict()  # when each last asked, first first

    def take(self, visitor: str) -> Seat | int:
        """The visitor's seat, or their place in line, from 1."""
        with self._lock:
            now_s = self._clock()
            self._clear(now_s)
            seat = self._taken.get(visitor)
            if seat is None:
                if visitor not in self._waiting and len(self._waiting) >= MOST_WAITING:
                    return MOST_WAITING + 1  # not in line
                self._waiting[visitor] = now_s
                place = list(self._waiting).index(visitor) + 1
                if place > self.most - len(self._taken):
                    return place
                del self._waiting[visitor]
                seat = self._taken[visitor] = Seat(self._open_reader(), now_s, now_s)
            seat.last_s = now_s
            return seat

    def leave(self, visitor: str) -> None:
        """The visitor stopped; nothing of theirs is kept."""
        with self._lock:
            self._taken.pop(visitor, None)
            self._waiting.pop(visitor, None)

    def _clear(self, now_s: float) -> None:
        """Free what was left behind."""
        for visitor, asked_s in list(self._waiting.items()):
            if now_s - asked_s > PATIENCE_S:
                del self._waiting[visitor]
        for visitor, seat in list(self._taken.items()):
            overdue = self._waiting and now_s - seat.since_s > TURN_S
            if now_s - seat.last_s > IDLE_S or overdue:
                del self._taken[visitor]
