"""What the page knows of one visit, as components that every tab reads."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from vidsent.ui.session import result, visitor

KEPT_S = 3600  # a result for its visitor, and a visitor's clips since the last of them


@dataclass(frozen=True)
class Session:
    """The language that was chosen, the result that is shown, the clips that were analysed."""

    language: gr.Radio
    result: gr.State  # Result | None
    visitor: gr.State  # Visitor | None


def result_state() -> gr.State:
    """Where a visitor's result is held."""
    return gr.State(None, time_to_live=KEPT_S, delete_callback=result.delete)


def visitor_state() -> gr.State:
    """Where a visitor's clips are held; not to be made inside Tabs, which would count it as one."""
    return gr.State(None, time_to_live=KEPT_S, delete_callback=visitor.leave)
