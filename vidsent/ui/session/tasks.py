"""Which work is done for which session, so that Cancel stops a visitor's own and no one else's."""

from __future__ import annotations

from threading import Event, Lock

from vidsent.core.errors import Cancelled
from vidsent.core.progress import Progress, Step


class SessionTasks:
    """At most one running task per session; a new one stops the one before it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stops: dict[str, Event] = {}
        self._queued: dict[str, Event] = {}

    def enqueue(self, session: str) -> None:
        """Announce a task that waits for its place in the queue: it can be stopped from now on."""
        stop = Event()
        self._replace(session, stop)
        with self._lock:
            self._queued[session] = stop

    def start(self, session: str, report: Progress, queued: bool = False) -> Progress:
        """A progress callback that passes on to `report`, and raises Cancelled once stopped.

        With `queued` the task is the one announced last, which may have been stopped since.
        """
        with self._lock:
            announced = self._queued.pop(session, None)
        stop = announced if queued and announced is not None else Event()
        if stop is not announced:
            self._replace(session, stop)

        def tell(step: Step) -> None:
            if stop.is_set():
                raise Cancelled("The work was stopped.")
            report(step)

        return tell

    def cancel(self, session: str) -> None:
        """Stop the work for a session, if there is any."""
        with self._lock:
            stop = self._stops.pop(session, None)
        if stop is not None:
            stop.set()

    def _replace(self, session: str, stop: Event) -> None:
        with self._lock:
            before = self._stops.pop(session, None)
            self._stops[session] = stop
        if before is not None:
            before.set()
