"""The file behind a library: analysed clips, their entries, a full-text index and vectors.

SQLite with FTS5. One connection serves all threads, one at a time; a kept file is in WAL mode,
so that several processes may use it. This module knows nothing of ranking or of models.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from vidsent import terms
from vidsent.emotions import NUM_LABELS
from vidsent.entries import Entry
from vidsent.errors import LibraryError
from vidsent.results import Analysis

APPLICATION = 0x56445354  # "VDST", in the head of the file: SQLite's application_id
SCHEMA = 1  # raised when a table changes; SQLite's user_version
PATIENCE_S = 20.0  # for another process that writes
PRIVATE = ":memory:"
HEAD = ("application_id", "user_version")
TABLES = f"""
CREATE TABLE clips (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, added_s REAL NOT NULL, duration_s REAL NOT NULL,
    label TEXT, analysis BLOB NOT NULL, player TEXT
);
CREATE TABLE entries (
    id INTEGER PRIMARY KEY, clip TEXT NOT NULL REFERENCES clips ON DELETE CASCADE,
    kind TEXT NOT NULL, t_s REAL NOT NULL, end_s REAL NOT NULL, label TEXT NOT NULL,
    probs BLOB NOT NULL, text TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
    picture BLOB NOT NULL
);
CREATE INDEX entries_of_clip ON entries (clip);
CREATE TABLE vectors (
    entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE, model TEXT NOT NULL,
    vector BLOB NOT NULL, PRIMARY KEY (entry, model)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE terms USING fts5 (text, around, tokenize = "{terms.TOKENIZER}");
"""


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


class Stored(NamedTuple):
    """An entry and the clip that it belongs to."""

    clip_id: str
    clip_name: str
    entry: Entry


class Store:
    """The tables of one library. Raises LibraryError where a file is no library of this version."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._name = str(path) if path is not None else PRIVATE
        try:
            self._connection = self._open(path)
        except sqlite3.Error as error:  # DatabaseError where the file is something else
            raise LibraryError(
                f"{self._name} cannot be opened as a library: {error}. Name another file."
            ) from error

    def _open(self, path: Path | None) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._name, timeout=PATIENCE_S, check_same_thread=False, isolation_level=None
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            self._begin(connection)
            if path is not None:
                connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Make the tables in an empty file; check the head of any other."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = [connection.execute(f"PRAGMA {each}").fetchone()[0] for each in HEAD]
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if found == [0, 0] and tables == 0:
                for statement in TABLES.split(";\n"):
                    connection.execute(statement)
                for pragma, value in zip(HEAD, (APPLICATION, SCHEMA), strict=True):
                    connection.execute(f"PRAGMA {pragma} = {value}")
            elif found[0] != APPLICATION:
                raise LibraryError(f"{self._name} is no library of vidsent. Name another file.")
            elif found[1] != SCHEMA:
                raise LibraryError(
                    f"The library {self._name} was made by another version of vidsent "
                    f"({found[1]}, not {SCHEMA}). Update vidsent, or name a new file."
                )
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """End all use; a private library is gone."""
        with self.lock:
            self._connection.close()

    @property
    def stamp(self) -> tuple[int, int]:
        """Changes whenever the content does, by this process or by another."""
        with self.lock:
            other = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return int(other), self._connection.total_changes

    def add(self, card: Card, analysis: Analysis, player: str, entries: Sequence[Entry]) -> None:
        """Put a clip in, in place of what stood under its id."""
        packed = zlib.compress(analysis.to_json().encode())
        with self._transaction() as connection:
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
        with self._transaction() as connection:
            return self._remove(connection, clip_id)

    def cards(self) -> list[Card]:
        """All clips, the one added last first."""
        columns = ", ".join(Card._fields)
        rows = self._rows(f"SELECT {columns} FROM clips ORDER BY added_s DESC, rowid DESC")
        return [Card(*row) for row in rows]

    def analysis(self, clip_id: str) -> Analysis | None:
        """The analysis of a clip, or None where there is no such clip."""
        rows = self._rows("SELECT analysis FROM clips WHERE id = ?", clip_id)
        try:
            return Analysis.from_json(zlib.decompress(rows[0][0]).decode()) if rows else None
        except ValueError as error:
            raise LibraryError(
                f"The clip {clip_id} was analysed by another version of vidsent ({error}). "
                "Analyse it again."
            ) from error

    def player(self, clip_id: str) -> str:
        """What was stored as the player of a clip; "" where there is none."""
        rows = self._rows("SELECT player FROM clips WHERE id = ?", clip_id)
        return str(rows[0][0]) if rows else ""

    def index(self) -> Index:
        """Every entry without its texts and pictures."""
        rows = self._rows("SELECT id, clip, kind, t_s, end_s, probs FROM entries ORDER BY id")
        ids, clips, kinds, starts, ends, probs = zip(*rows, strict=True) if rows else ((),) * 6
        return Index(
            ids=np.array(ids, np.int64),
            clips=np.array(clips, np.str_),
            kinds=np.array(kinds, np.str_),
            t_s=np.array(starts, np.float64),
            end_s=np.array(ends, np.float64),
            probs=_stacked(probs, NUM_LABELS),
        )

    def entries(self, ids: Iterable[int]) -> dict[int, Stored]:
        """Entries with the clips that they belong to, by their ids."""
        found = {}
        for number in ids:
            for row in self._rows(
                "SELECT clips.id, clips.name, kind, t_s, end_s, entries.label, probs, text, before,"
                " after, picture FROM entries JOIN clips ON clips.id = clip WHERE entries.id = ?",
                number,
            ):
                clip_id, name, kind, t_s, end_s, label, probs, *rest = row
                entry = Entry(kind, t_s, end_s, label, np.frombuffer(probs, np.float32), *rest)
                found[number] = Stored(clip_id, name, entry)
        return found

    def matching(self, forms: Sequence[str], around: float) -> dict[int, float]:
        """BM25 of each entry that holds any of these terms, more is better.

        A term in what is said around an entry counts `around` times as much as in itself.
        """
        if not forms:
            return {}
        rows = self._rows(
            "SELECT rowid, bm25(terms, 1.0, ?) FROM terms WHERE terms MATCH ?", around, _any(forms)
        )
        return {number: -score for number, score in rows}

    def held(self, number: int, forms: Sequence[str]) -> list[bool]:
        """Which of the indexed terms of an entry's text are among these, in their order."""
        if not forms:
            return []
        rows = self._rows(
            "SELECT highlight(terms, 0, '<', '') FROM terms WHERE rowid = ? AND terms MATCH ?",
            number,
            _any(forms),
        )
        return ["<" in form for form in rows[0][0].split()] if rows else []

    def unread(self, model: str) -> list[int]:
        """Ids of the entries that have no vector of a model yet."""
        rows = self._rows(
            "SELECT id FROM entries WHERE id NOT IN (SELECT entry FROM vectors WHERE model = ?)",
            model,
        )
        return [number for (number,) in rows]

    def put_vectors(self, model: str, vectors: dict[int, np.ndarray]) -> None:
        """Keep vectors (D,) of a model by entry; those of entries that are gone are dropped."""
        with self._transaction() as connection:
            for number, vector in vectors.items():
                connection.execute(
                    "INSERT OR REPLACE INTO vectors SELECT id, ?, ? FROM entries WHERE id = ?",
                    (model, np.asarray(vector, np.float16).tobytes(), number),
                )

    def vectors(self, model: str) -> dict[int, np.ndarray]:
        """Vectors (D,) float16 of a model by entry; (0,) where an entry has nothing to read."""
        rows = self._rows("SELECT entry, vector FROM vectors WHERE model = ?", model)
        return {number: np.frombuffer(vector, np.float16) for number, vector in rows}

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self.lock, _told(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.lock, _told(self._name):
            return self._connection.execute(statement, values).fetchall()

    @staticmethod
    def _remove(connection: sqlite3.Connection, clip_id: str) -> bool:
        connection.execute(
            "DELETE FROM terms WHERE rowid IN (SELECT id FROM entries WHERE clip = ?)", (clip_id,)
        )
        return connection.execute("DELETE FROM clips WHERE id = ?", (clip_id,)).rowcount > 0


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What SQLite complains of as a LibraryError."""
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(
            f"The library {name} cannot be used: {error}. Check that it is not being written by "
            "another program, that the disk has room, or name another file."
        ) from error


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
