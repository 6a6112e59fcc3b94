"""One visitor's result: the analysis, and the files that were made for it."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from gradio.utils import get_upload_folder

from vidsent.core.results import Analysis
from vidsent.reports.captions import write_vtt
from vidsent.reports.files import file_stem, write_csv, write_json
from vidsent.reports.html_report import write_report
from vidsent.ui.shared.language import LANGUAGES


@dataclass(frozen=True, eq=False)  # no two results are the same one
class Result:
    """One result: `folder` is this visitor's own and holds all files made for the result."""

    analysis: Analysis
    folder: Path
    player: Path
    json: Path
    csv: Path
    clip: Path  # as it was uploaded
    uncorrected: Analysis | None = None  # before people were put right by hand, where they were

    def captions(self, language: str) -> Path:
        """The captions in `language`, made once."""
        path = self.named(".emotions.vtt", language)
        if not path.exists():
            write_vtt(self.analysis, path, language)
        return path

    def report(self, language: str) -> Path:
        """The report in `language`, made once."""
        path = self.named(".html", language)
        if not path.exists():
            write_report(self.analysis, path, language)
        return path

    def named(self, ending: str, language: str) -> Path:
        """Where a file with words in it lies: named after the clip, a folder for each language."""
        return self.folder / language / f"{self.json.stem}{ending}"

    def corrected(self, analysis: Analysis) -> Result:
        """The same result with people put right: its files are written anew, those that had words
        in them when they are asked for."""
        before = self.uncorrected or self.analysis
        for _, language in LANGUAGES:
            shutil.rmtree(self.folder / language, ignore_errors=True)
        write_json(analysis, self.json)
        return replace(self, analysis=analysis, uncorrected=None if analysis is before else before)

    def delete(self) -> None:
        """Delete the files; those that were uploaded go with Gradio's own schedule."""
        shutil.rmtree(self.folder, ignore_errors=True)


def new_folder() -> Path:
    """A folder that no one can guess, where Gradio may serve files from and deletes old ones."""
    folder = Path(get_upload_folder()) / secrets.token_hex(16)
    folder.mkdir(parents=True)
    return folder


def write_result(
    analysis: Analysis, player: Path, folder: Path, clip: Path | None = None
) -> Result:
    """Write the downloads of `analysis` into `folder`; `clip` is what was analysed, where the
    `player` shows a copy of it. The player's clip is kept as long as they."""
    stem = file_stem(analysis.clip.name)
    json, csv = folder / f"{stem}.json", folder / f"{stem}.csv"
    if player.resolve().is_relative_to(Path(get_upload_folder()).resolve()):
        os.utime(player)  # Gradio counts the hour from here, not from the upload
    write_json(analysis, json)
    write_csv(analysis, csv)
    return Result(analysis, folder, player, json, csv, clip or player)


def delete(result: Result | None) -> None:
    """Called when a visitor leaves or the result has been kept long enough."""
    if result is not None:
        result.delete()
