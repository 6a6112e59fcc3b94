"""What the tables of a library hold: analysed clips, their entries, a full-text index, vectors.

This module knows nothing of ranking or of models.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from vidsent.core.emotions import NUM_LABELS
from vidsent.core.errors import LibraryError
from vidsent.core.results import Analysis
from vidsent.library import terms
from vidsent.library.database import Database
from vidsent.library.entries import Entry


class Card(NamedTuple):
    """A clip of a library as a list of them shows it."""

    id: str
    name: str
    duration_s: float
    label: str | None  # of the verdict
    added_s: float  # seconds since 1970


class Index(NamedTuple):
    """All N entries of a library, as what ranking needs of them."""

    ids: np.ndarray  # (N,) int64
    clips: np.ndarray  # (N,) of ids
    kinds: np.ndarray  # (N,) of "moment", "subtitle", "danmaku"
    t_s: np.ndarray  # (N,) float64
    end_s: np.ndarray
    probs: np.ndarray  # (N, 7) float32, rows may be NaN


class StoredEntry(NamedTuple):
    """An entry and the clip that it belongs to."""

    clip_id: str
    clip_name: str
    entry: Entry


class Store(Database):
    """Clips, entries, terms and vectors of one library."""

    def add(self, card: Card, analysis: Analysis, player: str, entries: Sequence[Entry]) -> None:
        """Put a clip in, in place of what stood under its id."""
        packed = zlib.compress(analysis.to_json().encode())
        with self.transaction() as connection:
            self._remove(connection, card.id)
            connection.execute(
                "INSERT INTO clips (id, name, duration_s, label, added_s, analysis, player) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*card, packed, player),
            )
            for entry in entries:
                _insert(connection, card.id, entry)

    def remove(self, clip_id: str) -> bool:
        """Take a clip out; whether it was there."""
        with self.transaction() as connection:
            return self._remove(connection, clip_id)

    def cards(self) -> list[Card]:
        """All clips, the one added last first."""
        columns = ", ".join(Card._fields)
        rows = self.rows(f"SELECT {columns} FROM clips ORDER BY added_s DESC, rowid DESC")
        return [Card(*row) for row in rows]

    def analysis(self, clip_id: str) -> Analysis | None:
        """The analysis of a clip, or None where there is no such clip."""
        rows = self.rows("SELECT analysis FROM clips WHERE id = ?", clip_id)
        try:
            return Analysis.from_json(zlib.decompress(rows[0][0]).decode()) if rows else None
        except ValueError as error:
            raise LibraryError(
                f"The clip {clip_id} was analysed by another version of vidsent ({error}). "
                "Analyse it again."
            ) from error

    def player(self, clip_id: str) -> str:
        """What was stored as the player of a clip; "" where there is none."""
        rows = self.rows("SELECT player FROM clips WHERE id = ?", clip_id)
        return str(rows[0][0]) if rows else ""

    def index(self) -> Index:
        """Every entry without its texts and pictures."""
        rows = self.rows("SELECT id, clip, kind, t_s, end_s, probs FROM entries ORDER BY id")
        ids, clips, kinds, starts, ends, probs = zip(*rows, strict=True) if rows else ((),) * 6
        return Index(
            ids=np.array(ids, np.int64),
            clips=np.array(clips, np.str_),
            kinds=np.array(kinds, np.str_),
            t_s=np.array(starts, np.float64),
            end_s=np.array(ends, np.float64),
            probs=_stacked(probs, NUM_LABELS),
        )

    def entries(self, ids: Iterable[int]) -> dict[int, StoredEntry]:
        """Entries with the clips that they belong to, by their ids."""
        found = {}
        for number in ids:
            for row in self.rows(
                "SELECT clips.id, clips.name, kind, t_s, end_s, entries.label, probs, text, before,"
                " after, picture FROM entries JOIN clips ON clips.id = clip WHERE entries.id = ?",
                number,
            ):
                clip_id, name, kind, t_s, end_s, label, probs, *rest = row
                entry = Entry(kind, t_s, end_s, label, np.frombuffer(probs, np.float32), *rest)
                found[number] = StoredEntry(clip_id, name, entry)
        return found

    def texts(self, ids: Iterable[int]) -> dict[int, str]:
        """What is said in entries, by their ids."""
        return {
            number: str(row[0])
            for number in ids
            for row in self.rows("SELECT text FROM entries WHERE id = ?", number)
        }

    def pictures(self, ids: Iterable[int]) -> dict[int, bytes]:
        """The pictures of entries as JPEG, by their ids; those without one are left out."""
        return {
            number: bytes(row[0])
            for number in ids
            for row in self.rows(
                "SELECT picture FROM entries WHERE id = ? AND length(picture) > 0", number
            )
        }

    def matching(self, forms: Sequence[str], around: float) -> dict[int, float]:
        """BM25 of each entry that holds any of these terms, more is better.

        A term in what is said around an entry counts `around` times as much as in itself.
        """
        if not forms:
            return {}
        rows = self.rows(
            "SELECT rowid, bm25(terms, 1.0, ?) FROM terms WHERE terms MATCH ?", around, _any(forms)
        )
        return {number: -score for number, score in rows}

    def held(self, number: int, forms: Sequence[str]) -> list[bool]:
        """Which of the indexed terms of an entry's text are among these, in their order."""
        if not forms:
            return []
        rows = self.rows(
            "SELECT highlight(terms, 0, '<', '') FROM terms WHERE rowid = ? AND terms MATCH ?",
            number,
            _any(forms),
        )
        return ["<" in form for form in rows[0][0].split()] if rows else []

    def unread(self, model: str) -> list[int]:
        """Ids of the entries that have no vector of a model yet."""
        rows = self.rows(
            "SELECT id FROM entries WHERE id NOT IN (SELECT entry FROM vectors WHERE model = ?)",
            model,
        )
        return [number for (number,) in rows]

    def put_vectors(self, model: str, vectors: dict[int, np.ndarray]) -> None:
        """Keep vectors (D,) of a model by entry; those of entries that are gone are dropped."""
        with self.transaction() as connection:
            for number, vector in vectors.items():
                connection.execute(
                    "INSERT OR REPLACE INTO vectors SELECT id, ?, ? FROM entries WHERE id = ?",
                    (model, np.asarray(vector, np.float16).tobytes(), number),
                )

    def vectors(self, model: str) -> dict[int, np.ndarray]:
        """Vectors (D,) float16 of a model by entry; (0,) where an entry has nothing to read."""
        rows = self.rows("SELECT entry, vector FROM vectors WHERE model = ?", model)
        return {number: np.frombuffer(vector, np.float16) for number, vector in rows}

    @staticmethod
    def _remove(connection: sqlite3.Connection, clip_id: str) -> bool:
        connection.execute(
            "DELETE FROM terms WHERE rowid IN (SELECT id FROM entries WHERE clip = ?)", (clip_id,)
        )
        return connection.execute("DELETE FROM clips WHERE id = ?", (clip_id,)).rowcount > 0


def _insert(connection: sqlite3.Connection, clip_id: str, entry: Entry) -> None:
    number = connection.execute(
        "INSERT INTO entries (clip, kind, t_s, end_s, label, probs, text, before, after, picture) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            clip_id,
            entry.kind,
            entry.t_s,
            entry.end_s,
            entry.label,
            np.asarray(entry.probs, np.float32).tobytes(),
            entry.text,
            entry.before,
            entry.after,
            entry.picture,
        ),
    ).lastrowid
    around = f"{entry.before} {entry.after}"
    connection.execute(
        "INSERT INTO terms (rowid, text, around) VALUES (?, ?, ?)",
        (number, terms.indexed(entry.text), terms.indexed(around)),
    )


def _any(forms: Sequence[str]) -> str:
    """A query of FTS5 for any of the terms, each as a string, so that none is an operator."""
    quoted = (form.replace('"', '""') for form in forms)
    return " OR ".join(f'"{form}"' for form in quoted)


def _stacked(blobs: Sequence[bytes], width: int) -> np.ndarray:
    return np.frombuffer(b"".join(blobs), np.float32).reshape(-1, width)
