"""Clips for batches: tiny ones, each of a length of its own, so that rows can be told apart."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from importlib import import_module
from pathlib import Path

import pytest

from tests.clips import write_clip
from vidsent.batch.jobs import Job
from vidsent.batch.local_engine import JobProgress
from vidsent.batch.worker import Outcome, analyze_job
from vidsent.core.options import Options


def seconds(number: int) -> float:
    """How long the clip of that number lasts."""
    return 1.0 + 0.2 * number


def write_folder(folder: Path, count: int) -> Path:
    """A folder with clips 0.mp4, 1.mp4, ..."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        write_clip(folder / f"{number}.mp4", seconds(number))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three clips."""
    return write_folder(tmp_path / "in", 3)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch analyses its clips in this process, which has loaded the models already."""

    def run_here(
        jobs: Sequence[Job], options: Options, workers: int, tell: JobProgress
    ) -> Generator[tuple[Job, Outcome], None, None]:
        for job in jobs:
            yield job, analyze_job(job, options)

    driver = import_module("vidsent.batch.run")  # the package's name `run` is its function
    monkeypatch.setattr(driver, "run_local", run_here)
