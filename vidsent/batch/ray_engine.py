"""Workers of Ray Data: the same work per clip, on this machine or on all of a cluster.

Clips are named by their paths, so every machine must see them under the same ones, and needs
vidsent installed. Results come back to the process that started the run, which keeps them; its
folder need not be shared. Ray sends nothing anywhere: its usage statistics are switched off.
"""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from vidsent.batch.jobs import Job
from vidsent.batch.local_engine import MOST_FALSE_STARTS, TRIES, limit_threads
from vidsent.batch.worker import Outcome, analyze_job
from vidsent.core.errors import VidsentError
from vidsent.core.options import Options

LOST = f"{TRIES} workers of Ray were killed while they read this clip, or had too little memory."


def need_ray() -> None:
    """Raise VidsentError where Ray Data is not installed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_DATA_LOG_LEVEL", "ERROR")  # read when it is imported
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        raise VidsentError(
            "--engine ray needs Ray Data, which is not installed: pip install 'vidsent[ray]', or "
            "pip install 'ray[data]'."
        ) from error


def run_ray(
    jobs: Sequence[Job], options: Options, workers: int | None, address: str | None
) -> Generator[tuple[Job, Outcome], None, None]:
    """What came of each job, as they end, by so many actors with one processor each.

    `address` is a running cluster's, "auto" for the one that this machine belongs to; None starts
    Ray here, for this run. `workers` of None takes all processors there are. A clip whose actor
    was killed is tried once more by another. Raises VidsentError where Ray cannot be reached.
    """
    need_ray()
    import ray

    ours = not ray.is_initialized()
    if ours:
        _connect(address, workers)
    try:
        size = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        yield from _outcomes(jobs, options, min(size, len(jobs)))
    finally:
        if ours:
            ray.shutdown()


class AttemptCounter:
    """An actor that counts how often each clip was begun; it outlives those who die of one."""

    def __init__(self) -> None:
        self._tries: Counter[str] = Counter()

    def begin(self, key: str) -> int:
        """Count one more try of a clip, and return which it is."""
        self._tries[key] += 1
        return self._tries[key]


class ClipAnalyzer:
    """An actor: loads the models with its first clip and reads one clip after another."""

    def __init__(self, options: Options, tries: Any) -> None:
        limit_threads(1)  # subtle: Ray tells a worker of one processor nothing that OpenCV hears
        self._options, self._tries = options, tries

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[str]]:
        """Jobs as JSON in the column "job" -> outcomes as JSON in the column "outcome"."""
        jobs = [Job(**json.loads(str(row))) for row in batch["job"]]
        return {"outcome": [json.dumps(asdict(self._outcome(job))) for job in jobs]}

    def _outcome(self, job: Job) -> Outcome:
        import ray

        if ray.get(self._tries.begin.remote(job.key)) > TRIES:  # Ray itself would try for ever
            return Outcome(job.key, error=LOST, lasting=False)
        return analyze_job(job, self._options)


def _connect(address: str | None, workers: int | None) -> None:
    import ray

    settings: dict[str, Any] = {"address": address} if address else {"address": "local"}
    if not address:
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
        settings |= {"num_cpus": workers, "include_dashboard": False}
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **settings)
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        where = f"at {address}" if address else "on this machine"
        raise VidsentError(
            f"Ray cannot be reached {where}: {error} Start it with `ray start --head`, name the "
            "address that it prints, or leave --ray-address out."
        ) from error


def _outcomes(jobs: Sequence[Job], options: Options, size: int) -> Iterator[tuple[Job, Outcome]]:
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.max_consecutive_actor_init_deaths = MOST_FALSE_STARTS
    tries = ray.remote(num_cpus=0, max_restarts=-1)(AttemptCounter).remote()
    rows = [{"job": json.dumps(asdict(job))} for job in jobs]
    # a block and a task for each clip, so that none is tried again for another's sake
    outcomes = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
        ClipAnalyzer,
        fn_constructor_args=(options, tries),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(
            min_size=1, max_size=size, initial_size=size, max_tasks_in_flight_per_actor=1
        ),
        num_cpus=1,
    )
    by_key = {job.key: job for job in jobs}
    try:
        for row in outcomes.iter_rows():
            outcome = Outcome(**json.loads(row["outcome"]))
            yield by_key[outcome.key], outcome
    except ray.exceptions.RayError as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise VidsentError(
            f"Ray stopped the run: {first} Is vidsent installed on every machine? What is done "
            "is kept; run the batch again."
        ) from error
