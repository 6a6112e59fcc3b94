"""One row for each person of a clip: how much they were seen and how they felt along it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from vidsent.core.emotions import LABELS, intensity, name
from vidsent.core.results import Analysis, FaceTrack
from vidsent.core.timecode import format_time
from vidsent.timeline.verdict import dominant, dominants

STRETCHES = 240  # parts of the clip that a curve tells apart; the curve is as many units wide
BRIDGED_S = 0.3  # a face is taken to be there this long before and after it was looked at
HEIGHT = 32  # units of a curve
LOWEST = 3  # units that stand for a calm face, so that its colour can be seen
SHORT = 16  # characters of a name over a picture
PERSON = ("Person {}", "人物 {}")  # whom nobody has named, in English and Chinese


@dataclass(frozen=True)
class Run:
    """A run of stretches [start, end) named after one emotion, as an SVG path and in words."""

    start: int
    end: int
    label: str
    path: str
    title: str


@dataclass(frozen=True)
class Row:
    """What the page shows of one face track; `valence` is an SVG path in the runs' frame."""

    track: int  # its id
    name: str  # in the reader's language
    given: str  # the name that someone gave, or ""
    picture: bytes
    seen: str
    label: str | None  # None where no detection could be read
    first_s: float
    last_s: float
    runs: tuple[Run, ...]
    valence: str


def rows(analysis: Analysis, language: str = "en") -> list[Row]:
    """A row per track, the longest seen first."""
    duration_s = max(analysis.clip.duration_s, 1e-3)
    return [
        _row(track, number, duration_s, language)
        for number, track in enumerate(_in_order(analysis))
    ]


def names(analysis: Analysis, language: str = "en") -> dict[int, str]:
    """What the person of each track is called in short, by its id."""
    ordered = enumerate(_in_order(analysis))
    return {track.id: short(_name(track, number, language)) for number, track in ordered}


def short(name: str) -> str:
    """The name, or its beginning where it is long."""
    return name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"


def _in_order(analysis: Analysis) -> list[FaceTrack]:
    return sorted((t for t in analysis.tracks if len(t.t_s)), key=lambda track: -track.seen)


def _row(track: FaceTrack, number: int, duration_s: float, language: str) -> Row:
    probs, valence = _stretches(track, duration_s)
    return Row(
        track=track.id,
        name=_name(track, number, language),
        given=track.name,
        picture=track.picture,
        seen=f"{track.seen:.0%}",
        label=dominant(track.probs[track.readable].mean(axis=0)) if track.readable.any() else None,
        first_s=float(track.t_s[0]),
        last_s=float(track.t_s[-1]),
        runs=_runs(probs, duration_s, language),
        valence=_line(valence),
    )


def _name(track: FaceTrack, number: int, language: str) -> str:
    return track.name or PERSON[language.startswith("zh")].format(_letters(number))


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    before, place = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + place)


def _stretches(track: FaceTrack, duration_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (240, 7) and valence (240,) of equal parts of the clip, NaN where unread."""
    times_s = track.t_s[track.readable]
    values = np.column_stack([track.probs, track.valence])[track.readable]
    means = np.full((STRETCHES, len(LABELS) + 1), np.nan)
    if len(times_s):
        edges = np.linspace(0, duration_s, STRETCHES + 1)
        places = np.clip(np.searchsorted(edges, times_s, side="right") - 1, 0, STRETCHES - 1)
        middles = (edges[:-1] + edges[1:]) / 2
        nearest = np.abs(times_s[None, :] - middles[:, None]).argmin(axis=1)
        near = np.abs(times_s[nearest] - middles) <= BRIDGED_S
        means[near] = values[nearest[near]]
        for place in np.unique(places):
            means[place] = values[places == place].mean(axis=0)
    return means[:, :-1], means[:, -1]


def _runs(probs: np.ndarray, duration_s: float, language: str) -> tuple[Run, ...]:
    """Runs of stretches (240, 7) with one name each; what was not read belongs to none."""
    names = dominants(probs)
    runs, start = [], 0
    for label, group in groupby(names):
        end = start + len(list(group))
        if label is not None:
            share = probs[start:end, LABELS.index(label)].mean()
            first, last = (format_time(edge * duration_s / STRETCHES) for edge in (start, end))
            when = first if first == last else f"{first}–{last}"
            title = f"{when} {name(label, language)} {share:.0%}"
            runs.append(Run(start, end, label, _area(start, intensity(probs[start:end])), title))
        start = end
    return tuple(runs)


def _area(start: int, strength: np.ndarray) -> str:
    """The area under intensities (K,) from stretch `start` on, as steps a stretch wide."""
    tops = HEIGHT - LOWEST - (HEIGHT - LOWEST) * np.clip(strength, 0, 1)
    steps = "".join(f"V{top:.1f}H{start + place + 1}" for place, top in enumerate(tops))
    return f"M{start} {HEIGHT}{steps}V{HEIGHT}Z"


def _line(valence: np.ndarray) -> str:
    """Valence (240,) as a line that breaks where it is NaN; 0 lies at half the height."""
    points, pen = [], "M"
    for place, value in enumerate(valence):
        if np.isnan(value):
            pen = "M"
            continue
        y = HEIGHT / 2 * (1 - float(np.clip(value, -1, 1)))
        points.append(f"{pen}{place + 0.5:g} {y:.1f}")
        pen = "L"
    return "".join(points)
