"""Put faces and words on one time axis and pool them into one opinion.

Each channel is resampled to a uniform grid with NaN where it saw nothing, and an opinion pool
makes one of them: a channel that saw nothing changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from vidsent.core.emotions import NUM_LABELS, intensity
from vidsent.core.results import Channel, FaceTrack, Line, Timeline
from vidsent.timeline.pool import Pool, contradiction

MOST_POINTS = 3000  # grid points; a longer clip gets a coarser grid
BRIDGED_S = 0.75  # a face unseen for less is taken to feel what it felt around the gap
LINGER_S = 1.0  # a line is still heard this long after it ends
CROWD = 5  # comments at once that speak for the crowd, as they were when its weight was fitted
SMOOTHING_S = 0.25  # standard deviation of the Gaussian along a face channel

# Fitted by `python -m vidsent compare fusion`, which prints them: how much a channel counts where
# it sees something, beside a face of quality 1; the power of that quality; and how a channel's
# own opinion makes it count more, see `Pool`.
BASE_WEIGHT = {"face": 1.0, "subtitle": 0.78, "danmaku": 1.38}
QUALITY_POWER = 0.11
POOL = Pool(
    sure=0.42,
    felt=0.5,
    joint=1.16,
    plain=0.02,
    prior=(0.143, 0.143, 0.143, 0.143, 0.143, 0.143, 0.143),
)


def grid(duration_s: float, rate_hz: float) -> np.ndarray:
    """Uniform times (T,) float32 from 0 up to the duration, at least one."""
    step_s = max(1.0 / rate_hz, duration_s / MOST_POINTS)
    return np.arange(max(1, round(duration_s / step_s)), dtype=np.float32) * np.float32(step_s)


def face_channel(t_s: np.ndarray, tracks: Sequence[FaceTrack]) -> Channel:
    """All faces together; at each time a face counts by the root of its area and its quality."""
    sums = np.zeros((len(t_s), NUM_LABELS + 2), np.float32)
    total = np.zeros(len(t_s), np.float32)
    sizes = np.zeros(len(t_s), np.float32)
    for track in tracks:
        read = track.readable
        if not read.any():
            continue
        size = np.sqrt(track.boxes[:, 2] * track.boxes[:, 3])
        values = [track.probs, track.valence, track.arousal, size, track.quality]
        resampled, seen = _resample(t_s, track.t_s[read], np.column_stack(values)[read])
        size = np.where(seen, resampled[:, -2], 0)
        weight = size * resampled[:, -1]
        sums += resampled[:, :-2] * weight[:, None]
        total += weight
        sizes += size
    seen = total > 0
    means = _smooth(sums / np.maximum(total, 1e-9)[:, None], seen, t_s)
    quality = total / np.maximum(sizes, 1e-9)
    weight = BASE_WEIGHT["face"] * quality**QUALITY_POWER
    return _channel("face", means, np.where(seen, weight, 0))


def line_channel(t_s: np.ndarray, lines: Iterable[Line], kind: str) -> Channel:
    """All lines of one kind that carry emotion, each from its start until it has faded.

    What n viewers wrote counts 1 + ln n times: they mean it more, but repeating is easy.
    """
    sums = np.zeros((len(t_s), NUM_LABELS + 2), np.float32)
    total = np.zeros(len(t_s), np.float32)
    for line in lines:
        if line.kind != kind or line.probs is None:
            continue
        first, last = np.searchsorted(t_s, [line.start_s, line.end_s + LINGER_S])
        voices = 1 + math.log(line.count)
        sums[first:last] += voices * np.append(line.probs, (line.valence, line.arousal))
        total[first:last] += voices
    values = sums / np.maximum(total, 1)[:, None]
    present = np.minimum(total / CROWD, 1) if kind == "danmaku" else total > 0
    return _channel(kind, values, BASE_WEIGHT[kind] * present)


def fuse(t_s: np.ndarray, channels: Sequence[Channel]) -> Timeline:
    """Pool the channels at every grid time; NaN where none of them saw anything."""
    if not any(channel.coverage > 0 for channel in channels):
        return _empty(t_s)
    probs, weight = _stacked(channels)
    share = POOL.shares(probs, weight)

    def mean(curves: list[np.ndarray]) -> np.ndarray:
        return np.einsum("ct,ct->t", share, np.nan_to_num(curves)).astype(np.float32)

    pooled = POOL.probs(probs, weight).astype(np.float32)
    against = list(contradictions(channels).values())
    return Timeline(
        t_s=t_s,
        probs=pooled,
        valence=mean([channel.valence for channel in channels]),
        arousal=mean([channel.arousal for channel in channels]),
        intensity=intensity(pooled),
        disagreement=_largest(against) if against else np.full(len(t_s), np.nan, np.float32),
        channels=tuple(channels),
    )


def shares(channels: Sequence[Channel]) -> np.ndarray:
    """Each channel's part in the pooled opinion, (C, T) float32; columns sum to 1, or are NaN
    where nothing was seen."""
    return POOL.shares(*_stacked(channels)).astype(np.float32)


def shares_at(timeline: Timeline, t_s: float) -> dict[str, float]:
    """The part of each channel that saw something at the grid time nearest to `t_s`."""
    if not timeline.channels:
        return {}
    index = int(np.abs(timeline.t_s - t_s).argmin())
    parts = zip(timeline.channels, shares(timeline.channels)[:, index], strict=True)
    return {channel.name: float(part) for channel, part in parts if part > 0}


def contradictions(channels: Sequence[Channel]) -> dict[tuple[str, str], np.ndarray]:
    """How far each two channels feel different things, {names in their order: (T,) float32}.

    In [0, 1], see `pool.contradiction`; NaN where one of both saw nothing.
    """
    named = {channel.name: channel for channel in channels}
    return {
        (one, other): contradiction(named[one].probs, named[other].probs).astype(np.float32)
        for one, other in combinations(sorted(named), 2)
    }


def _stacked(channels: Sequence[Channel]) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (C, T, 7) and weights (C, T) of at least one channel."""
    probs = np.stack([channel.probs for channel in channels])
    return probs, np.stack([channel.weight for channel in channels])


def _largest(curves: Sequence[np.ndarray]) -> np.ndarray:
    """The largest of curves (T,) at each time, NaN where all of them are."""
    stacked = np.stack(curves)
    largest = np.where(np.isnan(stacked), -1, stacked).max(0)
    return np.where(largest >= 0, largest, np.nan).astype(np.float32)


def _empty(t_s: np.ndarray) -> Timeline:
    nothing = np.full(len(t_s), np.nan, np.float32)
    rows = np.full((len(t_s), NUM_LABELS), np.nan, np.float32)
    return Timeline(t_s, rows, nothing, nothing, nothing, nothing)


def _channel(name: str, values: np.ndarray, weight: np.ndarray) -> Channel:
    """A channel from values (T, 9): probabilities, valence, arousal."""
    values = np.where(weight[:, None] > 0, values, np.nan).astype(np.float32)
    return Channel(
        name=name,
        probs=values[:, :NUM_LABELS],
        valence=values[:, NUM_LABELS],
        arousal=values[:, NUM_LABELS + 1],
        weight=weight.astype(np.float32),
        coverage=float((weight > 0).mean()),
    )


def _resample(
    t_s: np.ndarray, times_s: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Values (T', K) at times_s (T',), linear in between, at t_s; and where that is a detection."""
    resampled = np.column_stack([np.interp(t_s, times_s, column) for column in values.T])
    after = np.searchsorted(times_s, t_s).clip(0, len(times_s) - 1)
    before = (after - 1).clip(0)
    # inside the track: between two detections close enough; at its ends: within one bridge's half
    bridged = (
        (times_s[after] - times_s[before] <= BRIDGED_S) & (t_s <= times_s[-1]) & (t_s >= times_s[0])
    )
    nearest_s = np.minimum(abs(t_s - times_s[after]), abs(t_s - times_s[before]))
    usual_s = np.median(np.diff(times_s)) if len(times_s) > 1 else 0.1
    return resampled, bridged | (nearest_s <= usual_s)


def _smooth(values: np.ndarray, seen: np.ndarray, t_s: np.ndarray) -> np.ndarray:
    """Gaussian along time over what was seen only (normalised convolution)."""
    if len(t_s) < 2 or not seen.any():
        return values
    sigma = SMOOTHING_S / float(t_s[1] - t_s[0])
    mask = seen.astype(np.float32)
    blurred = gaussian_filter1d(values * mask[:, None], sigma, axis=0, mode="constant")
    share = gaussian_filter1d(mask, sigma, mode="constant")
    return blurred / np.maximum(share, 1e-6)[:, None]
