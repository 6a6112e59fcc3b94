"""How close what is said is to a query in meaning, word for word or in the other language.

Vectors are `TextModel.bags` of the text model that ships; the library keeps those of its entries.
The two languages of that model hardly meet, so a query is compared with lines of its own language
as it is, and with those of the other one by its words' translations.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from vidsent.language import dictionary, text_model
from vidsent.language.simplified_chinese import simplified
from vidsent.language.text_model import TextModel
from vidsent.library.query import Query
from vidsent.library.store import Index, Store
from vidsent.library.terms import is_han

TRANSLATIONS = 4  # of a word that its vector is made of, the commonest first
TRANSLATED_SHARE = 0.7  # of a similarity by translations, which are of any sense of a word


class SemanticIndex:
    """Vectors of the entries of one store, and what a query has in common with them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._held: tuple[object, np.ndarray, np.ndarray] | None = None

    def similarity(self, query: Query, index: Index) -> np.ndarray:
        """In [0, 1] for each entry (N,); 0 for a query without words."""
        if not query.text or not len(index.ids):
            return np.zeros(len(index.ids))
        vectors, han = self._vectors(index)
        model = TextModel.shared()
        own = vectors @ model.bags([simplified(query.text)])[0]
        translated = vectors @ _translated(query.forms, model)
        other = han != is_han(query.text)
        found = np.maximum(own, np.where(other, TRANSLATED_SHARE * translated, 0))
        return np.clip(found, 0, 1)

    def _vectors(self, index: Index) -> tuple[np.ndarray, np.ndarray]:
        """Vectors (N, H) of the entries, and which of them are Chinese (N,)."""
        name = f"text:{text_model.version()}"
        with self._lock:
            stamp = (name, index.ids.tobytes())
            if self._held is None or self._held[0] != stamp:
                self._read(name)
                known = self._store.vectors(name)
                empty = np.zeros(TextModel.shared().width + 1, np.float16)  # gone meanwhile
                rows = np.array([known.get(int(each), empty) for each in index.ids], np.float32)
                self._held = stamp, rows[:, :-1], rows[:, -1] > 0
            return self._held[1:]

    def _read(self, name: str) -> None:
        """Give a vector to each entry that has none; its last number says whether it is Chinese."""
        unread = self._store.unread(name)
        if not unread:
            return
        texts = self._store.texts(unread)
        bags = TextModel.shared().bags([simplified(text) for text in texts.values()])
        han = np.array([[is_han(text)] for text in texts.values()], np.float32)
        rows = np.hstack([bags, han])
        self._store.put_vectors(name, dict(zip(texts, rows, strict=True)))


def _translated(forms: Sequence[str], model: TextModel) -> np.ndarray:
    """The vector (H,) of a query's words in the other language; 0 where none is known."""
    vectors = np.zeros(model.width, np.float32)
    for form in forms:
        words = dictionary.translations(form)[:TRANSLATIONS]
        if words:
            vectors += _unit(model.bags(words).sum(0))
    return _unit(vectors)


def _unit(vector: np.ndarray) -> np.ndarray:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
