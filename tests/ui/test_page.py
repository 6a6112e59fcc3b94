"""The page's events, as Gradio knows them."""

from __future__ import annotations

import gradio as gr


def test_where_no_progress_is_shown_none_is_sent_to_a_component(
    unlaunched: gr.Blocks,
) -> None:
    events = unlaunched.fns.values()
    own = [each for each in events if each.api_visibility == "private" and each.outputs]
    hidden = [each for each in own if each.show_progress == "hidden"]
    assert len(hidden) > 10
    assert [each.name for each in hidden if each.show_progress_on != []] == []
