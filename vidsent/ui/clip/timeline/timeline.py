"""The timeline of the page: a Plotly figure that follows the player and seeks it.

A `gr.Plot` knows no clicks, so this is HTML with scripts of its own (timeline.js and
those it uses). Its value is JSON text. Seeking, zooming and switching lanes happen in the browser
and never wait for the server; a selected span is told to it as the event `span`.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis
from vidsent.figures.lanes import MOMENTS, STACK, Lane, of_kind
from vidsent.figures.timeline_figure import lanes_of, timeline_figure
from vidsent.ui.shared.language import say
from vidsent.ui.shared.static import PLOTLY, scripts

TEMPLATE = """
<div class="legend"></div><div class="tools" role="toolbar"></div>
<div class="stage" tabindex="0" role="slider" aria-valuemin="0" aria-valuenow="0">
<div class="plot"></div><div class="selected" hidden></div>
<div class="playhead"><span>0:00</span></div></div>
"""
SCRIPTS = ("timeline_lanes.js", "timeline_view.js", "timeline_keys.js", "timeline.js")
# Gradio knows the events of a component by their names in quotes
MOUNT = "vidsent.timeline.mount(element, props, watch, (span) => trigger('span', span))"
FIXED = (MOMENTS, STACK)  # lanes that are always there
TOOLS = ("select_span", "zoom_in", "zoom_out")


class Timeline(gr.HTML):
    """Shows what `timeline_value` made; empty for None.

    Its event `span` carries {"start", "end"} in seconds, or {"start": None} when it is cleared.
    """

    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(
            value,
            html_template=TEMPLATE,
            head=scripts(PLOTLY, *SCRIPTS),
            js_on_load=MOUNT,
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "JSON: figure, dark, lanes, moments, duration"}


def timeline_value(analysis: Analysis, language: str) -> str:
    """Everything the scripts need to draw `analysis`, as JSON."""
    return json.dumps(
        {
            "figure": json.loads(timeline_figure(analysis, language).to_json()),
            "dark": json.loads(timeline_figure(analysis, language, dark=True).to_json())["layout"],
            "lanes": [_lane(lane, language) for lane in lanes_of(analysis)],
            "names": [(name(label, language), COLORS[label]) for label in LABELS],
            "moments": [moment.t_s for moment in analysis.moments],
            "duration": max(analysis.clip.duration_s, 1e-3),
            "texts": [" ".join(line.text.split()) for line in of_kind(analysis.lines, "subtitle")],
            "clip": analysis.clip.name,
            "tools": {tool: say(tool, language) for tool in TOOLS},
            "hint": say("timeline_hint", language),
            "keys": say("timeline_keys", language),
            "label": say("timeline_label", language),
        }
    )


def _lane(lane: Lane, language: str) -> dict[str, Any]:
    """A lane for the script that lays them out; `switch` is what its button says, if any."""
    return {
        "key": lane.key,
        "axis": lane.axis.replace("y", "yaxis"),
        "height": lane.height,
        "title": lane.title,
        "switch": None if lane in FIXED else say(f"lane_{lane.key}", language),
    }
