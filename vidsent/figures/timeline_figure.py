"""The emotion timeline as one Plotly figure: lanes over a shared time axis.

Lanes, top to bottom: numbered key moments, the stacked emotions, valence and arousal, what each
channel says and where they disagree, the shots, subtitle marks, the density of danmaku. Where
nothing was seen the lanes stay empty. This module draws; it decides nothing about the emotions,
and it does not lay out the page around the figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vidsent.core.results import Analysis, Moment
from vidsent.core.timecode import format_time
from vidsent.figures import lanes as draw
from vidsent.figures.channel_lane import channels_lane, strips
from vidsent.figures.downsampling import downsampled
from vidsent.figures.lanes import AFFECT, DANMAKU, MOMENTS, STACK, SUBTITLE, Lane
from vidsent.figures.shot_lane import bars, shots_lane

TICK_STEPS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600)
TICKS = 9  # at most; as many as fit beside each other on a phone
BELOW = 26  # pixels for the time axis
SIDE = 12  # pixels left and right, so that the first and last marks are whole
FONT = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif'

PALETTES = {
    False: {"ink": "#1d2330", "soft": "#667085", "line": "#e4e7ee", "card": "#ffffff"},
    True: {"ink": "#e8ebf2", "soft": "#98a2b3", "line": "#2c3342", "card": "#171c27"},
}


def timeline_figure(analysis: Analysis, language: str = "en", dark: bool = False) -> go.Figure:
    """The timeline of `analysis` for readers of `language` ("en" or "zh").

    Light and dark differ in the layout and in the colour of the traces whose `meta` is "ink" or
    "soft"; `layout.meta` holds those two colours, so that a page can change over without a
    second figure.
    """
    subtitles, danmaku = (draw.of_kind(analysis.lines, kind) for kind in ("subtitle", "danmaku"))
    lanes = lanes_of(analysis)
    channels = channels_lane(analysis.timeline)
    palette = PALETTES[dark]
    duration_s = max(analysis.clip.duration_s, 1e-3)
    timeline, moments = analysis.timeline, analysis.moments
    keep = downsampled(timeline, [moment.t_s for moment in moments])

    figure = go.Figure(layout=_layout(lanes, duration_s, moments, palette))
    figure.add_traces(draw.stack(timeline, keep, duration_s, language))
    figure.add_trace(draw.reading(timeline, keep, language))
    figure.add_traces(draw.affect(timeline, keep, language, palette))
    if moments:
        figure.add_trace(draw.markers(moments, language))
    if channels:
        figure.add_traces(strips(timeline, language))
    if analysis.cuts_s:
        figure.add_trace(bars(analysis, language))
    if subtitles:
        figure.add_trace(draw.subtitles(subtitles, duration_s, language))
    if danmaku:
        figure.add_trace(draw.danmaku(danmaku, duration_s, language))
    for lane in lanes[2:]:
        figure.add_annotation(_title(lanes, lane, language, palette))
    return figure


def lanes_of(analysis: Analysis) -> list[Lane]:
    """The lanes that the figure of `analysis` has, from top to bottom."""
    kinds = {line.kind for line in analysis.lines}
    between = [channels_lane(analysis.timeline), shots_lane(analysis)]
    words = [lane for lane in (SUBTITLE, DANMAKU) if lane.key in kinds]
    return [MOMENTS, STACK, AFFECT, *(lane for lane in between if lane), *words]


def base_layout(height: int, palette: dict[str, str]) -> dict[str, Any]:
    """What figures along a time axis have in common: size, ink and hover labels."""
    return {
        "height": height,
        "margin": {"l": SIDE, "r": SIDE, "t": 0, "b": BELOW, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": palette["ink"]},
        "hovermode": "closest",
        "hoverdistance": -1,
        "hoverlabel": {
            "bgcolor": palette["card"],
            "bordercolor": palette["line"],
            "font": {"family": FONT, "color": palette["ink"], "size": 12},
            "align": "left",
        },
        "dragmode": False,
        "meta": {"ink": palette["ink"], "soft": palette["soft"]},
    }


def _layout(
    lanes: list[Lane], duration_s: float, moments: Sequence[Moment], palette: dict[str, str]
) -> dict[str, Any]:
    height = sum(lane.height + lane.title for lane in lanes) + BELOW
    ticks = _ticks(duration_s)
    layout: dict[str, Any] = {
        **base_layout(height, palette),
        "barmode": "overlay",
        "uniformtext": {"minsize": 11, "mode": "hide"},
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": {
            "range": [0, duration_s],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "tickvals": ticks,
            "ticktext": [format_time(t_s) for t_s in ticks],
            "tickfont": {"color": palette["soft"], "size": 11},
            "ticklabeloverflow": "allow",
            "ticks": "outside",
            "ticklen": 4,
            "tickcolor": palette["line"],
            "anchor": "free",
            "position": 0,
        },
        "shapes": [_stem(moment.t_s, lanes, palette) for moment in moments]
        + [_rule(lanes, palette)],
    }
    for lane in lanes:
        layout[lane.axis.replace("y", "yaxis")] = {
            "domain": _domain(lanes, lane),
            "range": [lane.low, lane.high],
            "fixedrange": True,
            "visible": False,
            "anchor": "x",
        }
    return layout


def _domain(lanes: list[Lane], lane: Lane) -> list[float]:
    """The share of the figure's height, from below, that a lane covers."""
    total = sum(each.height + each.title for each in lanes)
    above = sum(each.height + each.title for each in lanes[: lanes.index(lane)]) + lane.title
    return [max(0.0, 1 - (above + lane.height) / total), 1 - above / total]


def _stem(t_s: float, lanes: list[Lane], palette: dict[str, str]) -> dict[str, Any]:
    """The dotted line that ties a moment's marker to the stack."""
    low, high = _domain(lanes, STACK)
    line = {"width": 1, "dash": "dot", "color": palette["soft"]}
    return {"name": STACK.key, "type": "line", "xref": "x", "yref": "paper", "x0": t_s, "x1": t_s,
            "y0": low, "y1": high, "line": line}  # fmt: skip


def _rule(lanes: list[Lane], palette: dict[str, str]) -> dict[str, Any]:
    """The zero line of valence and arousal."""
    low, high = _domain(lanes, AFFECT)
    middle = (low + high) / 2
    line = {"width": 1, "color": palette["line"]}
    return {"name": AFFECT.key, "type": "line", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1,
            "y0": middle, "y1": middle, "layer": "below", "line": line}  # fmt: skip


def _title(lanes: list[Lane], lane: Lane, language: str, palette: dict[str, str]) -> dict[str, Any]:
    """The lane's name, small, above its left end."""
    font = {"size": 11, "color": palette["soft"]}
    return {"name": lane.key, "text": draw.title(lane, language), "xref": "paper",
            "yref": "paper", "x": 0, "y": _domain(lanes, lane)[1], "xanchor": "left",
            "yanchor": "bottom",
            "showarrow": False, "font": font}  # fmt: skip


def _ticks(duration_s: float) -> list[float]:
    """Round times from 0, at most TICKS of them."""
    step = next((each for each in TICK_STEPS_S if duration_s / each <= TICKS), duration_s / TICKS)
    return [float(tick) for tick in np.arange(0, duration_s + 1e-9, max(step, 1))]
