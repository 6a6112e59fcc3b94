"""The clip's way through valence and arousal, with a dot that moves as the player does.

Russell's circumplex (1980) as a picture: where the seven emotions lie, where the clip went, and
where faces and words would each be alone. Drawn by circumplex.js; a click seeks.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
import numpy as np

from vidsent.core.emotions import COLORS, LABELS, VALENCE_AROUSAL, name
from vidsent.core.results import Analysis, Channel, Timeline
from vidsent.figures.downsampling import downsampled
from vidsent.figures.lanes import word
from vidsent.ui.clip.player.readout import label_numbers
from vidsent.ui.shared.language import say
from vidsent.ui.shared.static import scripts

TEMPLATE = """
<h3></h3>
<div class="affect"><div class="field"><canvas class="ground"></canvas>
<canvas class="here" role="img"></canvas></div>
<div><table><tbody class="told"></tbody></table><p class="quiet"></p></div></div>
"""
MARKS = {"face": "round", "subtitle": "square"}  # any other channel is a triangle
LEFT = ("fear",)  # names that stand left of their place: anger's is to the right of the same one


class Circumplex(gr.HTML):
    """Shows what `circumplex_value` made; empty for None."""

    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(
            value,
            html_template=TEMPLATE,
            head=scripts("circumplex.js"),
            js_on_load="vidsent.circumplex.mount(element, props, watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "JSON: times, points, labels, channels, places"}


def circumplex_value(analysis: Analysis, language: str) -> str:
    """Valence and arousal of the clip and of each channel at every time, as JSON."""
    timeline = analysis.timeline
    keep = downsampled(timeline, [moment.t_s for moment in analysis.moments])
    return json.dumps(
        {
            "title": say("plane", language),
            "names": [name(label, language) for label in LABELS],
            "colors": [COLORS[label] for label in LABELS],
            "places": VALENCE_AROUSAL.round(2).tolist(),
            "sides": [-1 if label in LEFT else 1 for label in LABELS],
            "times": [round(float(t_s), 3) for t_s in timeline.t_s[keep]],
            "points": _points(timeline, keep),
            "labels": label_numbers(timeline.probs[keep]),
            "channels": [
                {
                    "title": say(channel.name, language),
                    "mark": MARKS.get(channel.name, "pointed"),
                    "points": _points(channel, keep),
                }
                for channel in timeline.channels
            ],
            "texts": {
                "valence": word("valence", language),
                "arousal": word("arousal", language),
                "both": say("plane_both", language),
                "hint": say("plane_hint", language),
                "label": say("plane_label", language),
            },
        }
    )


def _points(source: Timeline | Channel, keep: np.ndarray) -> list[list[float] | None]:
    """Pairs of valence and arousal, None where either is not known."""
    pairs = np.stack([source.valence[keep], source.arousal[keep]], axis=1)
    return [
        None if np.isnan(pair).any() else [round(float(each), 2) for each in pair] for pair in pairs
    ]
