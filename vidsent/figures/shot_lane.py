"""The lane of the clip's shots: a bar from cut to cut in the colour of what prevails in it."""

from __future__ import annotations

import plotly.graph_objects as go

from vidsent.core.emotions import COLORS, name
from vidsent.core.results import Analysis
from vidsent.core.timecode import format_time
from vidsent.figures.lanes import Lane, opacity
from vidsent.timeline.shot_list import Shot, shots

LANE = Lane("shots", "y7", 12, 24, 0, 1)
GAP = 1 / 500  # of the clip, between two bars; at most a third of a bar
WORDS = {
    "en": ("Shot {number} · {start}–{end}", "too little seen"),
    "zh": ("镜头 {number} · {start}–{end}", "可见内容太少"),
}


def shots_lane(analysis: Analysis) -> Lane | None:
    """The lane, or None where the clip was never cut."""
    return LANE if analysis.cuts_s else None


def bars(analysis: Analysis, language: str) -> go.Bar:
    """One bar for each shot, the fainter the less sure its emotion is; faintest without one."""
    found = shots(analysis)
    gap_s = GAP * analysis.clip.duration_s
    lengths = [shot.end_s - shot.start_s for shot in found]
    return go.Bar(
        orientation="h",
        base=[round(shot.start_s, 3) for shot in found],
        x=[round(length - min(gap_s, length / 3), 3) for length in lengths],
        y=[0.5] * len(found),
        width=1,
        marker={
            "color": [COLORS[shot.label or "neutral"] for shot in found],
            "opacity": [opacity(shot.share) for shot in found],
            "line": {"width": 0},
            "cornerradius": 3,
        },
        customdata=[
            _hover_text(number, shot, language) for number, shot in enumerate(found, start=1)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        yaxis=LANE.axis,
    )


def _hover_text(number: int, shot: Shot, language: str) -> str:
    head, unseen = WORDS["zh" if language.startswith("zh") else "en"]
    what = f"{name(shot.label, language)} {shot.share:.0%}" if shot.label else unseen
    head = head.format(number=number, start=format_time(shot.start_s), end=format_time(shot.end_s))
    return f"<b>{head}</b><br>{what}"
