"""What the lanes of the timeline figure draw: one function, one lane, Plotly traces out.

Text that came with a clip is escaped here, where it enters a hover label or a mark.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from vidsent.core.emotions import COLORS, LABELS, NEUTRAL, name
from vidsent.core.results import Line, Moment, Timeline
from vidsent.core.timecode import format_time
from vidsent.figures.contrast import ink_on
from vidsent.figures.downsampling import POINTS, runs

DANMAKU_BINS = 120
WIDE = 900  # pixels of the time axis on a wide page
LETTER = 6.2  # pixels of a Latin letter at the size of a mark's text
FAINTEST = 0.35  # opacity of a mark whose emotion is hardly likelier than another
FEWEST = 4  # letters of a line that are worth showing
WORDS = {
    "valence": {"en": "valence", "zh": "效价"},
    "arousal": {"en": "arousal", "zh": "唤醒度"},
    "subtitle": {"en": "subtitles", "zh": "字幕"},
    "danmaku": {"en": "danmaku", "zh": "弹幕"},
    "unread": {"en": "no emotion word", "zh": "没有情绪词"},
    "shots": {"en": "shots, from cut to cut", "zh": "镜头（按剪辑点划分）"},
    "comments": {"en": "comments", "zh": "条弹幕"},
    "channels": {"en": "face, words and where they disagree", "zh": "人脸与文字，及其不一致之处"},
}


@dataclass(frozen=True)
class Lane:
    """A strip of the figure: its height and the room for its title above it, in pixels."""

    key: str
    axis: str  # Plotly's name of its y axis: "y", "y2", ...
    height: int
    title: int
    low: float
    high: float


MOMENTS = Lane("moments", "y2", 20, 0, -1, 1)
STACK = Lane("emotions", "y", 150, 4, 0, 1)
AFFECT = Lane("affect", "y3", 60, 24, -1.08, 1.08)
SUBTITLE = Lane("subtitle", "y4", 20, 24, -0.5, 0.5)
DANMAKU = Lane("danmaku", "y5", 34, 24, 0, 1)


def stack(
    timeline: Timeline, keep: np.ndarray, duration_s: float, language: str
) -> list[go.Scatter]:
    """One filled band per emotion, the stronger feelings at the bottom and neutral on top.

    Bands are closed polygons, one for each stretch that was seen: Plotly's own stacking would
    draw slopes into the gaps.
    """
    probs = timeline.probs[keep]
    step_s = float(timeline.t_s[1] - timeline.t_s[0]) if len(timeline.t_s) > 1 else duration_s
    bands: dict[str, list[np.ndarray]] = {label: [] for label in LABELS}
    for start, stop in runs(np.isfinite(probs[:, 0])):
        t_s = timeline.t_s[keep][start:stop].astype(np.float64)
        end_s = t_s[-1] + step_s / 2
        end_s = duration_s if duration_s - end_s < step_s else end_s  # the grid stops short of it
        t_s = np.concatenate([[max(t_s[0] - step_s / 2, 0.0)], t_s, [end_s]])
        part = np.pad(probs[start:stop], ((1, 1), (0, 0)), mode="edge")
        top = np.concatenate([np.zeros((len(part), 1)), np.cumsum(part, axis=1)], axis=1)
        for column, label in enumerate(LABELS):
            bands[label].append(_polygon(t_s, top[:, column], top[:, column + 1]))
    return [_band(label, bands[label], language) for label in LABELS]


def _polygon(t_s: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The outline (2 K + 1, 2) of the band between two curves, closed by a row of NaN."""
    there = np.stack([t_s, high], axis=1)
    back = np.stack([t_s, low], axis=1)[::-1]
    return np.concatenate([there, back, np.full((1, 2), np.nan)])


def _band(label: str, polygons: list[np.ndarray], language: str) -> go.Scatter:
    outline = np.concatenate(polygons) if polygons else np.zeros((0, 2))
    return go.Scatter(
        x=np.round(outline[:, 0], 3),
        y=np.round(outline[:, 1], 4),
        name=name(label, language),
        mode="lines",
        line={"width": 0.5, "color": COLORS[label]},  # closes the hairline between two bands
        fill="toself",
        fillcolor=COLORS[label],
        hoverinfo="skip",
        yaxis=STACK.axis,
    )


def reading(timeline: Timeline, keep: np.ndarray, language: str) -> go.Scatter:
    """What the stack says at a time, for hovering: an invisible line through its middle."""
    seen = keep[np.isfinite(timeline.probs[keep, 0])]
    return go.Scatter(
        x=np.round(timeline.t_s[seen].astype(np.float64), 3),
        y=np.full(len(seen), 0.5),
        text=[_strongest(timeline, index, language) for index in seen],
        mode="markers",
        marker={"opacity": 0, "size": 1},
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        yaxis=STACK.axis,
    )


def _strongest(timeline: Timeline, index: int, language: str) -> str:
    """The time and its three strongest emotions, as a hover label."""
    row = timeline.probs[index]
    top = [column for column in np.argsort(-row)[:3] if row[column] >= 0.01]
    shares = [f"{name(LABELS[column], language)} {100 * row[column]:.0f} %" for column in top]
    return "<br>".join([f"<b>{format_time(float(timeline.t_s[index]))}</b>", *shares])


def affect(
    timeline: Timeline, keep: np.ndarray, language: str, palette: dict[str, str]
) -> list[go.Scatter]:
    curves = (("valence", timeline.valence, "ink", 2.0), ("arousal", timeline.arousal, "soft", 1.4))
    return [
        go.Scatter(
            x=np.round(timeline.t_s[keep].astype(np.float64), 3),
            y=np.round(values[keep].astype(np.float64), 3),
            name=word(key, language),
            meta=role,
            mode="lines",
            connectgaps=False,
            line={
                "width": width,
                "color": palette[role],
                "dash": "solid" if key == "valence" else "dot",
            },
            hovertemplate=f"{word(key, language)} %{{y:+.2f}}<extra></extra>",
            showlegend=False,
            yaxis=AFFECT.axis,
        )
        for key, values, role, width in curves
    ]


def markers(moments: Sequence[Moment], language: str) -> go.Scatter:
    return go.Scatter(
        x=[moment.t_s for moment in moments],
        y=[0.0] * len(moments),
        mode="markers+text",
        marker={"size": 17, "color": [COLORS[moment.label] for moment in moments]},
        text=[f"<b>{number}</b>" for number in range(1, len(moments) + 1)],
        textfont={"size": 10, "color": [ink_on(COLORS[moment.label]) for moment in moments]},
        customdata=[_moment_text(moment, language) for moment in moments],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
        showlegend=False,
        yaxis=MOMENTS.axis,
    )


def _moment_text(moment: Moment, language: str) -> str:
    head = f"<b>{format_time(moment.t_s)} {name(moment.label, language)}</b>"
    return f"{head}<br>{_wrapped(moment.why.get(_code(language), ''))}"


def subtitles(lines: Sequence[Line], duration_s: float, language: str) -> go.Bar:
    colors = [COLORS[label] if (label := _label(line)) else COLORS["neutral"] for line in lines]
    return go.Bar(
        orientation="h",
        base=[line.start_s for line in lines],
        x=[max(line.end_s - line.start_s, 0.05) for line in lines],
        y=[0] * len(lines),
        width=1,
        marker={
            "color": colors,
            "opacity": [0.92 if _label(line) else 0.45 for line in lines],
            "line": {"width": 0},
            "cornerradius": 4,
        },
        text=[_fit(line, duration_s) for line in lines],
        textposition="inside",
        insidetextanchor="start",
        textfont={"size": 11, "color": [ink_on(color) for color in colors]},
        customdata=[_line_text(line, language) for line in lines],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        yaxis=SUBTITLE.axis,
    )


def danmaku(lines: Sequence[Line], duration_s: float, language: str) -> go.Bar:
    """Comments per stretch of the clip, coloured by the emotion that prevails in them."""
    edges = np.linspace(0, duration_s, DANMAKU_BINS + 1)
    bins = np.clip(np.searchsorted(edges, [line.start_s for line in lines], "right") - 1, 0, None)
    counts = np.bincount(
        np.minimum(bins, DANMAKU_BINS - 1), [line.count for line in lines], DANMAKU_BINS
    ).astype(int)
    mass = np.zeros((DANMAKU_BINS, len(LABELS)))
    for place, line in zip(np.minimum(bins, DANMAKU_BINS - 1), lines, strict=True):
        if line.probs is not None:
            mass[place] += line.count * line.probs
    labels = [LABELS[row.argmax()] if row.any() else "neutral" for row in mass]
    return go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts / max(counts.max(), 1),
        width=0.9 * duration_s / DANMAKU_BINS,
        marker={"color": [COLORS[label] for label in labels], "line": {"width": 0}},
        customdata=[
            f"<b>{format_time(t_s)}</b> {count} {word('comments', language)}"
            f"<br>{name(label, language)}"
            for t_s, count, label in zip(edges, counts, labels, strict=False)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        yaxis=DANMAKU.axis,
    )


def of_kind(lines: Sequence[Line], kind: str) -> list[Line]:
    """The lines of a kind in time order; the most emotional ones where there are too many."""
    found = [line for line in lines if line.kind == kind]
    if kind == "subtitle" and len(found) > POINTS:
        found = sorted(found, key=_emotion, reverse=True)[:POINTS]
    return sorted(found, key=lambda line: line.start_s)


def _emotion(line: Line) -> float:
    return 0.0 if line.probs is None else 1.0 - float(line.probs[NEUTRAL])


def _label(line: Line) -> str | None:
    return None if line.probs is None else LABELS[int(np.argmax(line.probs))]


def _line_text(line: Line, language: str) -> str:
    label = _label(line)
    reading = name(label, language) if label else word("unread", language)
    return f"<b>{format_time(line.start_s)} {reading}</b><br>{_wrapped(line.text)}"


def _fit(line: Line, duration_s: float) -> str:
    """As much of the text as its mark has room for on a wide page; narrower ones hide it."""
    room = (line.end_s - line.start_s) / duration_s * WIDE - 2 * LETTER
    text = " ".join(line.text.split())
    ends = np.cumsum([LETTER if character.isascii() else 2 * LETTER for character in text])
    fitting = int(np.searchsorted(ends, room, side="right"))
    if fitting == len(text):
        return html.escape(text)
    shown = html.escape(text[:fitting].rstrip())
    return f"{shown}…" if fitting and ends[fitting - 1] >= FEWEST * LETTER else ""


def _wrapped(text: str) -> str:
    """Text for a hover label: escaped, at most four lines of 48 characters."""
    rows = textwrap.wrap(" ".join(text.split()), 48, max_lines=4, placeholder=" …")
    return "<br>".join(html.escape(row) for row in rows)


def _code(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"


def opacity(share: float) -> float:
    """How plainly a mark is drawn whose emotion has this mean probability."""
    return round(FAINTEST + (1 - FAINTEST) * share, 2)


def word(key: str, language: str) -> str:
    return WORDS[key][_code(language)]


def title(lane: Lane, language: str) -> str:
    """What stands above a lane; the two curves of the affect lane are told apart here."""
    if lane == AFFECT:
        return f"{word('valence', language)} ─   {word('arousal', language)} ┄"
    return word(lane.key, language)
