"""The times worth jumping to: where an emotion is at its height, turns, or is contradicted.

A stretch is a run of time named after one emotion. Its peak is a moment; where one felt
emotion gives way to another within a short while is a turn; where two channels, such as face and
words, disagree beyond chance for some time is a disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.core.results import Line, Timeline
from vidsent.timeline.fusion import contradictions
from vidsent.timeline.verdict import dominant, dominants

LEAST_STRETCH_S = 0.6  # a shorter flicker is noise
LEAST_PEAK = 0.5  # probability that a stretch must reach
TURN_WITHIN_S = 1.5  # pause between two emotions that still counts as one turn
# How far two channels, named in order, must feel different things: more than 95 % of the pairs do
# whose emotion is the same. Fitted by `python -m vidsent compare fusion`, which prints them.
LEAST_DISAGREEMENT = {
    ("danmaku", "face"): 0.37,
    ("danmaku", "subtitle"): 0.32,
    ("face", "subtitle"): 0.51,
}
AROUND_S = 1.0  # words said within this of a moment are its words
APART_S = 0.8  # two moments closer than this are one


@dataclass(frozen=True)
class Candidate:
    """A moment before it is put into words and given a picture."""

    t_s: float
    label: str
    kind: str  # "peak", "turn", "disagreement"
    intensity: float
    strength: float  # how much it deserves a place in the list
    before: str | None = None  # the emotion that a turn leaves
    between: tuple[str, str] | None = None  # the channels that disagree


@dataclass(frozen=True)
class _Stretch:
    start: int  # grid indices, [start, end)
    end: int
    label: str


def find_moments(timeline: Timeline, limit: int) -> list[Candidate]:
    """At most `limit` moments in order of time, the strongest ones."""
    stretches = list(_stretches(timeline))
    found = [
        *_peaks(timeline, stretches),
        *_turns(timeline, stretches),
        *(_disagreement(timeline, *each) for each in disagreements(timeline)),
    ]
    chosen: list[Candidate] = []
    for moment in sorted(found, key=lambda each: -each.strength):
        if len(chosen) == limit:
            break
        if all(abs(moment.t_s - other.t_s) >= APART_S for other in chosen):
            chosen.append(moment)
    return sorted(chosen, key=lambda each: each.t_s)


def _step_s(timeline: Timeline) -> float:
    return float(timeline.t_s[1] - timeline.t_s[0]) if len(timeline.t_s) > 1 else LEAST_STRETCH_S


def _runs(values: Sequence[object]) -> Iterator[tuple[int, int, object]]:
    """Runs of equal values as (start, end, value)."""
    start = 0
    for index in range(1, len(values) + 1):
        if index == len(values) or values[index] != values[start]:
            yield start, index, values[start]
            start = index


def _stretches(timeline: Timeline) -> Iterator[_Stretch]:
    """Runs named after one felt emotion, long and clear enough to speak of."""
    names = dominants(timeline.probs)
    least = max(1, round(LEAST_STRETCH_S / _step_s(timeline)))
    for start, end, label in _runs(names):
        if not isinstance(label, str) or label == LABELS[NEUTRAL] or end - start < least:
            continue
        if timeline.probs[start:end, LABELS.index(label)].max() >= LEAST_PEAK:
            yield _Stretch(start, end, label)


def _peaks(timeline: Timeline, stretches: Sequence[_Stretch]) -> Iterator[Candidate]:
    for stretch in stretches:
        curve = timeline.probs[stretch.start : stretch.end, LABELS.index(stretch.label)]
        index = stretch.start + _height(curve)  # its picture shows the emotion in full
        length_s = (stretch.end - stretch.start) * _step_s(timeline)
        yield Candidate(
            t_s=float(timeline.t_s[index]),
            label=stretch.label,
            kind="peak",
            intensity=float(timeline.intensity[index]),
            strength=float(curve.max() * np.sqrt(min(length_s, 4.0))),
        )


def _height(curve: np.ndarray, share: float = 0.5) -> int:
    """Where a curve (T,) is at its height: after that share of the plateau, not where it ends."""
    plateau = np.flatnonzero(curve >= 0.97 * curve.max())
    return int(plateau[int(len(plateau) * share)])


def _turns(timeline: Timeline, stretches: Sequence[_Stretch]) -> Iterator[Candidate]:
    for before, after in pairwise(stretches):
        pause_s = (after.start - before.end) * _step_s(timeline)
        if before.label == after.label or pause_s > TURN_WITHIN_S:
            continue
        step = float(timeline.probs[after.start : after.end, LABELS.index(after.label)].max())
        left = float(timeline.probs[before.start : before.end, LABELS.index(before.label)].max())
        yield Candidate(
            t_s=float(timeline.t_s[after.start]),
            label=after.label,
            kind="turn",
            intensity=float(timeline.intensity[after.start]),
            strength=min(step, left),
            before=before.label,
        )


def disagreements(timeline: Timeline) -> Iterator[tuple[tuple[str, str], np.ndarray, int, int]]:
    """Where two channels disagree beyond chance, long enough to speak of.

    Yields the two names, the curve (T,) of how far they do, and the grid indices [start, end).
    """
    least = max(1, round(LEAST_STRETCH_S / _step_s(timeline)))
    for names, curve in contradictions(timeline.channels).items():
        against = np.nan_to_num(curve) >= LEAST_DISAGREEMENT.get(names, np.inf)
        for start, end, disagree in _runs(against.tolist()):
            if disagree and end - start >= least:
                yield names, curve, start, end


def _disagreement(
    timeline: Timeline, names: tuple[str, str], curve: np.ndarray, start: int, end: int
) -> Candidate:
    """Grid times [start, end) at which two channels contradict each other, the height of it."""
    # while both still speak, as a line is heard a while after it ends; the middle may be a peak's
    index = start + _height(curve[start:end], 0.25)
    # what people show, else what they say, is told before what others say of it
    channel = timeline.channel("face" if "face" in names else "subtitle")
    assert channel is not None
    length_s = (end - start) * _step_s(timeline)
    return Candidate(
        t_s=float(timeline.t_s[index]),
        label=dominant(channel.probs[index]),
        kind="disagreement",
        intensity=float(timeline.intensity[index]),
        strength=float(curve[index] * np.sqrt(min(length_s, 4.0))),
        between=names,
    )


def lines_around(lines: Sequence[Line], t_s: float) -> list[Line]:
    """The lines on screen within a while of a time."""
    return [line for line in lines if line.start_s - AROUND_S <= t_s <= line.end_s + AROUND_S]
