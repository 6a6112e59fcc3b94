"""Search over the entries of a library: words, meaning and emotion, fused into one ranking.

The weights were chosen on the dev half of the planted questions (training/planted_search.tsv) and
are measured on its other half by `evaluate search`. This module knows no files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vidsent.language import dictionary
from vidsent.library.query import Query, parse_query
from vidsent.library.semantic import SemanticIndex
from vidsent.library.store import Index, Store, StoredEntry
from vidsent.library.terms import terms, within
from vidsent.library.visual import VisualIndex

AROUND = 0.3  # what a word said just before or after counts beside one of the entry itself
LEAST_WORDS = 0.3  # score of the weakest match of words beside 1 of the best
MOMENT = 0.1  # a key moment's lead where an emotion is asked for
MEANT, SHOWN, ALIKE = 0.28, 0.3, 0.3  # from which meaning, emotion or looks are a reason
LOOKS = 0.5  # of a moment like another; the rest is what is felt
CLOSE_S = 3.0  # two hits of a clip within this are one


class Weights(NamedTuple):
    """What each part of a score counts."""

    words: float = 1.0
    translated: float = 0.5  # of the translation of a word, beside the word
    meaning: float = 0.5
    felt: float = 1.2


FUSED = Weights()


@dataclass(frozen=True)
class Hit:
    """One moment that answers a query."""

    clip_id: str
    clip_name: str
    kind: str  # "moment", "subtitle" or "danmaku"
    t_s: float  # from where it plays
    end_s: float
    label: str
    probs: np.ndarray  # (7,) float32; NaN where nothing was seen
    text: str
    before: str
    after: str
    marks: tuple[tuple[int, int], ...]  # [start, end) in `text` of the words that were looked for
    picture: bytes  # JPEG; empty where there is none close by
    score: float
    why: tuple[str, ...]  # of "words", "translation", "meaning", "emotion", "picture"; never empty


@dataclass(frozen=True)
class Ranking:
    """Scores (N,) of all entries, and for which of them each reason holds (N,) bool."""

    score: np.ndarray
    reasons: dict[str, np.ndarray]


class Searcher:
    """Ranks the entries of one store."""

    def __init__(self, store: Store, image_text_model: str | None = None) -> None:
        self._store = store
        self._semantic = SemanticIndex(store)
        self._visual = VisualIndex(store, image_text_model)

    def search(
        self, text: str, label: str | None, limit: int, weights: Weights = FUSED
    ) -> list[Hit]:
        """See `library.Library.search`."""
        query = parse_query(text, label, plain=weights.felt == 0)
        if not query.forms and not query.feels:
            return []
        index = self._store.index()
        return self._hits(self._rank(query, index, weights), index, limit, query.looked_for)

    def _rank(self, query: Query, index: Index, weights: Weights) -> Ranking:
        """How well each entry answers: the weighted sum of all that speaks for it."""
        said, translated = self._words(query.looked_for), self._translated(query.looked_for)
        words, foreign = (by_id(each, index) for each in (said, translated))
        both = weights.words * words + weights.translated * foreign
        meaning = self._semantic.similarity(query, index)
        felt = emotion_match(query.facet, index.probs)
        score = np.where(both > 0, LEAST_WORDS + (1 - LEAST_WORDS) * _by_best(both), 0.0)
        score = score + weights.meaning * meaning
        if query.feels:
            lead = felt + MOMENT * (index.kinds == "moment")
            score += weights.felt * query.strength * lead
        reasons = {
            "words": (weights.words > 0) & (words > 0),
            "translation": (weights.translated > 0) & (foreign > 0),
            "meaning": (weights.meaning > 0) & (meaning >= MEANT),
            "emotion": (weights.felt > 0) & (felt >= SHOWN),
        }
        return Ranking(score, reasons)

    def like(self, clip_id: str, t_s: float, limit: int) -> list[Hit]:
        """See `library.Library.like`."""
        index = self._store.index()
        moments = index.kinds == "moment"
        own = np.flatnonzero(moments & (index.clips == clip_id))
        if not len(own):
            return []
        this = int(own[np.abs(index.t_s[own] - t_s).argmin()])
        looks = self._visual.alike(this, index)
        felt = emotion_similarity(index.probs[this], index.probs)
        score = np.where(moments, LOOKS * looks + (1 - LOOKS) * felt, 0.0)
        score[this] = -1.0
        others = moments & (np.arange(len(score)) != this)
        reasons = {"picture": others & (looks >= ALIKE), "emotion": others & (felt >= SHOWN)}
        return self._hits(Ranking(score, reasons), index, limit, ())

    def pictured(self, text: str, limit: int) -> list[Hit]:
        """See `library.Library.pictured`."""
        index = self._store.index()
        score = self._visual.shows(text, index)
        shown = (index.kinds == "moment") & np.isfinite(score)
        return self._hits(Ranking(np.nan_to_num(score), {"picture": shown}), index, limit, ())

    def _words(self, forms: Sequence[str]) -> dict[int, float]:
        return self._store.matching(forms, AROUND)

    def _translated(self, forms: Sequence[str]) -> dict[int, float]:
        """BM25 of the translations of each term, summed over the terms."""
        found: dict[int, float] = {}
        for form in forms:
            for number, score in self._words(dictionary.translations(form)).items():
                found[number] = found.get(number, 0.0) + score
        return found

    def _hits(self, ranking: Ranking, index: Index, limit: int, forms: Sequence[str]) -> list[Hit]:
        """The best entries that there is any reason for, one for each place of a clip."""
        some = np.any(list(ranking.reasons.values()), axis=0)
        order = [int(each) for each in np.argsort(-ranking.score, kind="stable") if some[each]]
        chosen = spaced(order, index, limit)
        stored = self._store.entries(int(index.ids[each]) for each in chosen)
        return [
            Hit(
                *_shown(stored[number]),
                marks=self._marks(number, stored[number], forms),
                picture=stored[number].entry.picture,
                score=float(ranking.score[each]),
                why=tuple(name for name, holds in ranking.reasons.items() if holds[each]),
            )
            for each in chosen
            if (number := int(index.ids[each])) in stored  # else another thread took it out
        ]

    def _marks(
        self, number: int, stored: StoredEntry, forms: Sequence[str]
    ) -> tuple[tuple[int, int], ...]:
        """Where in an entry's text its words, or their translations, stand."""
        wanted = [*forms, *(each for form in forms for each in dictionary.translations(form))]
        held, at = self._store.held(number, wanted), 0
        marks = []
        for term in terms(stored.entry.text):
            count = 1 + len(within(term.form))
            if any(held[at : at + count]):
                marks.append((term.start, term.end))
            at += count
        return tuple(marks)


def by_id(found: dict[int, float], index: Index) -> np.ndarray:
    """Scores by id as one for each entry (N,), 0 where there is none."""
    return np.array([found.get(int(number), 0.0) for number in index.ids], np.float64)


def emotion_match(facet: np.ndarray, probs: np.ndarray) -> np.ndarray:
    """How far entries (N, 7) have the emotions that are wanted (7,), in [0, 1]; 0 for unseen."""
    if not facet.any():
        return np.zeros(len(probs))
    wanted, unwanted = np.maximum(facet, 0), np.maximum(-facet, 0)
    known = np.nan_to_num(probs)
    against = 1 - (known * unwanted).sum(1)
    if wanted.any():
        against = against * (known * wanted).sum(1) / wanted.max()
    return np.where(np.isnan(probs).any(axis=1), 0.0, against)


def emotion_similarity(probs: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Bhattacharyya's coefficient of (7,) with each of (N, 7), in [0, 1]; 0 where unseen."""
    found: np.ndarray = np.sqrt(np.nan_to_num(probs) * np.nan_to_num(others)).sum(1)
    return found


def spaced(order: Sequence[int], index: Index, limit: int) -> list[int]:
    """The first `limit` of the ordered entries that lie apart from those before them."""
    chosen: list[int] = []
    for each in order:
        if len(chosen) >= limit:
            break
        if all(
            index.clips[each] != index.clips[other]
            or abs(index.t_s[each] - index.t_s[other]) >= CLOSE_S
            for other in chosen
        ):
            chosen.append(each)
    return chosen


def _by_best(scores: np.ndarray) -> np.ndarray:
    return scores / max(float(scores.max(initial=0.0)), 1e-12)


def _shown(
    stored: StoredEntry,
) -> tuple[str, str, str, float, float, str, np.ndarray, str, str, str]:
    """The fields of a hit from the clip's id to what is said after."""
    entry = stored.entry
    return (
        stored.clip_id,
        stored.clip_name,
        entry.kind,
        entry.t_s,
        entry.end_s,
        entry.label,
        entry.probs,
        entry.text,
        entry.before,
        entry.after,
    )
