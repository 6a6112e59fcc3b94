"""What of an analysis can be found by a search: its key moments, and what was said when.

Every line of subtitles is an entry of its own, so that a hit plays from that very line; comments
of viewers (danmaku) are one entry per stretch of time. What is said just before and after goes
along, as a sentence often runs over several lines. This module knows nothing of ranking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL, NUM_LABELS
from vidsent.core.results import Analysis, Line, Timeline
from vidsent.timeline.moments import lines_around

STRETCH_S = 10.0  # of danmaku that make one entry
COMMENTS = 12  # different ones of a stretch, the most frequent first
NEAR_S = 3.0  # within this of a moment its picture shows a line as well
CONTEXT_S = 4.0  # further away nothing belongs to the same sentence
CONTEXT_CHARACTERS = 300


@dataclass(frozen=True)
class Entry:
    """Something to find: a stretch of a clip with what is felt, said and seen there."""

    kind: str  # "moment", "subtitle" or "danmaku"
    t_s: float  # from where it plays
    end_s: float
    label: str  # the likeliest emotion; "neutral" where nothing was seen
    probs: np.ndarray  # (7,) float32; NaN where nothing was seen
    text: str  # what is said; of a moment, around it
    before: str = ""  # what is said just before and after
    after: str = ""
    picture: bytes = b""  # JPEG of the moment, or of one close by


def entries_of(analysis: Analysis) -> list[Entry]:
    """All entries of one clip, in order of time."""
    found = [*_moments(analysis), *_subtitles(analysis), *_danmaku(analysis)]
    return sorted(found, key=lambda entry: entry.t_s)


def _moments(analysis: Analysis) -> Iterator[Entry]:
    for moment in analysis.moments:
        probs = probs_between(analysis.timeline, moment.t_s, moment.t_s)
        said = lines_around(analysis.lines, moment.t_s)
        yield Entry(
            kind="moment",
            t_s=moment.t_s,
            end_s=moment.t_s,
            label=moment.label,
            probs=probs,
            text=" ".join(dict.fromkeys(_plain(line.text) for line in said)),
            picture=moment.picture,
        )


def _subtitles(analysis: Analysis) -> Iterator[Entry]:
    lines = [line for line in analysis.lines if line.kind == "subtitle" and line.text.strip()]
    for index, line in enumerate(lines):
        probs = _felt(analysis.timeline, [line])
        yield Entry(
            kind="subtitle",
            t_s=line.start_s,
            end_s=line.end_s,
            label=_label(probs),
            probs=probs,
            text=_plain(line.text),
            before=_context(line, lines[max(0, index - 1) : index]),
            after=_context(line, lines[index + 1 : index + 2]),
            picture=_picture_near(analysis, line.start_s, line.end_s),
        )


def _danmaku(analysis: Analysis) -> Iterator[Entry]:
    lines = sorted(
        (line for line in analysis.lines if line.kind == "danmaku" and line.text.strip()),
        key=lambda line: line.start_s,
    )
    for _, group in groupby(lines, key=lambda line: int(line.start_s // STRETCH_S)):
        stretch = list(group)
        counts = Counter[str]()
        for line in stretch:
            counts[_plain(line.text)] += line.count
        probs = _felt(analysis.timeline, stretch)
        start_s, end_s = stretch[0].start_s, max(line.end_s for line in stretch)
        yield Entry(
            kind="danmaku",
            t_s=start_s,
            end_s=end_s,
            label=_label(probs),
            probs=probs,
            text=" · ".join(text for text, _ in counts.most_common(COMMENTS)),
            picture=_picture_near(analysis, start_s, end_s),
        )


def probs_between(timeline: Timeline, start_s: float, end_s: float) -> np.ndarray:
    """Mean probabilities (7,) float32 of the timeline between two times, NaN for nothing seen."""
    if not len(timeline.t_s):
        return np.full(NUM_LABELS, np.nan, np.float32)
    inside = (timeline.t_s >= start_s) & (timeline.t_s <= end_s)
    if not inside.any():
        inside[int(np.abs(timeline.t_s - start_s).argmin())] = True
    rows = timeline.probs[inside]
    rows = rows[~np.isnan(rows).any(axis=1)]
    found = rows.mean(axis=0) if len(rows) else np.full(NUM_LABELS, np.nan)
    return np.asarray(found, np.float32)


def _felt(timeline: Timeline, lines: Sequence[Line]) -> np.ndarray:
    """Probabilities (7,) while lines are said: of the timeline, else what they say themselves."""
    fused = probs_between(
        timeline, min(line.start_s for line in lines), max(line.end_s for line in lines)
    )
    own = [line.probs for line in lines if line.probs is not None]
    if np.isnan(fused).any() and own:
        return np.asarray(np.mean(own, axis=0), np.float32)
    return fused


def _label(probs: np.ndarray) -> str:
    return LABELS[NEUTRAL] if np.isnan(probs).any() else LABELS[int(probs.argmax())]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _context(line: Line, others: Sequence[Line]) -> str:
    near = (
        other
        for other in others
        if max(other.start_s - line.end_s, line.start_s - other.end_s) <= CONTEXT_S
    )
    return " ".join(_plain(other.text) for other in near)[:CONTEXT_CHARACTERS]


def _picture_near(analysis: Analysis, start_s: float, end_s: float) -> bytes:
    """The picture of the moment closest to a stretch, where one is close."""
    away = {
        max(start_s - moment.t_s, moment.t_s - end_s, 0.0): moment.picture
        for moment in reversed(analysis.moments)
        if moment.picture
    }
    nearest = min(away, default=NEAR_S + 1)
    return away[nearest] if nearest <= NEAR_S else b""
