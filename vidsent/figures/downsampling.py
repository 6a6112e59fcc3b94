"""Fewer points for the same picture: which rows of a long timeline a screen can show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vidsent.core.results import Timeline

POINTS = 1_500  # drawn per curve at most; a screen shows no more


def downsampled(
    timeline: Timeline, always_s: Sequence[float] = (), points: int = POINTS
) -> np.ndarray:
    """Indices (K,) int64 into the grid, K <= points, that draw the same picture as all of it.

    Each bucket of the grid gives the two rows that stand out most from its mean, so that a peak
    of one sample survives; gaps of a bucket's length or more keep their exact edges, and the
    rows nearest to `always_s` stay.
    """
    count = len(timeline.t_s)
    if count <= points:
        return np.arange(count)
    buckets = (points - len(always_s)) // 4  # subtle: two rows a bucket, and a gap keeps four
    size = -(-count // buckets)
    rows = np.full((buckets * size, timeline.probs.shape[1]), np.nan, dtype=np.float32)
    rows[:count] = timeline.probs
    blocks = rows.reshape(buckets, size, -1)
    seen = np.isfinite(blocks[..., 0])
    mean = np.nansum(blocks, axis=1) / np.maximum(seen.sum(axis=1), 1)[:, None]
    deviation = np.where(seen, np.nansum(np.abs(blocks - mean[:, None]), axis=2), -1.0)
    top = np.argsort(deviation, axis=1)[:, -2:]
    kept = (top + size * np.arange(buckets)[:, None])[np.take_along_axis(seen, top, axis=1)]
    nearest = [int(np.argmin(np.abs(timeline.t_s - t_s))) for t_s in always_s]
    edges = [
        index
        for start, stop in runs(~np.isfinite(timeline.probs[:, 0]))
        if stop - start >= size
        for index in (start - 1, start, stop - 1, stop)
        if 0 <= index < count
    ]
    return np.unique(np.concatenate([kept, nearest, edges]).astype(np.int64))


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """[start, stop) of every run of True in `mask` (T,)."""
    steps = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [(int(start), int(stop)) for start, stop in zip(starts, stops, strict=True)]
