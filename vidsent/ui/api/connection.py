"""Whether the client of a running event is still connected.

Gradio marks the event of a client that went away, but stops only generators by it; a plain
function runs to its end for nobody, and all others wait behind it.
"""

from __future__ import annotations

from collections.abc import Callable

from gradio.context import LocalContext


def connection() -> Callable[[], bool]:
    """Tells whether the client of the event that calls this is still there.

    Call it in the thread that answers the event; outside an event it is always there.
    """
    blocks, event_id = LocalContext.blocks.get(), LocalContext.event_id.get()
    if blocks is None or event_id is None:
        return lambda: True

    def is_open() -> bool:
        jobs = [job for job in blocks._queue.active_jobs if job]
        events = (event for job in jobs for event in job)
        return all(event.alive for event in events if event._id == event_id)

    return is_open
