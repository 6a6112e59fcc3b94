"""Search over the entries of a library: words, meaning and emotion, fused into one ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vidsent.query import Query, understand
from vidsent.store import Index, Store, Stored
from vidsent.terms import terms, within

AROUND = 0.3  # what a word said just before or after counts beside one of the entry itself
CLOSE_S = 3.0  # two hits of a clip within this are one
FELT = 0.3  # probability from which an emotion is a reason
MOMENT_BONUS = 0.1  # of a key moment where an emotion is asked for


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
    why: tuple[str, ...]  # of "words", "meaning", "emotion", "picture"; never empty


class Searcher:
    """Ranks the entries of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def search(self, text: str, label: str | None, limit: int) -> list[Hit]:
        """See `library.Library.search`."""
        query = understand(text, label)
        if not query.forms and not query.feels:
            return []
        index = self._store.index()
        words = self._by_words(query, index)
        felt = felt_by(query.facet, index.probs)
        score = words + query.strength * (felt + MOMENT_BONUS * (index.kinds == "moment"))
        reasons = {"words": words > 0, "emotion": felt >= FELT}
        if not query.feels:
            score, reasons = words, {"words": words > 0}
        return self._hits(query, index, score, reasons, limit)

    def _by_words(self, query: Query, index: Index) -> np.ndarray:
        """BM25 of each entry (N,), 1 for the best of them."""
        found = self._store.matching(query.forms, AROUND)
        scores = np.array([found.get(int(number), 0.0) for number in index.ids])
        return scores / max(scores.max(initial=0.0), 1e-9)

    def _hits(
        self,
        query: Query,
        index: Index,
        score: np.ndarray,
        reasons: dict[str, np.ndarray],
        limit: int,
    ) -> list[Hit]:
        """The best entries for any reason, one for each place of a clip."""
        some = np.any(list(reasons.values()), axis=0)
        order = [int(each) for each in np.argsort(-score, kind="stable") if some[each]]
        chosen = apart(order, index, limit)
        stored = self._store.entries(int(index.ids[each]) for each in chosen)
        return [
            _hit(
                stored[int(index.ids[each])],
                score=float(score[each]),
                why=tuple(name for name, holds in reasons.items() if holds[each]),
                marks=self._marks(int(index.ids[each]), stored, query),
            )
            for each in chosen
            if int(index.ids[each]) in stored  # taken out by another thread meanwhile
        ]

    def _marks(
        self, number: int, stored: dict[int, Stored], query: Query
    ) -> tuple[tuple[int, int], ...]:
        held = self._store.held(number, query.forms)
        text = stored[number].entry.text
        marks, at = [], 0
        for term in terms(text):
            count = 1 + len(within(term.form))
            if any(held[at : at + count]):
                marks.append((term.start, term.end))
            at += count
        return tuple(marks)


def felt_by(facet: np.ndarray, probs: np.ndarray) -> np.ndarray:
    """How far entries (N, 7) have the emotions that are wanted (7,), in [0, 1]; 0 for unseen."""
    if not facet.any():
        return np.zeros(len(probs))
    wanted, unwanted = np.maximum(facet, 0), np.maximum(-facet, 0)
    known = np.nan_to_num(probs)
    for_it = (known * wanted).sum(1) / max(float(wanted.max()), 1e-9)
    against = 1 - (known * unwanted).sum(1)
    seen = ~np.isnan(probs).any(axis=1)
    return np.where(seen, for_it * against if wanted.any() else against, 0.0)


def apart(order: Sequence[int], index: Index, limit: int) -> list[int]:
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


def _hit(
    stored: Stored, score: float, why: tuple[str, ...], marks: tuple[tuple[int, int], ...]
) -> Hit:
    entry = stored.entry
    return Hit(
        clip_id=stored.clip_id,
        clip_name=stored.clip_name,
        kind=entry.kind,
        t_s=entry.t_s,
        end_s=entry.end_s,
        label=entry.label,
        probs=entry.probs,
        text=entry.text,
        before=entry.before,
        after=entry.after,
        marks=marks,
        picture=entry.picture,
        score=score,
        why=why,
    )
