"""The timeline of the page: a Plotly figure that follows the player and seeks it.

A `gr.Plot` knows no clicks, so this is HTML with a script of its own (assets/ui/timeline.js).
Its value is JSON text; seeking happens in the browser and never waits for the server.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from vidsent.charts import timeline_figure
from vidsent.emotions import COLORS, LABELS, name
from vidsent.results import Analysis
from vidsent.ui.static import PLOTLY, scripts
from vidsent.ui.text import say

TEMPLATE = """
<div class="legend"></div>
<div class="stage" tabindex="0" role="slider" aria-valuemin="0" aria-valuenow="0">
<div class="plot"></div><div class="playhead"><span>0:00</span></div></div>
"""


class Timeline(gr.HTML):
    """Shows what `timeline_value` made; empty for None."""

    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(
            value,
            html_template=TEMPLATE,
            head=scripts(PLOTLY.name, "timeline.js"),
            js_on_load="vidsent.timeline.mount(element, props, watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "JSON: figure, dark, names, moments, duration"}


def timeline_value(analysis: Analysis, language: str) -> str:
    """Everything the script needs to draw `analysis`, as JSON."""
    return json.dumps(
        {
            "figure": json.loads(timeline_figure(analysis, language).to_json()),
            "dark": json.loads(timeline_figure(analysis, language, dark=True).to_json())["layout"],
            "names": [(name(label, language), COLORS[label]) for label in LABELS],
            "moments": [moment.t_s for moment in analysis.moments],
            "duration": max(analysis.clip.duration_s, 1e-3),
            "hint": say("timeline_hint", language),
            "label": say("timeline_label", language),
        }
    )
