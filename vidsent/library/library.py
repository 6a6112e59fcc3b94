"""The library: analysed clips that answer a search by words, by emotion, or by both.

A library without a path is private and gone when it is closed; one with a path is kept in that
file, and the clips' copies for a player beside it in FILE.clips. Safe to use from many threads.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path
from types import TracebackType

from vidsent.core.emotions import LABELS
from vidsent.core.errors import LibraryError
from vidsent.core.results import Analysis
from vidsent.library import search
from vidsent.library.entries import entries_of
from vidsent.library.search import FUSED, Hit, Weights
from vidsent.library.store import Card, Store

LIMIT = 20  # hits
ID_DIGITS = 24  # of a SHA-256 in hexadecimal
PIECE = 1 << 20  # bytes read at a time
SUFFIXES = (".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi")  # that a copy may keep


class Library:
    """Analysed clips in a private place, or kept in the file `path`.

    `image_text_model` is a folder or hub name of a model for `pictured`. Raises LibraryError
    where the file is something else, or of another version.
    """

    def __init__(self, path: str | Path | None = None, image_text_model: str | None = None) -> None:
        self.path = None if path is None else Path(path).absolute()
        self._store = Store(self.path)
        self._searcher = search.Searcher(self._store, image_text_model)

    def add(self, analysis: Analysis, player: str | Path | None = None) -> str:
        """Put a clip in and return its id; the same clip again takes the place of what was there.

        `player` is a file that shows the clip. A kept library copies it; a private one remembers
        where it is, and the caller sees to it that it stays there.
        """
        clip_id = _identity(analysis, None if player is None else Path(player))
        stored = "" if player is None else self._keep(Path(player).absolute(), clip_id)
        card = Card(
            id=clip_id,
            name=analysis.clip.name,
            duration_s=analysis.clip.duration_s,
            label=analysis.verdict.label,
            added_s=time.time(),
        )
        self._store.add(card, analysis, stored, entries_of(analysis))
        return clip_id

    def clips(self) -> list[Card]:
        """All clips, the one added last first."""
        return self._store.cards()

    def analysis(self, clip_id: str) -> Analysis:
        """What was found in a clip; raises LibraryError where there is no such clip."""
        found = self._store.analysis(clip_id)
        if found is None:
            raise LibraryError(
                f"The library holds no clip {clip_id}. List its clips for their ids."
            )
        return found

    def player(self, clip_id: str) -> Path | None:
        """A file that shows the clip, or None where it has none or it is gone."""
        stored = self._store.player(clip_id)
        if not stored:
            return None
        path = Path(stored) if self.path is None else self._folder / stored
        return path if path.is_file() else None

    def remove(self, clip_id: str) -> None:
        """Take a clip out, and its copy; raises LibraryError where there is no such clip."""
        copy = self.player(clip_id)
        if not self._store.remove(clip_id):
            raise LibraryError(
                f"The library holds no clip {clip_id}. List its clips for their ids."
            )
        if copy is not None and self.path is not None:
            copy.unlink(missing_ok=True)

    def search(
        self,
        query: str,
        label: str | None = None,
        limit: int = LIMIT,
        weights: Weights = FUSED,
    ) -> list[Hit]:
        """The moments and lines that answer a query in English or Chinese best, best first.

        Emotion words of the query ("angry", 悲伤的) rank by what is felt there; `label` asks for
        one of `emotions.LABELS` on top. An empty query with a label gives the moments of that
        emotion. `weights` are for measuring. Raises ValueError for a label that there is not.
        """
        if label is not None and label not in LABELS:
            raise ValueError(f"label must be one of {', '.join(LABELS)}, got {label!r}")
        return self._searcher.search(query, label, limit, weights)

    def like(self, clip_id: str, t_s: float, limit: int = LIMIT) -> list[Hit]:
        """Key moments of any clip that look and feel like the one of `clip_id` nearest to `t_s`.

        Raises LibraryError where there is no such clip; none are like a clip without moments.
        """
        if not any(card.id == clip_id for card in self.clips()):
            raise LibraryError(
                f"The library holds no clip {clip_id}. List its clips for their ids."
            )
        return self._searcher.like(clip_id, t_s, limit)

    def pictured(self, text: str, limit: int = LIMIT) -> list[Hit]:
        """Key moments whose pictures show what a text says; raises ModelError without a model."""
        return self._searcher.pictured(text, limit)

    def close(self) -> None:
        """End all use; a private library is gone."""
        self._store.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _folder(self) -> Path:
        """Where a kept library has the clips."""
        assert self.path is not None
        return self.path.with_name(f"{self.path.name}.clips")

    def _keep(self, player: Path, clip_id: str) -> str:
        """What the store remembers of a player: the name of its copy, or its path."""
        if self.path is None:
            return str(player)
        suffix = player.suffix.lower()
        name = f"{clip_id}{suffix if suffix in SUFFIXES else '.mp4'}"  # nothing of a stranger's
        target = self._folder / name
        if player.resolve() != target.resolve():
            try:
                self._folder.mkdir(exist_ok=True)
                partial = target.with_suffix(".partial")
                shutil.copyfile(player, partial)
                os.replace(partial, target)
            except OSError as error:
                raise LibraryError(
                    f"The clip cannot be copied into {self._folder}: {error.strerror}. "
                    "Make room there, or keep the library elsewhere."
                ) from error
        return name


def _identity(analysis: Analysis, player: Path | None) -> str:
    """The same for the same content: of the clip where it is there, else of the analysis."""
    digest = hashlib.sha256()
    if player is None:
        digest.update(analysis.to_json().encode())
    else:
        try:
            with player.open("rb") as file:
                while piece := file.read(PIECE):
                    digest.update(piece)
        except OSError as error:
            raise LibraryError(
                f"The clip {player.name} cannot be read: {error.strerror}. Name another file."
            ) from error
    return digest.hexdigest()[:ID_DIGITS]
