"""One row for each person of a clip: how much they were seen and how they felt along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vidsent.emotions import COLORS
from vidsent.results import Analysis, FaceTrack
from vidsent.verdict import dominant

STRETCHES = 240  # parts of the clip that a strip tells apart


@dataclass(frozen=True)
class Row:
    """What the page shows of one face track; `strip` is a CSS background."""

    name: str
    picture: bytes
    seen: str
    label: str
    first_s: float
    strip: str


def rows(analysis: Analysis) -> list[Row]:
    """A row per track, the longest seen first."""
    tracks = sorted(
        (track for track in analysis.tracks if len(track.t_s)), key=lambda track: -track.seen
    )
    return [_row(track, number, analysis) for number, track in enumerate(tracks)]


def _row(track: FaceTrack, number: int, analysis: Analysis) -> Row:
    return Row(
        name=_letters(number),
        picture=track.picture,
        seen=f"{track.seen:.0%}",
        label=dominant(track.probs.mean(axis=0)),
        first_s=float(track.t_s[0]),
        strip=_gradient(_stretches(track, analysis)),
    )


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    before, place = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + place)


def _stretches(track: FaceTrack, analysis: Analysis) -> list[str | None]:
    """The label of each of equal parts of the clip, None where the face was not seen."""
    count = max(1, min(STRETCHES, len(analysis.timeline.t_s)))
    edges = np.linspace(0, max(analysis.clip.duration_s, 1e-3), count + 1)
    places = np.clip(np.searchsorted(edges, track.t_s, side="right") - 1, 0, count - 1)
    return [
        dominant(track.probs[places == place].mean(axis=0)) if (places == place).any() else None
        for place in range(count)
    ]


def _gradient(labels: list[str | None]) -> str:
    """Labels as a CSS gradient with hard stops, transparent where there is none."""
    stops, start = [], 0
    for end in range(1, len(labels) + 1):
        if end == len(labels) or labels[end] != labels[start]:
            label = labels[start]
            color = COLORS[label] if label else "transparent"
            low, high = 100 * start / len(labels), 100 * end / len(labels)
            stops.append(f"{color} {low:.2f}% {high:.2f}%")
            start = end
    return f"linear-gradient(90deg, {', '.join(stops)})"
