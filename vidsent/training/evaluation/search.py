"""The command `evaluate search`: how often the search finds what was planted, and by which part.

It needs no data folder. Clips and questions are made up: the lines and queries stand in
search_questions.tsv, in a half for choosing (dev) and one for measuring (test) that share no
sentence. A face plays the planted emotion while its line is said; what is read in the lines, the
curve and the moments are the real pipeline's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax

from vidsent.core.emotions import LABELS, NUM_LABELS, expected_valence_arousal
from vidsent.core.results import Analysis, Clip, FaceTrack, Line, Moment
from vidsent.language.line_reader import LineReader
from vidsent.library.library import Library
from vidsent.library.search import FUSED, Hit, Weights
from vidsent.reports import evaluation_results
from vidsent.reports.evaluation_results import EvaluationResult
from vidsent.timeline.fusion import face_channel, fuse, grid, line_channel, shares_at
from vidsent.timeline.moments import find_moments
from vidsent.timeline.verdict import judge
from vidsent.training.metrics import bootstrap

FIRST = 5  # hits that recall looks at
LOOKED_AT = 20  # hits that the reciprocal rank looks at; an answer further down counts 0
SYSTEMS = {  # by name: its weights, and what it looks for
    "words": (Weights(words=1, translated=0, meaning=0, felt=0), "BM25 of the query's words alone"),
    "vectors": (
        Weights(words=0, translated=0, meaning=1, felt=0),
        "similarity of the text model's word vectors alone, translations included",
    ),
    "emotion": (Weights(words=0, translated=0, meaning=0, felt=1), "what is felt alone"),
    "fused": (FUSED, "all together"),
}
MEASURES = {"recall_at_5": "recall@5", "mrr": "mean reciprocal rank in the first 20"}
PLANTED = "planted questions, half that nothing was chosen on, {clips} clips, {lines} lines"

FILE = Path(__file__).with_name("search_questions.tsv")
HALVES = ("dev", "test")
PER_CLIP = 8  # lines
LINE_S, EVERY_S = 3.0, 8.0  # how long a line lasts, and from one to the next
RATE_HZ = 5.0
SURE = (4.0, 1.5)  # logit of what the face plays above the others: mean and spread


def evaluate_search(half: str = "test") -> EvaluationResult:
    """recall@5 and MRR of each part of the search and of all together, by kind of question.

    `half` is "test", or "dev" for choosing weights. Raises ModelError without the text model.
    """
    planted = plant(half)
    with planted.library as library:
        protocol = PLANTED.format(clips=len(library.clips()), lines=planted.lines)
        found = {name: _answers(planted, weights) for name, (weights, _) in SYSTEMS.items()}
    kinds = np.array([question.kind for question in planted.questions])
    rows: dict[str, dict[str, Any]] = {}
    for kind, (name, scores) in product(("", *dict.fromkeys(kinds)), found.items()):
        chosen = kinds == kind if kind else np.ones(len(kinds), bool)
        for column, (measure, said) in enumerate(MEASURES.items()):
            about = f"{said}; {SYSTEMS[name][1]}; {protocol}" + (f"; kind {kind}" if kind else "")
            row = bootstrap(np.mean, scores[chosen, column], protocol=about).to_dict()
            rows["_".join(filter(None, (name, measure, kind.replace("-", "_"))))] = row
    return evaluation_results.result_of("search", rows, {})


def _answers(planted: Planted, weights: Weights) -> np.ndarray:
    """recall@5 and reciprocal rank (N, 2) of each question."""
    found = []
    for question in planted.questions:
        hits = planted.library.search(question.text, limit=LOOKED_AT, weights=weights)
        right = planted.right(question, hits)
        found.append((recall(right, len(question.answers)), reciprocal_rank(right)))
    return np.array(found)


def recall(right: Sequence[bool], answers: int) -> float:
    """Share of the answers among the first 5 hits, of as many as there is room for."""
    return sum(right[:FIRST]) / min(FIRST, answers)


def reciprocal_rank(right: Sequence[bool]) -> float:
    """1 / rank of the first right hit, 0 where there is none."""
    return next((1 / rank for rank, each in enumerate(right, start=1) if each), 0.0)


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
            covered = {
                (clip_id, start_s)
                for clip_id, start_s in left
                if hit.clip_id == clip_id and start_s - 1 <= hit.t_s <= start_s + LINE_S + 1
            }
            left -= covered
            found.append(bool(covered))
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


def _clip(name: str, rows: list[list[str]], seed: int) -> Analysis:
    """One clip: a line every EVERY_S, and a face that plays its emotion."""
    random = np.random.default_rng(seed)
    duration_s = len(rows) * EVERY_S
    starts = np.arange(len(rows)) * EVERY_S
    said = [
        Line(t, t + LINE_S, text) for t, (_, _, text) in zip(starts.tolist(), rows, strict=True)
    ]
    lines = tuple(LineReader().read(said))
    face = _face([label for _, label, _ in rows], duration_s, random)
    t_s = grid(duration_s, RATE_HZ)
    timeline = fuse(t_s, [face_channel(t_s, [face]), line_channel(t_s, lines, "subtitle")])
    moments = tuple(
        Moment(m.t_s, m.label, m.kind, m.intensity, {}, b"", shares_at(timeline, m.t_s))
        for m in find_moments(timeline, PER_CLIP)
    )
    clip = Clip(name, duration_s, 640, 360, None, "h264", has_audio=True)
    return Analysis(clip, (face,), lines, timeline, moments, judge(timeline), (), {}, {})


def _face(labels: list[str], duration_s: float, random: np.random.Generator) -> FaceTrack:
    """A face that plays a label for as long as each line lasts, and is neutral in between."""
    t_s = np.arange(0, duration_s, 1 / RATE_HZ, dtype=np.float32)
    logits = random.normal(0, 0.5, (len(t_s), NUM_LABELS))
    for number, label in enumerate(labels):
        speaks = (t_s >= number * EVERY_S) & (t_s < number * EVERY_S + LINE_S + 0.5)
        logits[speaks, LABELS.index(label)] += random.normal(*SURE)
    logits[t_s % EVERY_S >= LINE_S + 0.5, LABELS.index("neutral")] += SURE[0]
    probs = softmax(logits, axis=1)
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
