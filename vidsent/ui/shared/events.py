"""What every event of the page's own has in common."""

from __future__ import annotations

from typing import Any

import gradio as gr

Updates = dict[Any, Any]  # components, and what becomes of them
NOTICE_S = 10  # that a notice stays

# Of events that are no part of the public API, and whose answers come too soon to show a progress.
# Trap: even where it is hidden, each step of it makes the browser copy all that its places and what
# they contain hold, for every event anew: 30 MB where a result has appeared. So it has no place.
PRIVATE: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "show_progress_on": [],
}


def session_id(request: gr.Request) -> str:
    """The visit that a request belongs to; "" where Gradio names none."""
    return request.session_hash or ""
