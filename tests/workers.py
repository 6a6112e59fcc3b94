"""Finding the processes that open uploads, to do them harm."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

PATIENCE_S = 60.0
AT_WORK_S = 2.0  # of computing, by which a process is known to analyse


def workers() -> set[int]:
    """The processes of this one that open uploads."""
    found = set[int]()
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            if (
                parent == os.getpid()
                and b"vidsent.sandbox.worker" in (each / "cmdline").read_bytes()
            ):
                found.add(int(each.name))
    return found


def busiest(used: dict[int, float]) -> int:
    """The one that computes for a while longer than it had `used` before; waits for it."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        for each in workers():
            if computed_s(each) - used.get(each, 0.0) > AT_WORK_S:
                return each
        time.sleep(0.05)
    raise AssertionError("no process is at work")


def computed_s(process: int) -> float:
    """Seconds of computing that a process has used; 0 where it has gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
