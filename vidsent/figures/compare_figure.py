"""Two clips on one axis as a Plotly figure: a strip for each, how far apart they are, valence.

In the style of `timeline_figure`: light and dark differ in the layout and in the colour of the
traces whose `meta` is "ink" or "soft". This module draws; `compare` measures.
"""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vidsent.core.emotions import LABELS, name
from vidsent.core.results import Timeline
from vidsent.core.timecode import format_time
from vidsent.figures import lanes as draw
from vidsent.figures.lanes import Lane
from vidsent.figures.timeline_figure import BELOW, PALETTES, TICK_STEPS_S, TICKS, base_layout
from vidsent.timeline.compare import Comparison, Side
from vidsent.timeline.compare_wording import SIDES, place

FIRST = Lane("first", "y", 96, 20, 0, 1)
SECOND = Lane("second", "y2", 96, 24, 0, 1)
APART = Lane("apart", "y3", 44, 24, 0, 1)
VALENCE = Lane("valence", "y4", 64, 24, -1.08, 1.08)
LANES = (FIRST, SECOND, APART, VALENCE)
FILL = "rgba(127, 135, 150, 0.4)"  # on light and dark alike
WORDS = {
    "apart": ("how far apart: 0 the same, 1 nothing in common", "差异：0 为相同，1 为毫无共同之处"),
    "valence": ("valence: A ─   B ┄", "效价：A ─   B ┄"),
    "valence_of": ("valence", "效价"),
    "difference": ("apart", "差异"),
    "unseen": ("not seen", "未见"),
}


def comparison_figure(found: Comparison, language: str = "en", dark: bool = False) -> go.Figure:
    """The comparison for readers of `language` ("en" or "zh"); x is in the axis's own unit."""
    palette = PALETTES[dark]
    figure = go.Figure(layout=_layout(found, language, palette))
    for side, lane in zip(found.sides, (FIRST, SECOND), strict=True):
        figure.add_traces(_stack(found, side, lane, language))
    figure.add_traces([_apart(found), *_valence(found, language, palette)])
    figure.add_traces([_reading(found, lane, language) for lane in (FIRST, SECOND, APART)])
    for lane in LANES:
        figure.add_annotation(_title(found, lane, language, palette))
    return figure


def _stack(found: Comparison, side: Side, lane: Lane, language: str) -> list[go.Scatter]:
    curves = Timeline(
        found.grid, side.probs, side.valence, side.arousal, side.intensity, side.valence
    )
    bands = draw.stack(curves, np.arange(len(found.grid)), found.end, language)
    return [band.update(yaxis=lane.axis) for band in bands]


def _apart(found: Comparison) -> go.Scatter:
    return go.Scatter(
        x=_rounded(found.grid),
        y=_rounded(np.nan_to_num(found.difference)),
        mode="lines",
        line={"width": 0, "shape": "spline"},
        fill="tozeroy",
        fillcolor=FILL,
        hoverinfo="skip",
        yaxis=APART.axis,
    )


def _valence(found: Comparison, language: str, palette: dict[str, str]) -> list[go.Scatter]:
    styles = (("ink", 2.0, "solid"), ("soft", 1.6, "dot"))
    return [
        go.Scatter(
            x=_rounded(found.grid),
            y=_rounded(side.valence),
            meta=role,
            mode="lines",
            connectgaps=False,
            line={"width": width, "color": palette[role], "dash": dash},
            hovertemplate=f"{key} {_word('valence_of', language)} %{{y:+.2f}}<extra></extra>",
            yaxis=VALENCE.axis,
        )
        for key, side, (role, width, dash) in zip(SIDES, found.sides, styles, strict=True)
    ]


def _reading(found: Comparison, lane: Lane, language: str) -> go.Scatter:
    """What both say at a place, for hovering: an invisible line through the middle of a lane."""
    return go.Scatter(
        x=_rounded(found.grid),
        y=np.full(len(found.grid), 0.5),
        text=[_said(found, index, language) for index in range(len(found.grid))],
        mode="markers",
        marker={"opacity": 0, "size": 1},
        hovertemplate="%{text}<extra></extra>",
        yaxis=lane.axis,
    )


def _said(found: Comparison, index: int, language: str) -> str:
    rows = [f"<b>{place(found, float(found.grid[index]), language)}</b>"]
    for key, side in zip(SIDES, found.sides, strict=True):
        row = side.probs[index]
        top = [] if np.isnan(row[0]) else [c for c in np.argsort(-row)[:2] if row[c] >= 0.05]
        shares = [f"{name(LABELS[column], language)} {100 * row[column]:.0f} %" for column in top]
        rows.append(f"{key}: {', '.join(shares) or _word('unseen', language)}")
    if np.isfinite(found.difference[index]):
        rows.append(f"{_word('difference', language)} {found.difference[index]:.2f}")
    return "<br>".join(rows)


def _layout(found: Comparison, language: str, palette: dict[str, str]) -> dict[str, Any]:
    ticks = _ticks(found)
    layout: dict[str, Any] = {
        **base_layout(sum(lane.height + lane.title for lane in LANES) + BELOW, palette),
        "showlegend": False,
        "xaxis": {
            "range": [0, found.end],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "tickvals": ticks,
            "ticktext": [place(found, at, language) for at in ticks],
            "tickfont": {"color": palette["soft"], "size": 11},
            "ticklabeloverflow": "allow",
            "ticks": "outside",
            "ticklen": 4,
            "tickcolor": palette["line"],
            "anchor": "free",
            "position": 0,
        },
        "shapes": [_stem(each.at, palette) for each in found.moments] + [_rule(palette)],
    }
    for lane in LANES:
        layout[lane.axis.replace("y", "yaxis")] = {
            "domain": _domain(lane),
            "range": [lane.low, lane.high],
            "fixedrange": True,
            "visible": False,
            "anchor": "x",
        }
    return layout


def _domain(lane: Lane) -> list[float]:
    """The share of the figure's height, from below, that a lane covers."""
    total = sum(each.height + each.title for each in LANES)
    above = sum(each.height + each.title for each in LANES[: LANES.index(lane)]) + lane.title
    return [max(0.0, 1 - (above + lane.height) / total), 1 - above / total]


def _stem(at: float, palette: dict[str, str]) -> dict[str, Any]:
    """The dotted line through all lanes where the two part."""
    line = {"width": 1.5, "dash": "dot", "color": palette["ink"]}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at,
            "y0": _domain(APART)[0], "y1": _domain(FIRST)[1], "line": line}  # fmt: skip


def _rule(palette: dict[str, str]) -> dict[str, Any]:
    """The zero line of valence."""
    middle = sum(_domain(VALENCE)) / 2
    line = {"width": 1, "color": palette["line"]}
    return {"type": "line", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1,
            "y0": middle, "y1": middle, "layer": "below", "line": line}  # fmt: skip


def _title(found: Comparison, lane: Lane, language: str, palette: dict[str, str]) -> dict[str, Any]:
    """The lane's name, small, above its left end; of a clip its letter, name and length."""
    if lane in (FIRST, SECOND):
        index = int(lane == SECOND)
        side = found.sides[index]
        text = f"<b>{SIDES[index]}</b>  {html.escape(side.name)} · {format_time(side.duration_s)}"
    else:
        text = _word(lane.key, language)
    font = {"size": 11, "color": palette["soft"]}
    return {"text": text, "xref": "paper", "yref": "paper", "x": 0, "y": _domain(lane)[1],
            "xanchor": "left", "yanchor": "bottom", "showarrow": False, "font": font}  # fmt: skip


def _ticks(found: Comparison) -> list[float]:
    if found.axis == "share":
        return [0.0, 0.25, 0.5, 0.75, 1.0]
    step = next((s for s in TICK_STEPS_S if found.end / s <= TICKS), found.end / TICKS)
    return [float(at) for at in np.arange(0, found.end + 1e-9, max(step, 1))]


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.round(values.astype(np.float64), 4)


def _word(key: str, language: str) -> str:
    return WORDS[key][language.startswith("zh")]
