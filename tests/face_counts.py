"""How many faces real clips show, by looking: the table `face_counts.csv`.

It has a row for each stretch of a clip: file, start_s, end_s (empty: to the end), count, note;
seconds since the clip's first frame.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

COUNTS = Path(__file__).with_suffix(".csv")
RATE_HZ = 10.0  # analysed frames a second
STAMP_S = 0.002  # precision of the times in the table


@dataclass(frozen=True)
class Stretch:
    """From `start_s` on and before `end_s`, `count` faces are there."""

    start_s: float
    end_s: float
    count: int


def read_counts() -> dict[str, list[Stretch]]:
    """The stretches of every file that the table names, in order of time."""
    found: dict[str, list[Stretch]] = {}
    with COUNTS.open(newline="") as file:
        for row in csv.DictReader(file):
            end_s = float(row["end_s"]) if row["end_s"] else np.inf
            stretch = Stretch(float(row["start_s"]), end_s, int(row["count"]))
            found.setdefault(row["file"], []).append(stretch)
    return found


def expected(stretches: Sequence[Stretch], times_s: np.ndarray) -> np.ndarray:
    """How many faces are there at each of the times, (T,) int; -1 where the table is silent."""
    counts = np.full(len(times_s), -1)
    for each in stretches:
        inside = (times_s >= each.start_s - STAMP_S) & (times_s < each.end_s - STAMP_S)
        counts[inside] = each.count
    return counts


def present(times_s: np.ndarray, people: Sequence[np.ndarray]) -> np.ndarray:
    """How many of the people, each an array of times in seconds, were seen at each time, (T,)."""
    seen = [np.isclose(times_s[:, None], own[None], rtol=0, atol=STAMP_S).any(1) for own in people]
    return np.sum(seen, axis=0) if seen else np.zeros(len(times_s), int)


def switch_error(stretches: Sequence[Stretch], times_s: np.ndarray, counts: np.ndarray) -> float:
    """Seconds by which faces came or went too early or too late, the worse of the two; NaN where
    they are there from first to last or never.

    A clip in which none was found is wrong by its whole length.
    """
    faces = [each for each in stretches if each.count]
    if not faces or len(faces) == len(stretches):
        return float("nan")
    seen = times_s[counts > 0]
    if not len(seen):
        return float(times_s[-1])
    errors = [abs(float(seen[0]) - faces[0].start_s)]
    if np.isfinite(faces[-1].end_s):
        errors.append(abs(float(seen[-1]) - faces[-1].end_s))
    return max(errors)
