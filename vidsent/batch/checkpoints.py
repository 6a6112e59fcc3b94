"""What a batch keeps: one JSON file for each clip that is done, named by the job's key.

A file is written beside its name, flushed to the disk and then moved there: whenever a run is
killed, or the power goes, a result is either whole or not there.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from vidsent.batch.jobs import Job
from vidsent.batch.worker import Outcome
from vidsent.core.errors import DataError
from vidsent.core.results import Analysis

FOLDER = "clips"
PARTIAL = ".partial"
END = b"}\n"  # of every whole file


class Checkpoints:
    """The results below a batch's folder."""

    def __init__(self, out: Path) -> None:
        self.folder = out / FOLDER

    def prepare(self) -> None:
        """Make the folder and clear away what a killed run left unfinished; raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(f".*{PARTIAL}"):
            left.unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Where the result of a job lies, or will."""
        return self.folder / f"{key}.json"

    def has(self, key: str) -> bool:
        """Whether a job is done, its file whole."""
        try:
            with self.path(key).open("rb") as file:
                file.seek(-len(END), os.SEEK_END)
                return file.read() == END
        except OSError:
            return False

    def put(self, job: Job, outcome: Outcome) -> None:
        """Keep what came of a job; raises OSError where the disk is full."""
        head = {
            "key": job.key,
            "sha256": job.sha256,
            "subtitles_sha256": job.subtitles_sha256,
            "seconds": round(outcome.seconds, 3),
            "error": outcome.error,
        }
        text = json.dumps(head, ensure_ascii=False)[:-1]
        content = f'{text}, "analysis": {outcome.analysis or "null"}'.encode("utf-8", "replace")
        replace_file(self.path(job.key), content + END)

    def analysis(self, key: str) -> tuple[Analysis | None, str | None]:
        """The analysis of a job, or None and the error; raises DataError for a damaged file."""
        path = self.path(key)
        try:
            result = json.loads(path.read_bytes())
            error = result["error"]
            return (None if error else Analysis.from_dict(result["analysis"])), error
        except (OSError, ValueError, KeyError, TypeError) as damage:
            raise DataError(
                f"The result {path} cannot be read. Delete it and run the batch again."
            ) from damage


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that `path` is what it was or complete, even when the power goes."""
    partial = path.with_name(f".{secrets.token_hex(8)}{PARTIAL}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
