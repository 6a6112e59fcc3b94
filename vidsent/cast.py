"""One row for each person of a clip: how much they were seen and how they felt along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vidsent.emotions import COLORS
from vidsent.results import Analysis, FaceTrack
from vidsent.verdict import dominant

STRETCHES = 240  # parts of the clip that a strip tells apart
BRIDGED_S = 0.3  # a face is taken to be there this long before and after it was looked at


@dataclass(frozen=True)
class Row:
    """What the page shows of one face track; `strip` is a CSS background."""

    name: str
    picture: bytes
    seen: str
    label: str | None  # None where no sighting could be read
    first_s: float
    strip: str


def rows(analysis: Analysis) -> list[Row]:
    """A row per track, the longest seen first."""
    tracks = sorted(
        (track for track in analysis.tracks if len(track.t_s)), key=lambda track: -track.seen
    )
    return [_row(track, number, analysis.clip.duration_s) for number, track in enumerate(tracks)]


def _row(track: FaceTrack, number: int, duration_s: float) -> Row:
    return Row(
        name=_letters(number),
        picture=track.picture,
        seen=f"{track.seen:.0%}",
        label=dominant(track.probs[track.readable].mean(axis=0)) if track.readable.any() else None,
        first_s=float(track.t_s[0]),
        strip=_gradient(_stretches(track, duration_s)),
    )


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    before, place = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + place)


def _stretches(track: FaceTrack, duration_s: float) -> list[str | None]:
    """The label of each of equal parts of the clip, None where the face was not read."""
    times_s, probs = track.t_s[track.readable], track.probs[track.readable]
    if not len(times_s):
        return [None] * STRETCHES
    edges = np.linspace(0, max(duration_s, 1e-3), STRETCHES + 1)
    places = np.clip(np.searchsorted(edges, times_s, side="right") - 1, 0, STRETCHES - 1)
    middles = (edges[:-1] + edges[1:]) / 2
    nearest = np.abs(times_s[None, :] - middles[:, None]).argmin(axis=1)
    near = np.abs(times_s[nearest] - middles) <= BRIDGED_S
    labels: list[str | None] = []
    for place in range(STRETCHES):
        inside = places == place
        if not inside.any() and not near[place]:
            labels.append(None)
            continue
        mean = probs[inside].mean(axis=0) if inside.any() else probs[nearest[place]]
        labels.append(dominant(mean))
    return labels


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
