"""Put faces and words on one time axis and pool them into one opinion.

Each channel is resampled to a uniform grid with NaN where it saw nothing. The pool is a
logarithmic opinion pool (Genest & Zidek 1986): a channel that saw nothing changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.special import rel_entr

from vidsent.emotions import NUM_LABELS, intensity
from vidsent.results import Channel, FaceTrack, Line, Timeline

MOST_POINTS = 3000  # grid points; a longer clip gets a coarser grid
BRIDGED_S = 0.75  # a face unseen for less is taken to feel what it felt around the gap
LINGER_S = 1.0  # a line is still heard this long after it ends
SMOOTHING_S = 0.25  # standard deviation of the Gaussian along a face channel
FLOOR = 1e-3  # no channel may rule an emotion out
# How much a channel counts where it sees something. The face is what the project measures
# best; the crowd's comments are about the clip rather than in it.
BASE_WEIGHT = {"face": 1.0, "subtitle": 0.7, "danmaku": 0.4}


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
    return _channel("face", means, BASE_WEIGHT["face"] * np.where(seen, quality, 0))


def line_channel(t_s: np.ndarray, lines: Sequence[Line], kind: str) -> Channel:
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
    return _channel(kind, values, np.where(total > 0, BASE_WEIGHT[kind], 0))


def fuse(t_s: np.ndarray, channels: Sequence[Channel]) -> Timeline:
    """Pool the channels at every grid time; NaN where none of them saw anything."""
    seen_at_all = [channel for channel in channels if channel.coverage > 0]
    weights = np.array([channel.weight for channel in seen_at_all]).reshape(-1, len(t_s))
    total = weights.sum(0)
    share = weights / np.where(total > 0, total, np.nan)  # (C, T), NaN where nothing was seen

    def pooled(values: list[np.ndarray]) -> np.ndarray:
        stacked = np.array([np.nan_to_num(value) for value in values]).reshape(
            len(values), len(t_s), -1
        )
        return np.einsum("ct,ctk->tk", share, stacked)

    if not seen_at_all:
        return _empty(t_s)
    logs = pooled([np.log(np.maximum(channel.probs, FLOOR)) for channel in seen_at_all])
    probs = np.exp(logs)
    probs = (probs / probs.sum(1, keepdims=True)).astype(np.float32)
    return Timeline(
        t_s=t_s,
        probs=probs,
        valence=pooled([channel.valence for channel in seen_at_all])[:, 0].astype(np.float32),
        arousal=pooled([channel.arousal for channel in seen_at_all])[:, 0].astype(np.float32),
        intensity=intensity(probs),
        disagreement=_disagreement(t_s, channels),
        channels=tuple(channels),
    )


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
    """Values (T', K) at times_s (T',), linear in between, at t_s; and where that is a sighting."""
    resampled = np.column_stack([np.interp(t_s, times_s, column) for column in values.T])
    after = np.searchsorted(times_s, t_s).clip(0, len(times_s) - 1)
    before = (after - 1).clip(0)
    # inside the track: between two sightings close enough; at its ends: within one bridge's half
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


def _disagreement(t_s: np.ndarray, channels: Sequence[Channel]) -> np.ndarray:
    """Largest Jensen-Shannon divergence (bits) of the face and any channel of words; NaN else."""
    face = next((channel for channel in channels if channel.name == "face"), None)
    others = [channel for channel in channels if channel.name != "face"]
    if face is None or not others:
        return np.full(len(t_s), np.nan, np.float32)
    stacked = np.array([_divergence(face.probs, other.probs) for other in others])
    seen = ~np.isnan(stacked).all(0)
    largest = np.where(np.isnan(stacked), -1, stacked).max(0)
    return np.where(seen, largest, np.nan).astype(np.float32)


def _divergence(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence in bits (Lin 1991) of rows (T, 7); (T,) in [0, 1]."""
    middle = (first + second) / 2
    nats = (rel_entr(first, middle) + rel_entr(second, middle)).sum(1) / 2
    # subtle: rounding takes equal rows a hair below zero
    return np.clip(nats / np.log(2), 0, 1)
