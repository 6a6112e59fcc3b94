"""Two clips side by side on one axis: where and how far what is expressed differs.

The axis is the share of each clip that has passed, so that two cuts of different length can be
laid over each other, or seconds. What either clip did not show there is not compared. Nothing
here says which clip is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis, Timeline
from vidsent.timeline.verdict import LEAST_COVERAGE, dominant

POINTS = 200  # of the axis

# Conventions, not measured: smaller differences of two clips as a whole are called the same.
CLEAR_SHARE = 0.10  # of an emotion's mean share
CLEAR_INTENSITY = 0.10
CLEAR_AFFECT = 0.15  # of mean valence or arousal
CLEAR_MOMENT = 0.40  # of the difference at one place of the axis, in [0, 1]
SMOOTHING = 3.0  # points, standard deviation of the Gaussian before moments are looked for
APART = 20  # points between two moments
MOMENTS = 3

Axis = Literal["share", "seconds"]


@dataclass(frozen=True)
class Side:
    """One of the two clips: its curves on the common axis, and its means over what was seen."""

    name: str
    duration_s: float
    coverage: float  # share of the clip that any channel saw
    label: str | None  # of its verdict
    probs: np.ndarray  # (G, 7) float32; NaN where nothing was seen, or the clip is over
    valence: np.ndarray  # (G,) float32 in [-1, 1]
    arousal: np.ndarray
    intensity: np.ndarray  # (G,) float32 in [0, 1]
    shares: np.ndarray  # (7,) float32; NaN where nothing was seen at all
    means: dict[str, float]  # "valence", "arousal", "intensity"


@dataclass(frozen=True)
class Divergence:
    """A place of the axis where the two differ most, and what each is named after there."""

    at: float  # on the axis
    times_s: tuple[float, float]  # in either clip
    difference: float  # in [0, 1]
    labels: tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """Two clips on one axis."""

    axis: Axis
    grid: np.ndarray  # (G,) float32: middle of each stretch, in [0, 1] or seconds
    end: float  # of the axis: 1, or the longer clip's seconds
    sides: tuple[Side, Side]
    difference: np.ndarray  # (G,) float32 in [0, 1]; NaN where one of both was not seen
    moments: tuple[Divergence, ...]  # where they differ most, in order of the axis

    @property
    def comparable(self) -> bool:
        """Whether enough of both clips was seen to say anything of them as a whole."""
        return all(side.coverage >= LEAST_COVERAGE for side in self.sides)

    @property
    def overlap(self) -> float:
        """Share of the axis on which both were seen."""
        return float(np.isfinite(self.difference).mean())

    def gap(self, key: str) -> float:
        """The second clip's mean less the first's, of "valence", "arousal", "intensity", or of
        the share of a label; NaN where one of both was not seen."""
        first, second = (
            float(side.shares[LABELS.index(key)]) if key in LABELS else side.means[key]
            for side in self.sides
        )
        return second - first

    def differing(self) -> list[str]:
        """Labels whose mean share differs clearly, the most first."""
        gaps = {label: abs(self.gap(label)) for label in LABELS}
        clear = [label for label in LABELS if gaps[label] >= CLEAR_SHARE]
        return sorted(clear, key=lambda label: -gaps[label])

    def to_dict(self) -> dict[str, Any]:
        """Everything but the curves, for JSON; None where something was not seen."""
        names = ("first", "second")
        return {
            "axis": self.axis,
            "comparable": self.comparable,
            "overlap": _number(self.overlap),
            "clips": {key: _side(side) for key, side in zip(names, self.sides, strict=True)},
            "gaps": {
                key: _number(self.gap(key)) for key in (*LABELS, "valence", "arousal", "intensity")
            },
            "differing": self.differing(),
            "moments": [
                {
                    "at": _number(each.at),
                    "difference": _number(each.difference),
                    **{
                        f"{key}_s": _number(t_s)
                        for key, t_s in zip(names, each.times_s, strict=True)
                    },
                    **dict(zip(names, each.labels, strict=True)),
                }
                for each in self.moments
            ],
        }


def compare(first: Analysis, second: Analysis, axis: Axis = "share") -> Comparison:
    """Lay two analyses over each other by share of the clip, or by "seconds" from the start."""
    if axis not in ("share", "seconds"):
        raise ValueError(f"axis must be share or seconds, got {axis!r}")
    lengths_s = [max(each.clip.duration_s, 1e-3) for each in (first, second)]
    end = 1.0 if axis == "share" else max(lengths_s)
    edges = np.linspace(0, end, POINTS + 1)
    scales_s = lengths_s if axis == "share" else [1.0, 1.0]
    sides = (
        _read(first, edges * scales_s[0], lengths_s[0]),
        _read(second, edges * scales_s[1], lengths_s[1]),
    )
    # total variation distance: the share that would have to move to make one out of the other
    difference = (np.abs(sides[0].probs - sides[1].probs).sum(1) / 2).astype(np.float32)
    grid = ((edges[:-1] + edges[1:]) / 2).astype(np.float32)
    return Comparison(
        axis, grid, end, sides, difference, _moments(grid, sides, difference, scales_s)
    )


def _read(analysis: Analysis, edges_s: np.ndarray, duration_s: float) -> Side:
    timeline = analysis.timeline
    curves = np.column_stack(
        [timeline.probs, timeline.valence, timeline.arousal, timeline.intensity]
    )
    drawn = _resampled(timeline, curves, edges_s, duration_s)
    seen = np.isfinite(timeline.probs[:, 0])
    means = curves[seen].mean(0) if seen.any() else np.full(curves.shape[1], np.nan)
    return Side(
        name=analysis.clip.name,
        duration_s=duration_s,
        coverage=float(seen.mean()),
        label=analysis.verdict.label,
        probs=drawn[:, :-3],
        valence=drawn[:, -3],
        arousal=drawn[:, -2],
        intensity=drawn[:, -1],
        shares=means[:-3].astype(np.float32),
        means={
            key: float(value)
            for key, value in zip(("valence", "arousal", "intensity"), means[-3:], strict=True)
        },
    )


def _resampled(
    timeline: Timeline, curves: np.ndarray, edges_s: np.ndarray, duration_s: float
) -> np.ndarray:
    """Means of curves (T, K) over the stretches between edges_s (G + 1,): (G, K) float32.

    A stretch without a grid time takes the nearest one; NaN where nothing was seen in it, or it
    begins after the clip has ended.
    """
    seen = np.isfinite(timeline.probs[:, 0])
    sums = np.cumsum(np.vstack([np.zeros(curves.shape[1]), np.where(seen[:, None], curves, 0)]), 0)
    counts = np.concatenate([[0], np.cumsum(seen)])
    cuts = np.searchsorted(timeline.t_s, edges_s)
    first, last = cuts[:-1], cuts[1:]
    middle_s = (edges_s[:-1] + edges_s[1:]) / 2
    nearest = np.abs(timeline.t_s[None] - middle_s[:, None]).argmin(1)
    empty = first == last
    first, last = np.where(empty, nearest, first), np.where(empty, nearest + 1, last)
    count = counts[last] - counts[first]
    means = (sums[last] - sums[first]) / np.maximum(count, 1)[:, None]
    there = (count > 0) & (middle_s <= duration_s)
    return np.where(there[:, None], means, np.nan).astype(np.float32)


def _moments(
    grid: np.ndarray,
    sides: tuple[Side, Side],
    difference: np.ndarray,
    scales_s: Sequence[float],
) -> tuple[Divergence, ...]:
    """The highest peaks of the smoothed difference, where they are clear."""
    seen = np.isfinite(difference)
    weight = gaussian_filter1d(seen.astype(float), SMOOTHING, mode="constant")
    smooth = gaussian_filter1d(np.where(seen, difference, 0), SMOOTHING, mode="constant")
    smooth = np.where(seen, smooth / np.maximum(weight, 1e-9), 0)
    # subtle: a peak at an end, or a plateau there, has no lower neighbour on one side
    places, _ = find_peaks(np.pad(smooth, 1), height=CLEAR_MOMENT, distance=APART)
    best = sorted(places - 1, key=lambda place: -smooth[place])[:MOMENTS]
    return tuple(
        Divergence(
            at=float(grid[place]),
            times_s=(float(grid[place]) * scales_s[0], float(grid[place]) * scales_s[1]),
            difference=float(smooth[place]),
            labels=(dominant(sides[0].probs[place]), dominant(sides[1].probs[place])),
        )
        for place in sorted(best)
        if seen[place]
    )


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "duration_s": _number(side.duration_s),
        "coverage": _number(side.coverage),
        "label": side.label,
        "shares": {
            label: _number(float(share)) for label, share in zip(LABELS, side.shares, strict=True)
        },
        **{key: _number(value) for key, value in side.means.items()},
    }


def _number(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None
