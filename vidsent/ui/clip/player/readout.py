"""The readout beside the player: what is felt, shown and said at the time being played."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
import numpy as np

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis, Channel, Line
from vidsent.figures.contrast import ink_on
from vidsent.figures.downsampling import downsampled
from vidsent.figures.lanes import of_kind
from vidsent.timeline.verdict import dominant, dominants
from vidsent.ui.clip.player.face_boxes import face_boxes
from vidsent.ui.shared.language import say
from vidsent.ui.shared.static import scripts

LINE_CHARACTERS = 160
TEMPLATE = """
<h3><span class="title"></span> <span class="stamp">0:00.0</span></h3>
<div class="bars"></div><div class="channels"></div><p class="said"></p>
"""


class Readout(gr.HTML):
    """Shows what `readout_value` made at the player's time; empty for None."""

    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(
            value,
            html_template=TEMPLATE,
            head=scripts("face_boxes.js", "readout.js"),
            js_on_load="vidsent.readout.mount(element, props, watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "JSON: times, shares, channels, lines"}


def readout_value(analysis: Analysis, language: str) -> str:
    """Everything the script needs to tell what happens at any time, as JSON."""
    timeline = analysis.timeline
    keep = downsampled(timeline, [moment.t_s for moment in analysis.moments])
    lines = of_kind(analysis.lines, "subtitle")
    return json.dumps(
        {
            "title": say("now", language),
            "names": [name(label, language) for label in LABELS],
            "colors": [COLORS[label] for label in LABELS],
            "inks": [ink_on(COLORS[label]) for label in LABELS],
            "times": [round(float(t_s), 3) for t_s in timeline.t_s[keep]],
            "shares": [_shares(row) for row in timeline.probs[keep]],
            "channels": [_channel(channel, keep, language) for channel in timeline.channels],
            "starts": [line.start_s for line in lines],
            "lines": [_line(line) for line in lines],
            "faces": face_boxes(analysis),
        }
    )


def _shares(row: np.ndarray) -> list[int] | None:
    """Probabilities (7,) as whole percentages, or None where nothing was seen."""
    return None if np.isnan(row).any() else [round(100 * float(share)) for share in row]


def label_numbers(probs: np.ndarray) -> list[int]:
    """What each row of (T, 7) is named after, as its place in `LABELS`; -1 for nothing."""
    return [-1 if label is None else LABELS.index(label) for label in dominants(probs)]


def _channel(channel: Channel, keep: np.ndarray, language: str) -> dict[str, Any]:
    """What one channel says at each time: the index of its label, or -1, and its share."""
    labels = label_numbers(channel.probs[keep])
    shares = [
        0 if label < 0 else round(100 * float(channel.probs[index, label]))
        for index, label in zip(keep, labels, strict=True)
    ]
    return {
        "title": say(channel.name, language),
        "nothing": say("unseen" if channel.name == "face" else "unsaid", language),
        "labels": labels,
        "shares": shares,
    }


def _line(line: Line) -> tuple[float, float, str, str]:
    label = "neutral" if line.probs is None else dominant(line.probs)
    text = " ".join(line.text.split())[:LINE_CHARACTERS]
    return line.start_s, line.end_s, text, COLORS[label]
