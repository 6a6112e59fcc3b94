"""Workers on this machine: processes that each load the models once and read clip after clip.

Every worker has a pipe of its own, so that one that is killed can neither hold a lock that the
others wait for nor take their clips along; the clip it had is tried once more by its successor.
A worker ends by itself as soon as the process that started it has gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext

from vidsent.batch.jobs import Job
from vidsent.batch.worker import Outcome, analyze_job
from vidsent.core.errors import VidsentError
from vidsent.core.options import Options
from vidsent.core.progress import Progress, Step

TRIES = 2  # of a clip whose worker was killed
MOST_FALSE_STARTS = 3  # workers in a row that end before they are ready
SILENT_S = 1800.0  # a worker that was not heard for so long hangs, and is ended
LOOK_S = 1.0  # seconds between two looks for those that hang
REPORT_S = 0.5  # seconds between two reports of how far a clip is
STOP_S = 5.0  # that a worker is given to end

READY = "ready"
JobProgress = Callable[[Job, float], None]  # the share of a clip that is done


def run_local(
    jobs: Sequence[Job], options: Options, workers: int, on_progress: JobProgress
) -> Generator[tuple[Job, Outcome], None, None]:
    """What came of each job, as they end, by so many processes at once.

    `on_progress` gets now and then how far a clip is. Raises VidsentError where no worker starts.
    """
    pool = _WorkerPool(jobs, options, min(workers, len(jobs)), on_progress)
    try:
        while pool.busy:
            yield from pool.step()
    finally:
        pool.stop()


def usable_cpus() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """One process, the pipe to it, and what it works on."""

    def __init__(self, context: SpawnContext, options: Options, threads: int) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, options, threads))
        self.process.start()
        theirs.close()  # subtle: while it is open here, the pipe does not end with the worker
        self.ready = False
        self.job: Job | None = None
        self.heard_s = time.monotonic()

    @property
    def hangs(self) -> bool:
        waited_for = self.job is not None or not self.ready
        return waited_for and time.monotonic() - self.heard_s > SILENT_S

    def give(self, job: Job) -> None:
        """Hand over a job; that the worker may have gone shows when its answer is read."""
        self.job, self.heard_s = job, time.monotonic()
        with contextlib.suppress(OSError):
            self.pipe.send(job)

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join(STOP_S)


class _WorkerPool:
    """All workers and the jobs that wait for one."""

    def __init__(
        self, jobs: Sequence[Job], options: Options, size: int, on_progress: JobProgress
    ) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._options, self._size, self._on_progress = options, size, on_progress
        self._threads = max(1, usable_cpus() // max(size, 1))
        self._waiting = deque(jobs)
        self._tried: dict[str, int] = {}
        self._false_starts = 0
        self._workers: list[_Worker] = []

    @property
    def busy(self) -> bool:
        return bool(self._waiting) or any(worker.job for worker in self._workers)

    def step(self) -> Iterator[tuple[Job, Outcome]]:
        """Keep everyone at work, and hear what they have to say."""
        while len(self._workers) < self._size and self._waiting:
            self._workers.append(_Worker(self._context, self._options, self._threads))
        for worker in self._workers:
            if worker.ready and worker.job is None and self._waiting:
                worker.give(self._waiting.popleft())
        heard = wait([worker.pipe for worker in self._workers], LOOK_S)
        for worker in list(self._workers):
            if worker.pipe in heard or worker.hangs:
                yield from self._hear(worker)

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()

    def _hear(self, worker: _Worker) -> Iterator[tuple[Job, Outcome]]:
        try:
            if worker.hangs:
                raise EOFError
            message = worker.pipe.recv()
        except (EOFError, OSError):  # killed, perhaps in the middle of a message
            yield from self._bury(worker)
            return
        worker.heard_s = time.monotonic()
        if message == READY:
            worker.ready, self._false_starts = True, 0
        elif isinstance(message, Outcome):
            assert worker.job is not None
            job, worker.job = worker.job, None
            yield job, message
        elif worker.job is not None:
            self._on_progress(worker.job, message)

    def _bury(self, worker: _Worker) -> Iterator[tuple[Job, Outcome]]:
        """Let go of a worker that has ended; its clip is tried again, or given up."""
        self._workers.remove(worker)
        why = "did not answer any more" if worker.hangs else None
        worker.stop()
        if not worker.ready:
            self._false_starts += 1
            if self._false_starts >= MOST_FALSE_STARTS:
                raise VidsentError(
                    "The workers end as soon as they start. Is there memory for them? Try "
                    "--workers 1; a script of yours needs `if __name__ == '__main__':`."
                )
        if (job := worker.job) is None:
            return
        self._tried[job.key] = self._tried.get(job.key, 0) + 1
        if self._tried[job.key] < TRIES:
            self._waiting.appendleft(job)
            return
        why = why or _ending(worker.process.exitcode)
        error = f"The worker process {why} while it read this clip, {TRIES} times."
        yield job, Outcome(job.key, error=error, lasting=False)


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with status {code}"


def _work(pipe: Connection, options: Options, threads: int) -> None:
    """A worker's life: read jobs from the pipe, write outcomes to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limit_threads(threads)
    pipe.send(READY)
    while True:
        try:
            job = pipe.recv()
            pipe.send(analyze_job(job, options, _reporter(pipe)))
        except (EOFError, OSError):  # the one who asked has gone
            return


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def limit_threads(count: int) -> None:
    """Let the libraries that compute use so many threads in this process."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(count)  # read when they are loaded
    import cv2
    import torch

    cv2.setNumThreads(count)
    torch.set_num_threads(count)


def _reporter(pipe: Connection) -> Progress:
    last_s, last = 0.0, -1.0

    def on_progress(step: Step) -> None:
        nonlocal last_s, last
        if step.share > last and time.monotonic() - last_s >= REPORT_S:
            last_s, last = time.monotonic(), step.share
            pipe.send(step.share)

    return on_progress
