"""The command `evaluate search`: how often the search finds what was planted, and by which part.

It needs no data folder: clips and questions come with the package, see `planted_search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vidsent.library.search import FUSED, Weights
from vidsent.reports import evaluation_results
from vidsent.reports.evaluation_results import EvaluationResult
from vidsent.training.metrics import bootstrap
from vidsent.training.planted_search import Planted, Question, plant

FIRST = 5  # hits that recall looks at
LOOKED_AT = 20  # hits that the reciprocal rank looks at; an answer further down counts 0
SYSTEMS = {
    "words": Weights(words=1, translated=0, meaning=0, felt=0),
    "vectors": Weights(words=0, translated=0, meaning=1, felt=0),
    "emotion": Weights(words=0, translated=0, meaning=0, felt=1),
    "fused": FUSED,
}
MEANS = {
    "words": "BM25 of the query's words alone",
    "vectors": "similarity of the text model's word vectors alone, translations included",
    "emotion": "what is felt alone",
    "fused": "all together",
}
MEASURES = {"recall_at_5": "recall@5", "mrr": "mean reciprocal rank in the first 20"}
PLANTED = "planted questions, half that nothing was chosen on, {clips} clips, {lines} lines"


def evaluate_search(half: str = "test") -> EvaluationResult:
    """recall@5 and MRR of each part of the search and of all together, by kind of question.

    `half` is "test", or "dev" for choosing weights. Raises ModelError without the text model.
    """
    planted = plant(half)
    with planted.library as library:
        protocol = PLANTED.format(clips=len(library.clips()), lines=planted.lines)
        found = {name: _answers(planted, weights) for name, weights in SYSTEMS.items()}
    kinds = np.array([question.kind for question in planted.questions])
    rows: dict[str, dict[str, Any]] = {}
    for kind in ("", *dict.fromkeys(kinds)):
        chosen = kinds == kind if kind else np.ones(len(kinds), bool)
        for name, scores in found.items():
            for column, (measure, said) in enumerate(MEASURES.items()):
                about = f"{said}; {MEANS[name]}; {protocol}" + (f"; kind {kind}" if kind else "")
                row = bootstrap(_mean, scores[chosen, column], protocol=about).to_dict()
                rows["_".join(filter(None, (name, measure, kind.replace("-", "_"))))] = row
    return evaluation_results.result_of("search", rows, {})


def _answers(planted: Planted, weights: Weights) -> np.ndarray:
    """recall@5 and reciprocal rank (N, 2) of each question."""
    return np.array([_scores(planted, each, weights) for each in planted.questions])


def _scores(planted: Planted, question: Question, weights: Weights) -> tuple[float, float]:
    hits = planted.library.search(question.text, limit=LOOKED_AT, weights=weights)
    right = planted.right(question, hits)
    return recall(right, len(question.answers)), reciprocal_rank(right)


def recall(right: Sequence[bool], answers: int) -> float:
    """Share of the answers among the first 5 hits, of as many as there is room for."""
    return sum(right[:FIRST]) / min(FIRST, answers)


def reciprocal_rank(right: Sequence[bool]) -> float:
    """1 / rank of the first right hit, 0 where there is none."""
    return next((1 / rank for rank, each in enumerate(right, start=1) if each), 0.0)


def _mean(scores: np.ndarray) -> float:
    return float(scores.mean())
