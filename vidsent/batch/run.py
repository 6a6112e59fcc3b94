"""The driver of a batch: list, pass over what is done, analyse the rest, make the tables.

Only this process writes. Killed at any moment it loses the clips at work and nothing else; run
again, it goes on where it was.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TextIO

from vidsent.batch import tables
from vidsent.batch.checkpoints import Checkpoints
from vidsent.batch.jobs import Job, KeyInputs, identify
from vidsent.batch.listing import Item, list_items
from vidsent.batch.local_engine import run_local, usable_cpus
from vidsent.batch.progress import BatchProgress
from vidsent.batch.ray_engine import need_ray, run_ray
from vidsent.batch.worker import Outcome
from vidsent.core.errors import DataError, VidsentError
from vidsent.core.options import Options
from vidsent.core.results import Analysis

Engine = Literal["local", "ray"]
Outcomes = Generator[tuple[Job, Outcome], None, None]
LOCK = ".lock"


@dataclass(frozen=True)
class Plan:
    """How to run a batch.

    beside: take words that lie beside a clip. workers: None is one for each processor.
    ray_address: of a running cluster; None starts Ray on this machine, for this run.
    """

    options: Options = field(default_factory=Options)
    beside: bool = True
    engine: Engine = "local"
    workers: int | None = None
    ray_address: str | None = None


@dataclass(frozen=True)
class Summary:
    """What a run did; every clip is in exactly one of the first three."""

    analysed: int  # in this run
    kept: int  # done before
    failures: tuple[tuple[str, str], ...]  # (name, error), of this run or before
    verdicts: Path
    moments: Path

    @property
    def clips(self) -> int:
        """How many clips the run was about."""
        return self.analysed + self.kept + len(self.failures)


@dataclass(frozen=True)
class _Entry:
    """A clip of the list: its job, or why it could not be read."""

    item: Item
    job: Job | None
    error: str | None = None


def run(source: Path, out: Path, plan: Plan | None = None, stream: TextIO | None = None) -> Summary:
    """Analyse the clips of a folder or list, and write results and tables below `out`.

    Progress goes to `stream`, by default standard error. Raises VidsentError before any work
    where the list is empty, a package is missing or the folder cannot be written; a clip that
    fails raises nothing.
    """
    from vidsent.analysis import model_versions

    plan, stream = plan or Plan(), stream or sys.stderr
    tables.need_pyarrow()
    if plan.engine == "ray":
        need_ray()
    items = list_items(source, plan.beside, leave_out=out)
    if not items:
        raise DataError(f"There is no clip in {source}. Name a folder with videos, or a list.")
    key_inputs = KeyInputs.of(plan.options, model_versions(plan.options.text_model))
    with _writing(out) as checkpoints:
        entries = [_entry(item, key_inputs) for item in items]
        failed = _work(entries, checkpoints, plan, stream)
        return _write(entries, checkpoints, failed, out)


@contextmanager
def _writing(out: Path) -> Iterator[Checkpoints]:
    """The results below `out`, for this process alone; raises VidsentError."""
    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / LOCK, timeout=0):  # the system lets go of it when we are killed
            checkpoints = Checkpoints(out)
            checkpoints.prepare()
            tables.clear_partials(out)
            yield checkpoints
    except Timeout as error:
        raise VidsentError(
            f"Another batch is writing into {out}. Wait for it, or name another folder."
        ) from error
    except BrokenPipeError:  # whoever read the progress has gone
        raise
    except OSError as error:
        raise VidsentError(
            f"Cannot write into {out}: {error.strerror or error}. Name another folder, or make "
            "room; what is done is kept."
        ) from error


def _entry(item: Item, key_inputs: KeyInputs) -> _Entry:
    try:
        return _Entry(item, identify(item, key_inputs))
    except OSError as error:
        return _Entry(item, None, f"{error.filename} cannot be read: {error.strerror}.")


def _work(
    entries: list[_Entry], checkpoints: Checkpoints, plan: Plan, stream: TextIO
) -> dict[str, str | None]:
    """Do what is not done; returns key -> error of what was tried, None for what succeeded."""
    every = {entry.job.key: entry.job for entry in entries if entry.job}
    jobs = [job for key, job in every.items() if not checkpoints.has(key)]
    progress, tried = BatchProgress(stream, len(every), jobs), dict[str, str | None]()
    if jobs:
        with closing(_outcomes(jobs, plan, progress)) as outcomes:
            for job, outcome in outcomes:
                if outcome.lasting:
                    checkpoints.put(job, outcome)
                tried[job.key] = outcome.error
                progress.done(job, outcome)
        progress.end()
    return tried


def _outcomes(jobs: list[Job], plan: Plan, progress: BatchProgress) -> Outcomes:
    if plan.engine == "ray":
        return run_ray(jobs, plan.options, plan.workers, plan.ray_address)
    return run_local(jobs, plan.options, plan.workers or usable_cpus(), progress.update)


def _write(
    entries: list[_Entry], checkpoints: Checkpoints, tried: dict[str, str | None], out: Path
) -> Summary:
    """Make both tables; each is whole when it appears."""
    verdicts, moments = out / tables.VERDICTS, out / tables.MOMENTS
    written: set[str] = set()  # keys whose moments are written: copies of a clip share them
    failures, analysed = [], 0
    with (
        tables.Table(moments, tables.MOMENT_COLUMNS) as moment_table,
        tables.Table(verdicts, tables.VERDICT_COLUMNS) as verdict_table,
    ):
        for entry in entries:
            row, analysis = _row(entry, checkpoints, tried)
            verdict_table.add(row)
            if row["error"]:
                failures.append((entry.item.name, row["error"]))
            elif row["key"] in tried:
                analysed += 1
            if analysis is not None and row["key"] not in written:
                written.add(row["key"])
                for moment in analysis.moments:
                    moment_table.add(tables.moment_row(moment) | _keys(row))
    before = len(entries) - analysed - len(failures)
    return Summary(analysed, before, tuple(failures), verdicts, moments)


def _keys(row: tables.Row) -> tables.Row:
    return {name: row[name] for name in tables.COMMON}


def _row(
    entry: _Entry, checkpoints: Checkpoints, tried: dict[str, str | None]
) -> tuple[tables.Row, Analysis | None]:
    """The row of a clip in the table of verdicts, and its analysis where it has one."""
    item, job = entry.item, entry.job
    row: tables.Row = {"name": item.name, "path": item.path, "subtitles": item.subtitles}
    if job is None:
        return row | {"error": entry.error}, None
    row |= {"key": job.key, "sha256": job.sha256, "error": tried.get(job.key)}
    if not checkpoints.has(job.key):
        return row, None
    try:
        analysis, error = checkpoints.analysis(job.key)
    except DataError as damaged:
        return row | {"error": str(damaged)}, None
    row["error"] = error
    return (row | tables.verdict_row(analysis) if analysis else row), analysis
