"""The process that `apart` starts: it reads wishes as lines of JSON and answers in such lines.

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
READY = 0  # the number of the first answer, to no task


class Worker:
    """Does one task after the other; `stopped` is the number of the last one to be given up."""

    def __init__(self, wishes: TextIO, answers: TextIO) -> None:
        self._wishes, self._answers = wishes, answers
        self._tasks = queue.Queue[dict[str, Any]]()
        self._stopped = -1

    def work(self) -> None:
        """Answer wishes until there are no more."""
        from vidsent.sandbox.tasks import TASKS

        threading.Thread(target=self._listen, daemon=True).start()
        self._answer(READY)
        while True:
            wish = self._tasks.get()
            _allow_cpu(wish["cpu_s"])
            try:
                tell = _Teller(self, wish["number"])
                done = TASKS[wish["task"]](wish["given"], tell)
                self._answer(wish["number"], done=done)
            except VidsentError as error:
                name = type(error).__name__
                self._answer(wish["number"], error=name, text=str(error), zh=error.zh)
            except Exception:  # a lack of memory, or a bug
                self._answer(wish["number"], error="", text=traceback.format_exc())

    def tell(self, number: int, step: Step) -> None:
        self._answer(number, step=[step.stage, step.share, step.done, step.total, step.unit])

    def is_stopped(self, number: int) -> bool:
        return self._stopped >= number

    def _listen(self) -> None:
        for line in self._wishes:
            wish = json.loads(line)
            if "stop" in wish:
                self._stopped = wish["stop"]
            else:
                self._tasks.put(wish)
        os._exit(0)  # the one who asked has gone

    def _answer(self, number: int, **told: Any) -> None:
        self._answers.write(json.dumps({"number": number, **told}) + "\n")
        self._answers.flush()


class _Teller:
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
            self._worker.tell(self._number, step)


def main() -> None:
    """Work for the process at the other end of standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    _die_first()
    if resource is not None:  # what a core dump would hold are people's faces
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # subtle: what a library prints must not come between the answers
    with contextlib.suppress(BrokenPipeError):
        Worker(os.fdopen(os.dup(0), encoding="utf-8"), answers).work()


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
