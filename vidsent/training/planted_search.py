"""Clips and questions made up to measure the search: who says what, with which face.

The lines and queries stand in planted_search.tsv, in a half for choosing (dev) and one for
measuring (test) that share no sentence. A face plays the planted emotion while its line is said;
what is read in the lines, the curve and the moments are the real pipeline's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vidsent.core.emotions import LABELS, NUM_LABELS, expected_valence_arousal
from vidsent.core.results import Analysis, Clip, FaceTrack, Line, Moment
from vidsent.language.line_reader import LineReader
from vidsent.library.library import Library
from vidsent.library.search import Hit
from vidsent.timeline.fusion import face_channel, fuse, grid, line_channel, shares_at
from vidsent.timeline.moments import find_moments
from vidsent.timeline.verdict import judge

FILE = Path(__file__).with_suffix(".tsv")
HALVES = ("dev", "test")
PER_CLIP = 8  # lines
LINE_S, EVERY_S = 3.0, 8.0  # how long a line lasts, and from one to the next
RATE_HZ = 5.0
SURE = (4.0, 1.5)  # logit of what the face plays above the others: mean and spread


@dataclass(frozen=True)
class Question:
    """A query and the lines that answer it, each a (clip id, start_s)."""

    kind: str
    text: str
    answers: frozenset[tuple[str, float]]


@dataclass(frozen=True)
class Planted:
    """A library of planted clips and what is asked of it."""

    library: Library
    questions: tuple[Question, ...]
    lines: int

    @staticmethod
    def right(question: Question, hits: list[Hit]) -> list[bool]:
        """Which of the hits answer a question; each answer counts once."""
        left = set(question.answers)
        found = []
        for hit in hits:
            line = next((each for each in left if _covers(each, hit)), None)
            left.discard(line) if line else None
            found.append(line is not None)
        return found


def plant(half: str, seed: int = 0) -> Planted:
    """The planted clips of a half in a private library, and its questions."""
    rows = [row.split("\t") for row in FILE.read_text("utf-8").splitlines() if row[:1] != "#"]
    lines = [row[2:] for row in rows if row[:2] == ["line", half]]
    order = np.random.default_rng(seed).permutation(len(lines))  # topics mix within a clip
    library, places = Library(), dict[str, tuple[str, float]]()
    for first in range(0, len(lines), PER_CLIP):
        chosen = [lines[index] for index in order[first : first + PER_CLIP]]
        clip_id = library.add(_clip(f"{half}{first // PER_CLIP}.mp4", chosen, seed + first))
        places |= {name: (clip_id, number * EVERY_S) for number, (name, *_) in enumerate(chosen)}
    felt = {label: [name for name, each, _ in lines if each == label] for label in LABELS}
    questions = []
    for _, _, kind, names, text in (row for row in rows if row[:2] == ["query", half]):
        wanted = felt[names[1:]] if names.startswith("@") else names.split(",")
        questions.append(Question(kind, text, frozenset(places[name] for name in wanted)))
    return Planted(library, tuple(questions), len(lines))


def _covers(answer: tuple[str, float], hit: Hit) -> bool:
    clip_id, start_s = answer
    return hit.clip_id == clip_id and start_s - 1 <= hit.t_s <= start_s + LINE_S + 1


def _clip(name: str, rows: list[list[str]], seed: int) -> Analysis:
    """One clip: a line every EVERY_S, and a face that plays its emotion."""
    random = np.random.default_rng(seed)
    duration_s = len(rows) * EVERY_S
    said = [
        Line(number * EVERY_S, number * EVERY_S + LINE_S, text)
        for number, (_, _, text) in enumerate(rows)
    ]
    lines = tuple(LineReader().read(said))
    face = _face([label for _, label, _ in rows], duration_s, random)
    t_s = grid(duration_s, RATE_HZ)
    timeline = fuse(t_s, [face_channel(t_s, [face]), line_channel(t_s, lines, "subtitle")])
    moments = tuple(
        Moment(
            each.t_s, each.label, each.kind, each.intensity, {}, b"", shares_at(timeline, each.t_s)
        )
        for each in find_moments(timeline, PER_CLIP)
    )
    return Analysis(
        Clip(name, duration_s, 640, 360, None, "h264", has_audio=True),
        (face,),
        lines,
        timeline,
        moments,
        judge(timeline),
        keywords=(),
        skipped={},
        models={},
    )


def _face(labels: list[str], duration_s: float, random: np.random.Generator) -> FaceTrack:
    """A face that plays a label for as long as each line lasts, and is neutral in between."""
    t_s = np.arange(0, duration_s, 1 / RATE_HZ, dtype=np.float32)
    logits = random.normal(0, 0.5, (len(t_s), NUM_LABELS))
    for number, label in enumerate(labels):
        speaks = (t_s >= number * EVERY_S) & (t_s < number * EVERY_S + LINE_S + 0.5)
        logits[speaks, LABELS.index(label)] += random.normal(*SURE)
    logits[t_s % EVERY_S >= LINE_S + 0.5, LABELS.index("neutral")] += SURE[0]
    probs = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    feeling = expected_valence_arousal(probs)
    return FaceTrack(
        id=0,
        t_s=t_s,
        boxes=np.tile(np.array([60, 30, 80, 80], np.float32), (len(t_s), 1)),
        probs=probs.astype(np.float32),
        valence=feeling[:, 0],
        arousal=feeling[:, 1],
        quality=np.ones(len(t_s), np.float32),
        first_s=0.0,
        last_s=float(t_s[-1]),
        seen=1.0,
        size=80.0,
    )
