"""The Compare tab: two clips chosen from the examples and the visitor's own, on one axis."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.figures.compare_figure import comparison_figure
from vidsent.timeline import compare_wording as words
from vidsent.timeline.compare import Comparison
from vidsent.ui.shared.language import I18N, say
from vidsent.ui.shared.static import PLOTLY, scripts
from vidsent.ui.shared.templates import render

TEMPLATE = """
<div class="head"><button type="button" class="both"></button><div class="legend"></div></div>
<div class="stage" tabindex="0" role="slider" aria-valuemin="0" aria-valuenow="0">
<div class="plot"></div><div class="playhead"></div></div>
"""


class Overlay(gr.HTML):
    """Shows what `overlay_value` made: the figure, which seeks both players; empty for None."""

    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(
            value,
            html_template=TEMPLATE,
            head=scripts(PLOTLY, "compare.js"),
            js_on_load="vidsent.compare.mount(element, props, watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "JSON: figure, dark, names, end, scales, texts"}


@dataclass(frozen=True)
class CompareTab:
    """The components that the comparison's answers read or change."""

    tab: gr.Tab
    first: gr.Dropdown
    second: gr.Dropdown
    axis: gr.Radio
    hint: gr.HTML
    told: gr.HTML
    players: tuple[gr.Video, gr.Video]
    overlay: Overlay


def build_compare_tab() -> CompareTab:
    """The tab inside the current Tabs."""
    with gr.Tab(I18N("compare_tab"), id="compare") as tab, gr.Column(elem_id="compare"):
        with gr.Column(elem_classes="card", elem_id="compare-choice"):
            with gr.Row(elem_id="compare-clips"):
                first, second = (
                    gr.Dropdown([], label=key, elem_id=f"compare-{key.lower()}-choice")
                    for key in words.SIDES
                )
                axis = gr.Radio(
                    _axes("en"), value="share", label=I18N("compare_axis"), elem_id="compare-axis"
                )
            hint = gr.HTML(_hint("en"), apply_default_css=False)
        told = gr.HTML(apply_default_css=False, elem_id="compare-told", elem_classes="card")
        with gr.Row(elem_classes="card", elem_id="compare-players"):
            players = tuple(_player(key) for key in words.SIDES)
        overlay = Overlay(elem_id="compare-overlay", elem_classes="card")
    return CompareTab(tab, first, second, axis, hint, told, (players[0], players[1]), overlay)


def labels(tab: CompareTab, language: str) -> dict[Any, Any]:
    """What has words in it besides the comparison."""
    return {
        tab.tab: gr.update(label=say("compare_tab", language)),
        tab.axis: gr.update(label=say("compare_axis", language), choices=_axes(language)),
        tab.hint: _hint(language),
    }


def difference_html(found: Comparison, language: str) -> str:
    """The difference in words; each moment seeks both players."""
    moments = zip((each.at for each in found.moments), words.parting(found, language), strict=True)
    return render(
        "compare/difference.html",
        language,
        headline=words.headline(found, language),
        overall=words.overall(found, language),
        parting=list(moments),
        coverage=words.coverage(found, language),
    )


def overlay_value(found: Comparison, language: str) -> str:
    """Everything the script needs to draw the comparison and to seek, as JSON."""
    seconds = found.axis == "seconds"
    lengths_s = [side.duration_s for side in found.sides]
    return json.dumps(
        {
            "figure": json.loads(comparison_figure(found, language).to_json()),
            "dark": json.loads(comparison_figure(found, language, dark=True).to_json())["layout"],
            "names": [(name(label, language), COLORS[label]) for label in LABELS],
            "end": found.end,
            "scales": [1.0, 1.0] if seconds else lengths_s,  # seconds of a clip to one of the axis
            "lengths": lengths_s,
            "play": say("compare_play", language),
            "pause": say("compare_pause", language),
            "label": say("compare_label", language),
            "hint": say("compare_how", language),
        }
    )


def _axes(language: str) -> list[tuple[str, str]]:
    return [(say(f"compare_{axis}", language), axis) for axis in ("share", "seconds")]


def _hint(language: str) -> str:
    return render("compare/hint.html", language)


def _player(key: str) -> gr.Video:
    return gr.Video(
        label=key,
        interactive=False,
        buttons=[],
        height=240,
        min_width=240,
        elem_id=f"compare-{key.lower()}",
        container=False,
    )
