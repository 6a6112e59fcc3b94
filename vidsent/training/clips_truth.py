"""How many faces clips show, by looking, and how often that many were found.

The table of counts has a row for each stretch of a clip: file, start_s, end_s (empty: to the
end), count, note; seconds since the clip's first picture.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vidsent.media import video
from vidsent.training.metrics import accuracy, bootstrap

log = logging.getLogger(__name__)

COUNTS = Path(__file__).resolve().parents[2] / "tests" / "face_counts.csv"  # of a checkout
RATE_HZ = 10.0  # analysed pictures a second
STAMP_S = 0.002  # precision of the times in the table

Sightings = Sequence[np.ndarray]  # one array of times in seconds for each person


@dataclass(frozen=True)
class Stretch:
    """From `start_s` on and before `end_s`, `count` faces are there."""

    start_s: float
    end_s: float
    count: int


@dataclass(frozen=True)
class Watched:
    """A clip as it was analysed: times (T,) since its first picture, and faces found at each.

    `people` (T,) counts tracks, `alone` the detector's boxes, `haar` those of the cascade.
    """

    times_s: np.ndarray
    people: np.ndarray
    alone: np.ndarray
    haar: np.ndarray | None


def read_counts(path: Path) -> dict[str, list[Stretch]]:
    """The stretches of every file that the table names, in order of time."""
    found: dict[str, list[Stretch]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            end_s = float(row["end_s"]) if row["end_s"] else np.inf
            stretch = Stretch(float(row["start_s"]), end_s, int(row["count"]))
            found.setdefault(row["file"], []).append(stretch)
    return found


def expected(stretches: Iterable[Stretch], times_s: np.ndarray) -> np.ndarray:
    """How many faces are there at each of the times, (T,) int; -1 where the table is silent."""
    counts = np.full(len(times_s), -1)
    for each in stretches:
        inside = (times_s >= each.start_s - STAMP_S) & (times_s < each.end_s - STAMP_S)
        counts[inside] = each.count
    return counts


def present(times_s: np.ndarray, people: Sightings) -> np.ndarray:
    """How many of the people were sighted at each of the times, (T,) int."""
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


def watch(
    path: Path,
    people: Callable[[Path], Sightings],
    alone: Callable[[np.ndarray], int],
    haar: Callable[[np.ndarray], int] | None,
) -> Watched:
    """Count the faces of one clip in three ways; `people` tells times since its container's."""
    times_s, ours, theirs = [], [], []
    for frame in video.frames(path, RATE_HZ):
        times_s.append(frame.t_s)
        ours.append(alone(frame.image))
        theirs.append(haar(frame.image) if haar is not None else -1)
    times = np.array(times_s)
    return Watched(
        times - times[0],
        present(times, people(path)),
        np.array(ours),
        np.array(theirs) if haar is not None else None,
    )


def measure_clips(
    folder: Path, counts: Path, watching: Callable[[Path], Watched]
) -> dict[str, dict[str, Any]]:
    """Rows for every clip of the table that lies somewhere under `folder`.

    Without the table or a clip there is a line in the log instead.
    """
    if not counts.is_file():
        log.info("no clips measured: %s is not there", counts)
        return {}
    rows: dict[str, dict[str, Any]] = {}
    for name, stretches in read_counts(counts).items():
        path = next(iter(sorted(folder.rglob(name))), None)
        if path is None:
            log.info("not measured: %s is not under %s", name, folder)
            continue
        log.info("watching %s", name)
        rows |= _rows(name, stretches, watching(path))
    return rows


def _rows(name: str, stretches: list[Stretch], watched: Watched) -> dict[str, dict[str, Any]]:
    truth = expected(stretches, watched.times_s)
    by = f"share of pictures at {RATE_HZ:g} Hz with as many faces as counted by looking"
    rows: dict[str, dict[str, Any]] = {
        f"clip {name}": bootstrap(
            accuracy, truth, watched.people, protocol=f"{by}; tracks of the analysis"
        ).to_dict()
    }
    alone = bootstrap(accuracy, truth, watched.alone, protocol=f"{by}; detector alone")
    haar = None if watched.haar is None else round(accuracy(truth, watched.haar), 4)
    rows[f"clip_alone {name}"] = {**alone.to_dict(), "baseline": haar}
    error = switch_error(stretches, watched.times_s, watched.people)
    if np.isfinite(error):
        rows[f"switch_s {name}"] = {
            "value": round(error, 4),
            "low": round(error, 4),
            "high": round(error, 4),
            "n": 1,
            "protocol": "seconds between where faces come or go and the first or last sighting of "
            "the analysis, the worse of the two; one clip, no interval",
        }
    return rows
