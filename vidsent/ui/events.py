"""What every event of the page's own has in common."""

from __future__ import annotations

from typing import Any

import gradio as gr

# of events that are no part of the public API, and whose answers come too soon to show a progress
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def session(request: gr.Request) -> str:
    """The visit that a request belongs to; "" where Gradio names none."""
    return request.session_hash or ""
