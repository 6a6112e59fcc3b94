"""The file behind a library as a database: made, checked, and used from many threads.

SQLite with FTS5. One connection serves all threads, one at a time; a kept file is in WAL mode,
so that several processes may use it. `store` knows what the tables mean.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vidsent.core.errors import LibraryError
from vidsent.library import terms

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


class Database:
    """The tables of one library, empty at first.

    Raises LibraryError where a file is no library, or of another version.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
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
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are made together or not at all; raises LibraryError."""
        with self._lock, _as_library_error(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows that a statement gives; raises LibraryError."""
        with self._lock, _as_library_error(self._name):
            return self._connection.execute(statement, values).fetchall()


@contextmanager
def _as_library_error(name: str) -> Iterator[None]:
    """What SQLite complains of as a LibraryError."""
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(
            f"The library {name} cannot be used: {error}. Check that it is not being written by "
            "another program, that the disk has room, or name another file."
        ) from error
