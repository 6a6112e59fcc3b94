"""A part of an analysed clip as an analysis of its own: what tells of a clip tells of it too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vidsent.core.results import Analysis, Channel, FaceTrack, Timeline
from vidsent.language.keywords import keywords
from vidsent.timeline.verdict import judge


def analysis_of_span(analysis: Analysis, start_s: float, end_s: float) -> Analysis:
    """What was found from `start_s` to `end_s`; times stay those of the whole clip.

    The ends are put in order and within the clip; the grid time nearest to the middle stays in
    where the span is shorter than a step. Verdict, keywords and coverage are the span's own.
    Lines and moments are those that lie in it at least in part.
    """
    first, last = sorted((start_s, end_s))
    first, last = max(first, 0.0), min(last, analysis.clip.duration_s)
    timeline = _timeline(analysis.timeline, first, last)
    lines = tuple(line for line in analysis.lines if line.start_s < last and line.end_s > first)
    return replace(
        analysis,
        clip=replace(analysis.clip, duration_s=max(last - first, 0.0)),
        tracks=_tracks(analysis, first, last),
        lines=lines,
        timeline=timeline,
        moments=tuple(each for each in analysis.moments if first <= each.t_s <= last),
        cuts_s=tuple(each for each in analysis.cuts_s if first < each < last),
        verdict=judge(timeline),
        keywords=keywords(lines),
    )


def _timeline(timeline: Timeline, first: float, last: float) -> Timeline:
    t_s = timeline.t_s
    keep = (t_s >= first) & (t_s <= last)
    if not keep.any() and len(t_s):
        keep[np.abs(t_s - (first + last) / 2).argmin()] = True
    return Timeline(
        t_s=t_s[keep],
        probs=timeline.probs[keep],
        valence=timeline.valence[keep],
        arousal=timeline.arousal[keep],
        intensity=timeline.intensity[keep],
        disagreement=timeline.disagreement[keep],
        channels=tuple(_channel(channel, keep) for channel in timeline.channels),
    )


def _channel(channel: Channel, keep: np.ndarray) -> Channel:
    seen = channel.weight[keep] > 0
    return Channel(
        name=channel.name,
        probs=channel.probs[keep],
        valence=channel.valence[keep],
        arousal=channel.arousal[keep],
        weight=channel.weight[keep],
        coverage=float(seen.mean()) if len(seen) else 0.0,
    )


def _tracks(analysis: Analysis, first: float, last: float) -> tuple[FaceTrack, ...]:
    """The detections in the span; `seen` becomes their share of its analysed frames."""
    share = (last - first) / analysis.clip.duration_s if analysis.clip.duration_s else 1.0
    cut_tracks = []
    for track in analysis.tracks:
        keep = (track.t_s >= first) & (track.t_s <= last)
        if not keep.any():
            continue
        t_s = track.t_s[keep]
        cut_tracks.append(
            replace(
                track,
                t_s=t_s,
                boxes=track.boxes[keep],
                probs=track.probs[keep],
                valence=track.valence[keep],
                arousal=track.arousal[keep],
                quality=track.quality[keep],
                first_s=float(t_s[0]),
                last_s=float(t_s[-1]),
                seen=min(1.0, track.seen * float(keep.mean()) / max(share, 1e-9)),
            )
        )
    return tuple(cut_tracks)
