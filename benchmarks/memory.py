"""Peak memory of analysing one minute, ten and sixty, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import single
from benchmarks.footage import repeat, write_minute
from vidsent.training.metrics import Metric

MINUTES = (1, 10, 60)
SIZE = (640, 360)  # pixels; length is what is asked about, and an hour of 720p takes an hour
RATE_HZ = 10.0

# Its input closes with the process that started it, even a killed one; then it leaves. os.read, as
# Python would wait at its end for the lock of a sys.stdin that is being read.
# subtle: getrusage's largest resident set begins with that of the process which started this one;
# VmHWM is this program's own. The limit of half an hour is lifted.
ALONE = r"""
import json, os, re, sys, threading, time
threading.Thread(target=lambda: os.read(0, 1) or os._exit(1), daemon=True).start()
import vidsent
from vidsent.core.options import Limits
limits = Limits(duration_s=7200.0, clip_bytes=10**10)
options = vidsent.Options(rate_hz=float(sys.argv[2]), limits=limits)
started = time.monotonic()
read = vidsent.analyze(sys.argv[1], options=options)
spent_s = time.monotonic() - started
status = open("/proc/self/status").read()
largest = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e6
print(json.dumps([largest, spent_s, read.clip.duration_s, read.verdict.coverage]))
"""


def measure(minutes: Sequence[int] = MINUTES) -> dict[str, Metric]:
    """Megabytes by length, and how much more the longest needs than the shortest (Linux)."""
    metrics, peaks = {}, []
    with tempfile.TemporaryDirectory(prefix="vidsent-memory-") as name:
        minute = write_minute(Path(name) / "minute.mp4", *SIZE)
        for length in minutes:
            clip = repeat(minute, Path(name) / "long.mp4", length)
            peak_mb, spent_s, duration_s, coverage = _alone(clip)
            assert abs(duration_s - 60 * length) < 1 and coverage > 0.9, (duration_s, coverage)
            peaks.append(peak_mb)
            what = (
                f"vidsent.analyze of {length} min of {SIZE[0]} x {SIZE[1]}, one face, "
                f"{RATE_HZ:g} pictures a second, in a process of its own"
            )
            metrics[f"peak_mb_{length}_min"] = single(peak_mb, f"largest resident set; {what}")
            metrics[f"seconds_{length}_min"] = single(spent_s, f"models loaded within; {what}")
    growth = f"peak of {minutes[-1]} min by that of {minutes[0]} min"
    return {**metrics, "peak_growth": single(peaks[-1] / peaks[0], growth)}


def _alone(clip: Path) -> tuple[float, float, float, float]:
    command = [sys.executable, "-c", ALONE, str(clip), str(RATE_HZ)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdout is not None
        line = child.stdout.read()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command[:2])
    peak_mb, spent_s, duration_s, coverage = json.loads(line)
    return peak_mb, spent_s, duration_s, coverage
