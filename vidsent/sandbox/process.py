"""A sandboxed process, in which a crash or a bomb in a decoder harms nobody else.

It is started when it is first needed, kept for the next task, and replaced where it died, took
too much memory, fell silent or did not stop when told to. `worker` is its other end.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from vidsent.core import errors
from vidsent.core.errors import ClipError, LimitError, VidsentError
from vidsent.core.options import MEGABYTE
from vidsent.core.progress import Progress, Step

MOST_BYTES = 4_000 * MEGABYTE  # of memory that the process may hold
SILENT_S = 180.0  # without a sign of life; loading models on a busy machine takes a while
CPU_S = 2 * 3600.0  # of computing for one task
LOOK_S = 0.1  # between two looks at the process while it works
STOP_S = 0.7  # that a task is given to end when told to
END_S = 5.0  # for the system to clear away a process that was killed
MOST_RESPONSE_BYTES = 400 * MEGABYTE
MOST_QUEUED = 1_000  # responses

CONVERT = "Convert it to MP4 (H.264) and try again."
CONVERT_ZH = "请转换为 MP4（H.264）后重试。"
NO_START = (
    "The process that decodes clips does not start. Look into the server's log; with "
    "VIDSENT_IN_PROCESS=1 it does without such a process."
)

START = "from vidsent.sandbox.worker import main; main()"


class Sandbox:
    """Runs tasks of `tasks` one at a time; safe to share between threads."""

    def __init__(
        self,
        most_bytes: int = MOST_BYTES,
        silent_s: float = SILENT_S,
        cpu_s: float = CPU_S,
        stop_s: float = STOP_S,
    ) -> None:
        self._most_bytes, self._silent_s = most_bytes, silent_s
        self._cpu_s, self._stop_s = cpu_s, stop_s
        self._turn = threading.Lock()
        self._process: _Process | None = None
        self._number = 0

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid if self._process else None

    def call(
        self, task: str, arguments: dict[str, Any], on_progress: Progress | None = None
    ) -> Any:
        """What the task returns. `on_progress` gets its step, ten times a second, and may raise."""
        with closing(self.steps(task, arguments)) as steps:
            while True:
                try:
                    step = next(steps)
                except StopIteration as end:
                    return end.value
                if on_progress is not None:
                    on_progress(step)

    def steps(self, task: str, arguments: dict[str, Any]) -> Generator[Step, None, Any]:
        """Where the task is, ten times a second, and in the end what it returns; close to stop.

        Raises the task's own VidsentError; ClipError where the process died of it; RuntimeError
        with its traceback where the task has a bug.
        """
        yield from self._until_turn()
        try:
            self._number += 1
            process, number = self._started(), self._number
            process.send(
                {"number": number, "task": task, "arguments": arguments, "cpu_s": self._cpu_s}
            )
            try:
                return (yield from self._watch(process, number))
            except GeneratorExit:
                process.send({"stop": number})
                if not process.ends(number, self._stop_s):
                    self._drop()
                raise
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the process, and what it does; it is started again when it is needed."""
        with self._turn:
            self._drop()

    def _until_turn(self) -> Iterator[Step]:
        while not self._turn.acquire(timeout=LOOK_S):
            yield Step("open", 0.0)

    def _started(self) -> _Process:
        if self._process is not None and not self._process.alive:
            self._drop()  # it died between two tasks
        if self._process is None:
            try:
                self._process = _Process()
            except OSError as error:
                raise VidsentError(NO_START) from error
        return self._process

    def _drop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _watch(self, process: _Process, number: int) -> Generator[Step, None, Any]:
        step, heard_s = Step("open", 0.0), time.monotonic()
        while True:
            try:
                response = process.receive(LOOK_S)
            except (EOFError, ValueError) as error:
                self._drop()
                raise _death(process) from error
            now_s = time.monotonic()
            if response is not None and response.get("number") == number:
                heard_s = now_s
                if "step" in response:
                    step = Step(*response["step"])
                elif "error" in response:
                    raise _error_of(response)
                else:
                    return response["done"]
            if process.memory_bytes() > self._most_bytes:
                self._drop()
                raise LimitError(
                    f"Decoding the clip took more than {self._most_bytes / 1e9:g} GB of memory. "
                    "Scale it down or shorten it and try again.",
                    zh=f"解码此视频所需内存超过 {self._most_bytes / 1e9:g} GB。"
                    "请缩小或剪短后重试。",
                )
            if now_s - heard_s > self._silent_s:
                self._drop()
                raise ClipError(
                    f"The clip kept its decoder busy for too long. {CONVERT}",
                    zh=f"解码此视频耗时过久。{CONVERT_ZH}",
                )
            yield step


def _death(process: _Process) -> VidsentError:
    if not process.was_ready:
        return VidsentError(NO_START)
    return ClipError(
        f"The clip could not be decoded safely: the process that read it ended ({process.ending}). "
        f"{CONVERT}",
        zh=f"无法安全地解码此视频：读取它的进程已终止（{process.ending}）。{CONVERT_ZH}",
    )


def _error_of(response: dict[str, Any]) -> Exception:
    kind = getattr(errors, str(response["error"]), None) if response["error"] else None
    if isinstance(kind, type) and issubclass(kind, VidsentError):
        return kind(response["text"], zh=response["zh"])
    return RuntimeError(f"in the sandboxed process: {response['text']}")


class _Process:
    """The process, and a thread that listens to it."""

    def __init__(self) -> None:
        path = os.pathsep.join(each for each in sys.path if each)
        self._popen = subprocess.Popen(
            [sys.executable, "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.pid, self.was_ready = self._popen.pid, False
        self._lines = queue.Queue[bytes](MOST_QUEUED)
        threading.Thread(
            target=_read_responses, args=(self._popen, self._lines), daemon=True
        ).start()
        self._end = weakref.finalize(self, _kill, self._popen)

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    @property
    def ending(self) -> str:
        """How it ended, such as SIGSEGV; known once it was ended."""
        code = self._popen.returncode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-code).name
        return f"status {code}"

    def send(self, request: dict[str, Any]) -> None:
        """That it may have died shows when its response is waited for."""
        assert self._popen.stdin is not None
        with contextlib.suppress(OSError):
            self._popen.stdin.write(json.dumps(request).encode() + b"\n")
            self._popen.stdin.flush()

    def receive(self, wait_s: float) -> dict[str, Any] | None:
        """Its next response, None where there is none in time.

        Raises EOFError where it died, ValueError where it talks nonsense.
        """
        try:
            line = self._lines.get(timeout=wait_s)
        except queue.Empty:
            return None
        if not line:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(END_S)
            raise EOFError
        response = json.loads(line)
        if not isinstance(response, dict):
            raise ValueError("no response")
        self.was_ready = True
        return response

    def ends(self, number: int, wait_s: float) -> bool:
        """Whether it is done with a task within a while."""
        until_s = time.monotonic() + wait_s
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                response = self.receive(left_s)
            except (EOFError, ValueError):
                return False
            if response is not None and response.get("number") == number and "step" not in response:
                return True
        return False

    def memory_bytes(self) -> int:
        """What it holds of memory; 0 where the system does not tell (it does on Linux)."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def end(self) -> None:
        self._end()


def _read_responses(popen: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    assert popen.stdout is not None
    with contextlib.suppress(OSError, ValueError), popen.stdout as responses:
        while line := responses.readline(MOST_RESPONSE_BYTES):
            _put(popen, lines, line)
    _put(popen, lines, b"")
    popen.wait()  # so that one that dies while nobody asks is no zombie


def _put(popen: subprocess.Popen[bytes], lines: queue.Queue[bytes], line: bytes) -> None:
    """Wait for room, unless nobody listens any more."""
    while True:
        try:
            return lines.put(line, timeout=1.0)
        except queue.Full:
            if popen.returncode is not None:
                return


def _kill(popen: subprocess.Popen[bytes]) -> None:
    popen.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        popen.wait(END_S)
    if popen.stdin is not None:
        with contextlib.suppress(OSError):
            popen.stdin.close()
