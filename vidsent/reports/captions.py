"""The emotions of a clip as WebVTT captions: what is said with its emotion, else what is shown.

Each subtitle line is a cue that begins with its emotion in brackets, which every player shows,
and in the emotion's colour, which browsers show. Where nothing is said, a stretch in which the
faces keep one emotion is a cue. Danmaku are no captions: hundreds would lie over each other.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis, Channel, Line
from vidsent.figures.contrast import ink_on
from vidsent.figures.downsampling import runs
from vidsent.reports.files import write_text
from vidsent.timeline.verdict import dominant

LEAST_CUE_S = 0.1  # a line that is on screen for less is shown this long
LEAST_STRETCH_S = 1.0  # an emotion of faces that lasts less joins the one before it
LEAST_SHOWN_S = 0.7  # what remains of a stretch between two lines is worth a cue from here on
BRIDGED_S = 0.75  # faces unseen for less are taken to feel what they felt
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
WORDS = {
    "face": {"en": "face: {emotion}", "zh": "人脸：{emotion}"},
    "note": {
        "en": "Emotions as faces and words express them, not as anyone feels; they can be wrong.",
        "zh": "面部与文字所表达的情绪，并非人的真实感受，可能有误。",
    },
}


class Cue(NamedTuple):
    """Text on screen from start_s to end_s, with the emotion that it is about."""

    start_s: float
    end_s: float
    text: str
    label: str | None
    is_face: bool = False


def write_vtt(analysis: Analysis, path: Path, language: str = "en") -> None:
    """Captions of `analysis` for readers of `language` ("en" or "zh")."""
    write_text(path, vtt(analysis, language))


def vtt(analysis: Analysis, language: str = "en") -> str:
    """The WebVTT file as text: a style for each emotion, a note, then the cues by their start."""
    blocks = ["WEBVTT", _style(), f"NOTE {WORDS['note'][language]}"]
    blocks += [_block(cue, language) for cue in cues(analysis)]
    return "\n\n".join(blocks) + "\n"


def cues(analysis: Analysis) -> list[Cue]:
    """What is said, and what faces show where nothing is said, in order of time."""
    said = [_said(line) for line in analysis.lines if line.kind == "subtitle"]
    face = analysis.timeline.channel("face")
    shown = _shown(analysis.timeline.t_s, face, analysis.clip.duration_s) if face else []
    busy = _busy(said)
    silent = [part for cue in shown for part in _silences(cue, busy)]
    return sorted([*said, *silent], key=lambda cue: (cue.start_s, cue.end_s))


def _said(line: Line) -> Cue:
    start_s = max(line.start_s, 0.0)
    end_s = max(line.end_s, start_s + LEAST_CUE_S)
    return Cue(start_s, end_s, line.text, None if line.probs is None else dominant(line.probs))


def _shown(t_s: np.ndarray, face: Channel, duration_s: float) -> list[Cue]:
    """Stretches of time in which the faces are named after one emotion; none shorter than that."""
    step_s = float(t_s[1] - t_s[0]) if len(t_s) > 1 else duration_s
    seen = np.isfinite(face.probs[:, 0])
    for start, stop in runs(~seen):
        if start > 0 and stop < len(seen) and (stop - start) * step_s < BRIDGED_S:
            seen[start:stop] = True
    found: list[Cue] = []
    for start, stop in runs(seen):
        found += _stretches(face.probs[start:stop], float(t_s[start]), step_s)
    return [cue._replace(end_s=min(cue.end_s, duration_s)) for cue in found]


def _stretches(probs: np.ndarray, start_s: float, step_s: float) -> list[Cue]:
    """The stretches of probabilities (T, 7) without a gap that begin at `start_s`.

    Rows of NaN take the emotion before them, and so does a run too short to be read.
    """
    labels: list[str] = []
    for row in probs:
        labels.append(labels[-1] if np.isnan(row[0]) else dominant(row))
    least = max(1, round(LEAST_STRETCH_S / step_s))
    ends = [index for index in range(1, len(labels)) if labels[index] != labels[index - 1]]
    found: list[tuple[int, int, str]] = []
    for start, stop in zip([0, *ends], [*ends, len(labels)], strict=True):
        if found and (stop - start < least or found[-1][2] == labels[start]):
            found[-1] = (found[-1][0], stop, found[-1][2])
        elif len(found) == 1 and found[0][1] - found[0][0] < least:  # nothing before the first
            found[-1] = (found[0][0], stop, labels[start])
        else:
            found.append((start, stop, labels[start]))
    return [
        Cue(start_s + start * step_s, start_s + stop * step_s, "", label, True)
        for start, stop, label in found
    ]


def _silences(cue: Cue, busy: Sequence[tuple[float, float]]) -> Iterator[Cue]:
    """The parts of a stretch outside the `busy` spans of time, where they can be read."""
    start_s = cue.start_s
    first = bisect_right(busy, cue.start_s, key=lambda span: span[1])
    for from_s, to_s in islice(busy, first, None):
        if from_s >= cue.end_s:
            break
        if from_s - start_s >= LEAST_SHOWN_S:
            yield cue._replace(start_s=start_s, end_s=from_s)
        start_s = to_s
    if cue.end_s - start_s >= LEAST_SHOWN_S:
        yield cue._replace(start_s=start_s)


def _busy(said: Sequence[Cue]) -> list[tuple[float, float]]:
    """The spans of time during which any line is on screen, apart and in order."""
    spans: list[tuple[float, float]] = []
    for cue in sorted(said, key=lambda each: each.start_s):
        if spans and cue.start_s <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], cue.end_s))
        else:
            spans.append((cue.start_s, cue.end_s))
    return spans


def _style() -> str:
    """Chips in the emotions' colours; a STYLE block must not hold an empty line or an arrow."""
    rules = [
        f"::cue(.{label}) {{ background-color: {COLORS[label]}; color: {ink_on(COLORS[label])}; }}"
        for label in LABELS
    ]
    return "\n".join(["STYLE", *rules])


def _block(cue: Cue, language: str) -> str:
    return f"{_stamp(cue.start_s)} --> {_stamp(cue.end_s)}\n{_payload(cue, language)}"


def _payload(cue: Cue, language: str) -> str:
    """Markup of WebVTT: text is escaped, and holds no empty row, which would end the cue."""
    rows = [row.strip() for row in CONTROL.sub(" ", cue.text).split("\n")]
    text = html.escape("\n".join(filter(None, rows)), quote=False)
    if cue.label is None:
        return text or "…"
    emotion = name(cue.label, language)
    if cue.is_face:
        emotion = WORDS["face"][language].format(emotion=emotion)
    return f"<c.{cue.label}>[{emotion}]</c> {text}".rstrip()


def _stamp(t_s: float) -> str:
    """Seconds as WebVTT has them: 75.4 -> "00:01:15.400"."""
    minutes, milliseconds = divmod(round(1000 * t_s), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
