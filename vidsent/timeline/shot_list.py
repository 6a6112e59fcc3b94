"""The shots of an analysed clip, from cut to cut, with the emotion that prevails in each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis
from vidsent.timeline.verdict import dominant

LEAST_SEEN = 0.25  # share of a shot; less may have been carried over from the shots beside it


@dataclass(frozen=True)
class Shot:
    """From start_s to end_s the clip was not cut; label is None where too little was seen in it."""

    start_s: float
    end_s: float
    label: str | None
    share: float  # mean probability of the label over what was seen, in [0, 1]


def shots(analysis: Analysis) -> list[Shot]:
    """Every shot of the clip in order of time; one where it was never cut."""
    edges = [0.0, *analysis.cuts_s, analysis.clip.duration_s]
    return [_shot(analysis, start_s, end_s) for start_s, end_s in pairwise(edges)]


def numbers(analysis: Analysis) -> np.ndarray:
    """Which shot each time of the timeline lies in: (T,) int64, the first is 1."""
    t_s = analysis.timeline.t_s
    # subtle: a cut falls on a time of the grid, which is rounded to the grid's type
    return np.searchsorted(np.array(analysis.cuts_s, t_s.dtype), t_s, side="right") + 1


def _shot(analysis: Analysis, start_s: float, end_s: float) -> Shot:
    timeline = analysis.timeline
    inside = (timeline.t_s >= start_s) & (timeline.t_s < end_s)
    seen = timeline.probs[inside & np.isfinite(timeline.probs[:, 0])]
    if not len(seen) or len(seen) < LEAST_SEEN * inside.sum():
        return Shot(start_s, end_s, None, 0.0)
    mean = seen.mean(axis=0)
    label = dominant(mean)
    return Shot(start_s, end_s, label, float(mean[LABELS.index(label)]))
