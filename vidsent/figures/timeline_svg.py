"""The timeline figure without its script: its lanes as marks of an SVG, for paper and for readers
that run none.

It reads what `timeline_figure.timeline_figure` drew and decides nothing: closed bands, curves,
numbered markers, bars along and across time, titles and ticks. Sizes are in the units of the
picture, WIDTH of them across; colours named "ink" or "soft" follow the reader's light or dark
ground.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vidsent.core.results import Analysis
from vidsent.figures.contrast import ink_on
from vidsent.figures.timeline_figure import BELOW, SIDE, timeline_figure

WIDTH = 900  # units; text of 12 units is then as large on A4 as a caption
TAG = re.compile(r"<[^>]*>")  # of the figure's own texts, in which text from files is escaped
ROLES = ("ink", "soft")


@dataclass
class TimelineSvg:
    """Marks of the picture in the order of drawing; x, y and lengths in units."""

    width: int
    height: int
    bands: list[tuple[str, str, str]] = field(default_factory=list)  # name, colour, path
    curves: list[tuple[str, str, float, bool]] = field(
        default_factory=list
    )  # path, role, width, dotted
    bars: list[dict[str, Any]] = field(default_factory=list)  # x, y, width, height, color, ...
    markers: list[dict[str, Any]] = field(default_factory=list)  # x, y, r, color, ink, text, title
    stems: list[tuple[float, float, float]] = field(default_factory=list)  # x, y from, y to
    rules: list[float] = field(default_factory=list)  # y
    titles: list[tuple[float, float, str]] = field(default_factory=list)  # x, y, text
    ticks: list[tuple[float, str]] = field(default_factory=list)  # x, text


def timeline_svg(analysis: Analysis, language: str = "en") -> TimelineSvg:
    """The marks of the timeline of `analysis` for readers of `language`."""
    figure = timeline_figure(analysis, language)
    layout = figure.layout
    axes = _Axes(figure)
    svg = TimelineSvg(WIDTH, layout.height)
    draw = {"scatter": partial(_scatter, svg, axes), "bar": partial(_bars, svg, axes)}
    for trace in figure.data:
        draw[trace.type](trace)
    for shape in layout.shapes:
        if shape.xref == "paper":
            svg.rules.append(axes.paper(shape.y0))
        else:
            svg.stems.append((axes.x(shape.x0), axes.paper(shape.y1), axes.paper(shape.y0)))
    for note in layout.annotations:
        svg.titles.append((SIDE, axes.paper(note.y) - 5, _plain(note.text)))
    for t_s, text in zip(layout.xaxis.tickvals, layout.xaxis.ticktext, strict=True):
        svg.ticks.append((axes.x(t_s), text))
    return svg


class _Axes:
    """Where values of the figure lie in the picture."""

    def __init__(self, figure: go.Figure) -> None:
        self._lanes: dict[str, tuple[float, ...]] = {}  # reading the figure is slow
        self._layout = figure.layout
        self._span_s = float(figure.layout.xaxis.range[1])
        self._deep = figure.layout.height - BELOW

    def x(self, t_s: float) -> float:
        return round(SIDE + (WIDTH - 2 * SIDE) * float(t_s) / self._span_s, 2)

    def paper(self, share: float) -> float:
        """The height of a share of the figure, from below."""
        return round(self._deep * (1 - float(share)), 2)

    def y(self, axis: str, value: float) -> float:
        if axis not in self._lanes:
            found = self._layout[axis.replace("y", "yaxis")]
            self._lanes[axis] = (*found.range, *found.domain)
        low, high, bottom, top = self._lanes[axis]
        return self.paper(bottom + (top - bottom) * (float(value) - low) / (high - low))


def _scatter(svg: TimelineSvg, axes: _Axes, trace: go.Scatter) -> None:
    mode = trace.mode or ""
    if trace.fill == "toself":
        svg.bands.append((trace.name, trace.fillcolor, _path(axes, trace, closed=True)))
    elif "text" in mode:
        _markers(svg, axes, trace)
    elif "lines" in mode:
        role = trace.meta if trace.meta in ROLES else "ink"
        dotted = trace.line.dash not in (None, "solid")
        svg.curves.append((_path(axes, trace), role, trace.line.width or 1.5, dotted))
    # what is left is invisible: it carries the figure's hover labels


def _path(axes: _Axes, trace: go.Scatter, closed: bool = False) -> str:
    """SVG path data; a value of NaN ends one piece of it."""
    pieces: list[str] = []
    begin, axis = True, trace.yaxis
    for t_s, value in zip(trace.x, trace.y, strict=True):
        if not np.isfinite(value) or not np.isfinite(t_s):
            begin = True
            continue
        pieces.append(f"{'M' if begin else 'L'}{axes.x(t_s):g} {axes.y(axis, value):g}")
        begin = False
    path = "".join(pieces)
    return path.replace("M", "ZM")[1:] + "Z" if closed and path else path


def _markers(svg: TimelineSvg, axes: _Axes, trace: go.Scatter) -> None:
    for index, (t_s, value) in enumerate(zip(trace.x, trace.y, strict=True)):
        color = trace.marker.color[index]
        svg.markers.append(
            {
                "x": axes.x(t_s),
                "y": axes.y(trace.yaxis, value),
                "r": trace.marker.size / 2,
                "color": color,
                "ink": ink_on(color),
                "text": _plain(trace.text[index]),
                "title": _plain(trace.customdata[index]),
            }
        )


def _bars(svg: TimelineSvg, axes: _Axes, trace: go.Bar) -> None:
    along, axis, wide = trace.orientation == "h", trace.yaxis, trace.width
    colors, opacities, titles = trace.marker.color, trace.marker.opacity, trace.customdata
    texts = trace.text if along else None
    bases = trace.base if along else [0.0] * len(trace.x)
    for index, (base, x, y) in enumerate(zip(bases, trace.x, trace.y, strict=True)):
        if along:
            left, right, low, high = base, base + x, y - wide / 2, y + wide / 2
        else:
            left, right, low, high = x - wide / 2, x + wide / 2, base, y
        top, bottom = axes.y(axis, high), axes.y(axis, low)
        if bottom <= top:
            continue
        svg.bars.append(
            {
                "x": axes.x(left),
                "y": top,
                "width": round(max(axes.x(right) - axes.x(left), 0.5), 2),
                "height": round(bottom - top, 2),
                "color": colors[index],
                "opacity": None if opacities is None else opacities[index],
                "ink": ink_on(colors[index]),
                "text": "" if texts is None else _plain(texts[index]),
                "title": _plain(titles[index]),
            }
        )


def _plain(text: str) -> str:
    """Plotly's markup as text, which the template escapes again."""
    return html.unescape(TAG.sub("", text.replace("<br>", "\n")))
