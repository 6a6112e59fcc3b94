"""Danmaku as what they are: many viewers at once, who repeat each other.

The same comment written again within a short while is one line with a count; and no text may be
more than a stated share of all comments, so that one who floods the screen is not a crowd.
Lines of other kinds are left as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from vidsent.core.progress import CancelCheck, cancellable
from vidsent.core.results import Line
from vidsent.lines.danmaku import SHOWN_S

WINDOW_S = 5.0  # what is repeated this long after its first time is the same outcry
MOST_SHARE = 0.2  # of all comments that one text may be; laughter alone stays below it
ALWAYS_ALLOWED = 20  # times that a text may be written whatever its share
DENSITY_OVER_S = 1.0  # width of the window that density is counted in

_STRETCHED = re.compile(r"(.)\1{2,}")  # 哈哈哈哈哈 and 23333 say what 哈哈 and 233 do
_UNSAID = str.maketrans("", "", " \u3000\t\n!?.。,~…、·")


def fold(
    lines: Sequence[Line], skipped: Counter[str], check_cancelled: CancelCheck | None = None
) -> list[Line]:
    """The lines in order of time, repeated comments as one with `count`, spam capped.

    `skipped` gains the comments that were too many of one text as "danmaku_spam".
    `check_cancelled` is called now and then; what it raises ends the work.
    """
    comments = sorted((line for line in lines if line.kind == "danmaku"), key=_start)
    if not comments:
        return list(lines)
    folded = _capped(_grouped(cancellable(comments, check_cancelled)), skipped, check_cancelled)
    others = [line for line in lines if line.kind != "danmaku"]
    return sorted([*others, *folded], key=_start)


def normal(text: str) -> str:
    """The text without what makes no difference: width, case, spaces, stops, stretching."""
    bare = unicodedata.normalize("NFKC", text).lower().translate(_UNSAID)
    return _STRETCHED.sub(r"\1\1", bare) or text


def density(lines: Iterable[Line], t_s: np.ndarray) -> np.ndarray:
    """Comments a second around each time of the grid t_s (T,) -> (T,) float32.

    A folded comment is spread evenly over the time in which it was written.
    """
    comments = [line for line in lines if line.kind == "danmaku"]
    spans = [(line.start_s, max(line.end_s - SHOWN_S, line.start_s)) for line in comments]
    starts_s, ends_s = np.array(spans, np.float64).reshape(-1, 2).T
    counts = np.array([line.count for line in comments], np.float64)
    end_s = float(t_s[-1]) + (float(t_s[-1] - t_s[-2]) if len(t_s) > 1 else DENSITY_OVER_S)
    before = np.maximum(t_s.astype(np.float64) - DENSITY_OVER_S / 2, 0)
    after = np.minimum(t_s.astype(np.float64) + DENSITY_OVER_S / 2, end_s)
    ramps = _Ramps(starts_s, ends_s, counts)
    return ((ramps.until(after) - ramps.until(before)) / (after - before)).astype(np.float32)


class _Ramps:
    """How many comments were written until a time, each count rising evenly over its span."""

    LEAST_S = 1e-3  # of a span; nothing is written in no time

    def __init__(self, starts_s: np.ndarray, ends_s: np.ndarray, counts: np.ndarray) -> None:
        slopes = counts / np.maximum(ends_s - starts_s, self.LEAST_S)
        bends_s = np.concatenate([starts_s, np.maximum(ends_s, starts_s + self.LEAST_S)])
        changes = np.concatenate([slopes, -slopes])
        order = np.argsort(bends_s, kind="stable")
        self._bends_s = bends_s[order]
        self._slopes = np.concatenate([[0.0], np.cumsum(changes[order])])
        self._offsets = np.concatenate([[0.0], np.cumsum((changes * bends_s)[order])])

    def until(self, t_s: np.ndarray) -> np.ndarray:
        passed = np.searchsorted(self._bends_s, t_s, side="right")
        return self._slopes[passed] * t_s - self._offsets[passed]


def _start(line: Line) -> float:
    return line.start_s


def _grouped(comments: Iterable[Line]) -> list[tuple[str, Line]]:
    """Comments in order of time, the repeats within a window of the first one joined to it.

    Each with its normal text.
    """
    groups: list[tuple[str, list[Line]]] = []
    latest: dict[str, list[Line]] = {}
    for comment in comments:
        text = normal(comment.text)
        group = latest.get(text)
        if group is not None and comment.start_s - group[0].start_s <= WINDOW_S:
            group.append(comment)
        else:
            latest[text] = [comment]
            groups.append((text, latest[text]))
    return [(text, _joined(group)) for text, group in groups]


def _joined(group: Sequence[Line]) -> Line:
    if len(group) == 1:
        return group[0]
    return replace(group[0], end_s=group[-1].end_s, count=sum(each.count for each in group))


def _capped(
    groups: Sequence[tuple[str, Line]],
    skipped: Counter[str],
    check_cancelled: CancelCheck | None = None,
) -> list[Line]:
    """The lines without their texts, those of a text that is too many thinned evenly over time."""
    totals: Counter[str] = Counter()
    for text, line in groups:
        totals[text] += line.count
    most = _most(np.array(list(totals.values())))
    due: Counter[str] = Counter()  # how many of a text should be kept so far, times its total
    kept = []
    for text, line in cancellable(groups, check_cancelled):
        if totals[text] <= most:
            kept.append(line)
            continue
        before = due[text] // totals[text]
        due[text] += line.count * most
        if (count := due[text] // totals[text] - before) > 0:
            kept.append(replace(line, count=count))
    if lost := sum(totals.values()) - sum(line.count for line in kept):
        skipped["danmaku_spam"] += lost
    return kept


def _most(counts: np.ndarray) -> int:
    """How often one text may be written, so that none is more than its share of what is kept."""
    low, high = ALWAYS_ALLOWED, int(counts.max())
    while low < high:  # what is kept grows ever slower with the bound, so one bound separates
        middle = (low + high + 1) // 2
        fits = middle <= MOST_SHARE * np.minimum(counts, middle).sum()
        low, high = (middle, high) if fits else (low, middle - 1)
    return low
