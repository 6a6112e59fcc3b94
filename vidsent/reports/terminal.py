"""An analysis as a few lines of text: the verdict, a timeline of blocks, the key moments.

One column stands for an equal share of the clip and shows what was likeliest in it. Letters
name the emotions, so nothing is lost where there is no colour.
"""

from __future__ import annotations

import unicodedata

import numpy as np

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis
from vidsent.core.timecode import format_time
from vidsent.timeline import wording

BARS = "▁▂▃▄▅▆▇█"
UNSEEN = "·"
LETTERS = {"anger": "A", "disgust": "D", "fear": "F", "happiness": "H", "sadness": "S"} | {
    "surprise": "U",
    "neutral": "-",
}
ROWS = {
    "en": {"emotion": "emotion", "intensity": "intensity", "valence": "valence"},
    "zh": {"emotion": "情绪", "intensity": "强度", "valence": "效价"},
}
NAME_WIDTH = 11  # columns before a row's curve


def render(analysis: Analysis, language: str = "en", width: int = 80, color: bool = False) -> str:
    """What `vidsent analyze` prints, without a final newline; `color` adds ANSI true colour."""
    facts = wording.facts(analysis, language)
    parts = [
        _printable(f"{analysis.clip.name} · {format_time(analysis.clip.duration_s)}"),
        wording.headline(analysis, language),
        "  ".join(f"{fact}: {value}" for fact, value in facts),
    ]
    if not np.isnan(analysis.timeline.probs).all():
        parts += ["", *_timeline(analysis, language, max(10, width - NAME_WIDTH), color)]
    if analysis.moments:
        parts += ["", *_moments(analysis, language, color)]
    if skipped := wording.skipped(analysis, language):
        parts += ["", *skipped]
    return "\n".join(parts)


def _timeline(analysis: Analysis, language: str, columns: int, color: bool) -> list[str]:
    timeline = analysis.timeline
    columns = min(columns, len(timeline.t_s))
    groups = np.array_split(np.arange(len(timeline.t_s)), columns)
    probs = np.array([_mean(timeline.probs[group]) for group in groups])
    intensity = np.array([_mean(timeline.intensity[group]) for group in groups])
    valence = np.array([_mean(timeline.valence[group]) for group in groups])
    rows = ROWS[language]
    shown = [None if np.isnan(row).any() else LABELS[int(row.argmax())] for row in probs]
    return [
        _named(rows["emotion"], "".join(_letter(label, color) for label in shown)),
        _named(rows["intensity"], "".join(_bar(value) for value in intensity)),
        _named(rows["valence"], "".join(_bar((value + 1) / 2) for value in valence)),
        _named("", _axis(analysis.clip.duration_s, columns)),
        _named("", _legend([label for label in LABELS if label in shown], language, color)),
    ]


def _moments(analysis: Analysis, language: str, color: bool) -> list[str]:
    return [
        f"{format_time(moment.t_s):>8}  {_letter(moment.label, color)} "
        + _printable(moment.why.get(language) or name(moment.label, language))
        for moment in analysis.moments
    ]


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what was seen; NaN where nothing was."""
    seen = ~np.isnan(values)
    count = seen.sum(0)
    total = np.where(seen, values, 0).sum(0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _bar(share: float) -> str:
    """A block as high as `share` in [0, 1]."""
    if np.isnan(share):
        return UNSEEN
    return BARS[min(int(share * len(BARS)), len(BARS) - 1)]


def _letter(label: str | None, color: bool) -> str:
    if label is None:
        return UNSEEN
    if not color:
        return LETTERS[label]
    red, green, blue = bytes.fromhex(COLORS[label].removeprefix("#"))
    return f"\x1b[38;2;{red};{green};{blue}m{LETTERS[label]}\x1b[0m"


def _legend(labels: list[str], language: str, color: bool) -> str:
    return "  ".join(f"{_letter(label, color)} {name(label, language)}" for label in labels)


def _axis(duration_s: float, columns: int) -> str:
    end = format_time(duration_s)
    return "0:00" + end.rjust(columns - 4) if columns >= 4 + len(end) else "0:00"


def _named(row: str, curve: str) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in row)
    return row + " " * (NAME_WIDTH - len(row) - wide) + curve


def _printable(text: str) -> str:
    """Without control characters: a clip's name or line must not steer the terminal."""
    return "".join(c if c.isprintable() else "�" for c in text)
