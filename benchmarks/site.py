"""The page as `vidsent serve` serves it, in processes of its own whose memory is watched."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PATIENCE_S = 120.0
LOOK_S = 0.3


class Site:
    """A server on a free port of this machine; use it as a context."""

    def __init__(self, folder: Path, library: Path, waiting: int) -> None:
        self._log, self._library, self._waiting = folder / "server.log", library, waiting
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/"
        self._temporary = folder / "gradio"

    def __enter__(self) -> Site:
        given = ["--port", str(self._port), "--library", str(self._library)]
        given += ["--waiting", str(self._waiting)]
        with self._log.open("a") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "vidsent", "serve", *given],
                stdout=log,
                stderr=log,
                env={**os.environ, "GRADIO_TEMP_DIR": str(self._temporary)},
            )
        until_s = time.monotonic() + PATIENCE_S
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError(f"the page was not served: {self._log.read_text()}")
            time.sleep(LOOK_S)
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is not None:
            print(self._log.read_text("utf-8", "replace"), file=sys.stderr)
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As a loss of power would."""
        self._server.kill()
        self._server.wait()

    def memory_mb(self) -> float:
        """What the server and all that it started hold, in MB of 10 ** 6 bytes (Linux)."""
        pages = [_pages(pid) for pid in _family(self._server.pid)]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def complaints(self) -> list[str]:
        """Lines of the server's log that tell of errors nobody asked for."""
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return [line for line in lines if "Traceback" in line or "ERROR" in line]

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=LOOK_S * 10):
                return True
        except OSError:
            return False


def _family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += (task / "children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in set(children) for each in _family(int(child)))]


def _pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
