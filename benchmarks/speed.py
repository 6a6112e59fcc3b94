"""A minute of 720p with one face: analysing it beside decoding it alone, in turn.

The floor decodes every picture on as many threads as the analysis may use, and does nothing
with it, as `ffmpeg -i clip -f null -` does. The profile says where the time of one analysis went.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch

from benchmarks.footage import write_minute
from vidsent import analysis
from vidsent.options import Options
from vidsent.training.metrics import Metric, bootstrap

TURNS = 5
PROFILED = 12  # functions of the profile that are printed
RATE_HZ = 10.0


def measure(turns: int = TURNS, device: str = "cpu") -> dict[str, Metric]:
    """Seconds of decoding and of analysing, and their ratio, each turn being one pair."""
    with tempfile.TemporaryDirectory(prefix="vidsent-speed-") as folder:
        clip = write_minute(Path(folder) / "minute.mp4")
        options = Options(rate_hz=RATE_HZ, device=device)
        analysis.preload()
        read = analysis.analyze(clip, options=options)  # models and caches are warm from here on
        assert read.verdict.coverage > 0.9, read.verdict  # the face is there all along
        decoding, analysing = np.empty(turns), np.empty(turns)
        for turn in range(turns):
            decoding[turn] = _seconds(lambda: decode(clip))
            analysing[turn] = _seconds(lambda: analysis.analyze(clip, options=options))
        _profile(lambda: analysis.analyze(clip, options=options))
    what = (
        f"60 s of 1280 x 720 at 30 pictures a second, one face, {RATE_HZ:g} analysed a second, "
        f"{device}, {torch.get_num_threads()} threads, models loaded; median of {turns} turns"
    )
    return {
        "decoding_s": bootstrap(median, decoding, protocol=f"decoding alone; {what}"),
        "analysing_s": bootstrap(median, analysing, protocol=f"vidsent.analyze; {what}"),
        "ratio": bootstrap(
            median, analysing / decoding, protocol=f"analysing by decoding, pair by pair; {what}"
        ),
    }


def decode(clip: Path) -> int:
    """Decode every picture of a clip; returns how many there were."""
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


def median(values: np.ndarray) -> float:
    return float(np.median(values))


def _seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _profile(work: Callable[[], Any]) -> None:
    """Print to standard error where the time of `work` went, by the functions' own time."""
    profile = cProfile.Profile()
    profile.runcall(work)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(PROFILED)
