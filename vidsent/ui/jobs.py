"""Who is being worked for, so that a visitor's Cancel stops their own work and no one else's."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock

from vidsent.errors import Cancelled

Progress = Callable[[str, float], None]  # stage, share of the work done


class Jobs:
    """At most one running job per session; a new one stops the one before it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stops: dict[str, Event] = {}

    def start(self, session: str, report: Progress) -> Progress:
        """A progress callback that passes on to `report`, and raises Cancelled once stopped."""
        stop = Event()
        with self._lock:
            before = self._stops.pop(session, None)
            self._stops[session] = stop
        if before is not None:
            before.set()

        def tell(stage: str, done: float) -> None:
            if stop.is_set():
                raise Cancelled("The work was stopped.")
            report(stage, done)

        return tell

    def stop(self, session: str) -> None:
        """Stop the work for a session, if there is any."""
        with self._lock:
            stop = self._stops.pop(session, None)
        if stop is not None:
            stop.set()
