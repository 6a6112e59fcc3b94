"""Live sessions: a bounded number of visitors is read at once, the others wait in line.

A visitor is a random token that their own page made up. Who does not send a picture for a while
loses the session, and so does who has had it for long while others wait.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from vidsent.live import LiveReader

MAX_SESSIONS = 4  # visitors at once; each then still gets five answers a second on two cores
MAX_WAITING = 100  # who comes later is not in line yet
IDLE_S = 30.0  # without a picture a session ends
PATIENCE_S = 10.0  # who waits and does not ask for this long has gone
TURN_S = 300.0  # of a visitor while others wait


@dataclass
class LiveSession:
    """One visitor's reader; `lock` is held while a picture of theirs is read."""

    reader: LiveReader
    since_s: float
    last_s: float
    lock: Lock = field(default_factory=Lock, repr=False)


class LiveSessions:
    """Sessions by visitor; safe to share between threads."""

    def __init__(
        self,
        open_reader: Callable[[], LiveReader] = LiveReader,
        most: int = MAX_SESSIONS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self._open_reader, self._clock = open_reader, clock
        self._lock = Lock()
        self._sessions: dict[str, LiveSession] = {}
        self._waiting: OrderedDict[str, float] = OrderedDict()  # when each last asked, first first

    def admit(self, visitor: str) -> LiveSession | int:
        """The visitor's session, or their place in line, from 1."""
        with self._lock:
            now_s = self._clock()
            self._clear(now_s)
            session = self._sessions.get(visitor)
            if session is None:
                if visitor not in self._waiting and len(self._waiting) >= MAX_WAITING:
                    return MAX_WAITING + 1  # not in line
                self._waiting[visitor] = now_s
                place = list(self._waiting).index(visitor) + 1
                if place > self.most - len(self._sessions):
                    return place
                del self._waiting[visitor]
                session = self._sessions[visitor] = LiveSession(self._open_reader(), now_s, now_s)
            session.last_s = now_s
            return session

    def end(self, visitor: str) -> None:
        """The visitor stopped; nothing of theirs is kept."""
        with self._lock:
            self._sessions.pop(visitor, None)
            self._waiting.pop(visitor, None)

    def _clear(self, now_s: float) -> None:
        """Free what was left behind."""
        for visitor, asked_s in list(self._waiting.items()):
            if now_s - asked_s > PATIENCE_S:
                del self._waiting[visitor]
        for visitor, session in list(self._sessions.items()):
            overdue = self._waiting and now_s - session.since_s > TURN_S
            if now_s - session.last_s > IDLE_S or overdue:
                del self._sessions[visitor]
