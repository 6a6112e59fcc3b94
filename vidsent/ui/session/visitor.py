"""The clips that one visitor analysed: a library of their own, gone when they are.

The files that play are linked into a folder that no one can guess, as Gradio deletes uploads by
their age. Only the last few clips are held.
"""

from __future__ import annotations

import os
import secrets
import shutil
import weakref
from pathlib import Path

from vidsent.core.results import Analysis
from vidsent.library.library import Library
from vidsent.ui.media.examples import FOLDER
from vidsent.ui.session.result import Result, new_folder

MAX_CLIPS = 12  # clips


class Visitor:
    """One visitor's library and its files."""

    def __init__(self, image_text_model: str | None = None) -> None:
        self.library = Library(image_text_model=image_text_model)
        self._folder = new_folder()
        self.replayed: Analysis | None = None  # the one that is shown once more
        # Gradio drops the oldest of too many sessions without telling
        self._end = weakref.finalize(self, _delete_all, self.library, self._folder)

    def add(self, result: Result) -> None:
        """Put a result into the library, unless it was taken from there; the oldest may go."""
        if result.analysis is self.replayed:
            return
        before = self._players()
        self.library.add(result.analysis, linked(result.player, self._folder))
        self.replayed = None  # what is shown next in its place is news, be it that one again
        for replaced in before - self._players():  # by the same clip
            self._delete(replaced)
        for card in self.library.clips()[MAX_CLIPS:]:
            self.remove(card.id)

    def remove(self, clip_id: str) -> None:
        """Take a clip out, with its file; raises LibraryError where there is no such clip."""
        player = self.library.player(clip_id)
        self.library.remove(clip_id)
        if player is not None:
            self._delete(player)

    def _players(self) -> set[Path]:
        players = (self.library.player(card.id) for card in self.library.clips())
        return {player for player in players if player is not None}

    def _delete(self, player: Path) -> None:
        """Delete a file of ours; examples stay."""
        if player.is_relative_to(self._folder):
            player.unlink(missing_ok=True)

    def leave(self) -> None:
        """Nothing of the visitor is left."""
        self._end()


def linked(player: Path, folder: Path) -> Path:
    """The same file inside `folder`, under a name of its own; our examples stay where they are."""
    if player.is_relative_to(FOLDER):
        return player
    mine = folder / f"{secrets.token_hex(8)}{player.suffix}"
    try:
        os.link(player, mine)
    except OSError:  # another disk, or a system without links
        shutil.copyfile(player, mine)
    return mine


def _delete_all(library: Library, folder: Path) -> None:
    library.close()
    shutil.rmtree(folder, ignore_errors=True)


def leave(visitor: Visitor | None) -> None:
    """Called when a visitor has left or their clips have been kept long enough."""
    if visitor is not None:
        visitor.leave()
