"""The lane that sets the channels side by side: what each says, and where they contradict.

A thin strip for each channel, coloured by the emotion it is named after at the time, the fainter
the less sure it is; below them a mark wherever two disagree beyond chance (`moments`).
"""

from __future__ import annotations

import html
from dataclasses import replace
from itertools import groupby

import numpy as np
import plotly.graph_objects as go

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Channel, Timeline
from vidsent.core.timecode import format_time
from vidsent.figures.lanes import Lane, opacity
from vidsent.timeline.moments import disagreements
from vidsent.timeline.verdict import dominants
from vidsent.timeline.wording import channel_name, disagreement

ROW = 11  # pixels of one channel's strip with the gap below it
MARK = 8  # pixels of the row that tells where channels disagree
LANE = Lane("channels", "y6", 0, 24, 0, 1)
CONTRADICTED = "#c8372d"


def channels_lane(timeline: Timeline) -> Lane | None:
    """The lane for the timeline's channels, or None where fewer than two have something to say."""
    channels = _seen_channels(timeline)
    if len(channels) < 2:
        return None
    height = ROW * len(channels) + MARK
    return replace(LANE, height=height, high=height)


def strips(timeline: Timeline, language: str) -> list[go.Bar]:
    """One trace a channel, the first on top, and one of the contradictions below them."""
    channels = _seen_channels(timeline)
    height = ROW * len(channels) + MARK
    drawn = [
        _strip(channel, timeline.t_s, height - ROW * place - ROW / 2, language)
        for place, channel in enumerate(channels)
    ]
    return [*drawn, _marks(timeline, language)]


def _seen_channels(timeline: Timeline) -> list[Channel]:
    return [channel for channel in timeline.channels if channel.coverage > 0]


def _strip(channel: Channel, t_s: np.ndarray, y: float, language: str) -> go.Bar:
    step_s = _step_s(t_s)
    names = dominants(channel.probs)
    starts, lengths, labels, sure, start = [], [], [], [], 0
    for label, run in groupby(names):
        end = start + len(list(run))
        if label is not None:
            starts.append(float(t_s[start]))
            lengths.append((end - start) * step_s)
            labels.append(label)
            sure.append(float(channel.probs[start:end, LABELS.index(label)].mean()))
        start = end
    who = html.escape(channel_name(channel.name, language))
    return go.Bar(
        orientation="h",
        base=np.round(starts, 3),
        x=np.round(lengths, 3),
        y=[y] * len(starts),
        width=ROW - 2,
        marker={
            "color": [COLORS[label] for label in labels],
            "opacity": [opacity(share) for share in sure],
            "line": {"width": 0},
        },
        customdata=[
            f"<b>{format_time(at)} {who}</b><br>{name(label, language)} {share:.0%}"
            for at, label, share in zip(starts, labels, sure, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        yaxis=LANE.axis,
    )


def _marks(timeline: Timeline, language: str) -> go.Bar:
    step_s = _step_s(timeline.t_s)
    found = list(disagreements(timeline))
    starts = [float(timeline.t_s[start]) for _, _, start, _ in found]
    return go.Bar(
        orientation="h",
        base=np.round(starts, 3),
        x=[round((end - start) * step_s, 3) for _, _, start, end in found],
        y=[MARK / 2] * len(found),
        width=MARK - 3,
        marker={
            "color": [CONTRADICTED] * len(found),
            "line": {"width": 0},
            "pattern": {"shape": "/", "size": 4, "solidity": 0.6},
        },
        customdata=[
            f"<b>{format_time(at)}</b> {disagreement(names, language)}"
            for at, (names, *_) in zip(starts, found, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        yaxis=LANE.axis,
    )


def _step_s(t_s: np.ndarray) -> float:
    return float(t_s[1] - t_s[0]) if len(t_s) > 1 else 1.0
