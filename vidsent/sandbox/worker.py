"""The process that `process.Sandbox` starts: requests in, responses out, each a line of JSON.

It ends as soon as the process that started it has gone, and rather than that one where the
machine runs out of memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import threading
import time
import traceback
from pathlib import Path
from typing import Any, TextIO

from vidsent.core.errors import Cancelled, VidsentError
from vidsent.core.progress import Step

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

STEP_EVERY_S = 0.1
READY = 0  # the number of the first response, to no task


class Worker:
    """Does one task after the other; `stopped` is the number of the last one to be given up."""

    def __init__(self, requests: TextIO, responses: TextIO) -> None:
        self._requests, self._responses = requests, responses
        self._tasks = queue.Queue[dict[str, Any]]()
        self._stopped = -1

    def work(self) -> None:
        """Answer requests until there are no more."""
        from vidsent.sandbox.tasks import TASKS

        threading.Thread(target=self._listen, daemon=True).start()
        self._respond(READY)
        while True:
            request = self._tasks.get()
            _allow_cpu(request["cpu_s"])
            try:
                on_progress = _ProgressSender(self, request["number"])
                done = TASKS[request["task"]](request["arguments"], on_progress)
                self._respond(request["number"], done=done)
            except VidsentError as error:
                name = type(error).__name__
                self._respond(request["number"], error=name, text=str(error), zh=error.zh)
            except Exception:  # a lack of memory, or a bug
                self._respond(request["number"], error="", text=traceback.format_exc())

    def send_step(self, number: int, step: Step) -> None:
        self._respond(number, step=[step.stage, step.share, step.done, step.total, step.unit])

    def is_stopped(self, number: int) -> bool:
        return self._stopped >= number

    def _listen(self) -> None:
        for line in self._requests:
            request = json.loads(line)
            if "stop" in request:
                self._stopped = request["stop"]
            else:
                self._tasks.put(request)
        os._exit(0)  # the one who asked has gone

    def _respond(self, number: int, **response: Any) -> None:
        self._responses.write(json.dumps({"number": number, **response}) + "\n")
        self._responses.flush()


class _ProgressSender:
    """A task's progress: passed on a few times a second, and the place where it is stopped."""

    def __init__(self, worker: Worker, number: int) -> None:
        self._worker, self._number = worker, number
        self._stage, self._last_s = "", 0.0

    def __call__(self, step: Step) -> None:
        if self._worker.is_stopped(self._number):
            raise Cancelled("The work was stopped.")
        now_s = time.monotonic()
        if step.stage != self._stage or now_s - self._last_s >= STEP_EVERY_S:
            self._stage, self._last_s = step.stage, now_s
            self._worker.send_step(self._number, step)


def main() -> None:
    """Work for the process at the other end of standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    _die_first()
    if resource is not None:  # what a core dump would hold are people's faces
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    responses = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # subtle: what a library prints must not come between the responses
    with contextlib.suppress(BrokenPipeError):
        Worker(os.fdopen(os.dup(0), encoding="utf-8"), responses).work()


def _die_first() -> None:
    """Where memory runs out, Linux is to end this process and not the one that asked."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _allow_cpu(seconds: float) -> None:
    """So much computing from now on; after it the system ends this process."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + seconds) + 1
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (limit if most < 0 else min(limit, most), most))
