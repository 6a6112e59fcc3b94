"""What one visitor is being shown, and the files that were made for them."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from gradio.utils import get_upload_folder

from vidsent.report import file_stem, write_csv, write_json
from vidsent.results import Analysis


@dataclass(frozen=True)
class Shown:
    """One result: `folder` is this visitor's own and holds all files made for the result."""

    analysis: Analysis
    folder: Path
    player: Path
    json: Path
    csv: Path

    def forget(self) -> None:
        """Delete the files; those that were uploaded go with Gradio's own schedule."""
        shutil.rmtree(self.folder, ignore_errors=True)


def new_folder() -> Path:
    """A folder that no one can guess, where Gradio may serve files from and deletes old ones."""
    folder = Path(get_upload_folder()) / secrets.token_hex(16)
    folder.mkdir(parents=True)
    return folder


def show(analysis: Analysis, player: Path, folder: Path) -> Shown:
    """Write the downloads of `analysis` into `folder`; `player` is kept as long as they."""
    stem = file_stem(analysis.clip.name)
    shown = Shown(analysis, folder, player, folder / f"{stem}.json", folder / f"{stem}.csv")
    if player.resolve().is_relative_to(Path(get_upload_folder()).resolve()):
        os.utime(player)  # Gradio counts the hour from here, not from the upload
    write_json(analysis, shown.json)
    write_csv(analysis, shown.csv)
    return shown


def forget(shown: Shown | None) -> None:
    """Called when a visitor leaves or the result has been kept long enough."""
    if shown is not None:
        shown.forget()
