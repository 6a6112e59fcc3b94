"""A minute of 720p with one face: analysing it beside decoding it alone, in turn.

The floor decodes every frame on as many threads as the analysis may use, and does nothing
with it, as `ffmpeg -i clip -f null -` does. Between the two lie the stages, each with all before
it, so that the differences say where the time goes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch

from benchmarks.footage import write_minute
from vidsent import analysis
from vidsent.core.options import Options
from vidsent.core.progress import CancelCheck
from vidsent.faces.detection import FaceDetector
from vidsent.faces.prefetch import detected_frames
from vidsent.media import video
from vidsent.training.metrics import Metric, bootstrap

TURNS = 5
RATE_HZ = 10.0


def measure(turns: int = TURNS, device: str = "cpu") -> dict[str, Metric]:
    """Seconds on the clock and of the processors by stage, and the ratio of all to the floor."""
    with tempfile.TemporaryDirectory(prefix="vidsent-speed-") as folder:
        clip = write_minute(Path(folder) / "minute.mp4")
        options = Options(rate_hz=RATE_HZ, device=device)
        analysis.preload()
        read = analysis.analyze(clip, options=options)  # models and caches are warm from here on
        assert read.verdict.coverage > 0.9, read.verdict  # the face is there all along
        stages: dict[str, Callable[[], Any]] = {
            "decoding": partial(decode, clip),
            "converting": partial(_convert, clip),
            "searching": partial(_search, clip),
            "analysing": partial(analysis.analyze, clip, options=options),
        }
        spent = np.array([[_seconds(work) for work in stages.values()] for _ in range(turns)])
    what = (
        f"60 s of 1280 x 720 at 30 pictures a second, one face, {RATE_HZ:g} analysed a second, "
        f"{device}, {torch.get_num_threads()} threads, models loaded; median of {turns} turns"
    )
    descriptions = {
        "decoding": "decoding alone, the floor",
        "converting": "and bringing the analysed pictures to RGB and size",
        "searching": "and finding the faces",
        "analysing": "all of vidsent.analyze",
    }
    rows = {
        f"{stage}_{unit}": bootstrap(
            _median, spent[:, row, column], protocol=f"{about}, {seconds}; {what}"
        )
        for row, (stage, about) in enumerate(descriptions.items())
        for column, (unit, seconds) in enumerate(
            (("s", "seconds on the clock"), ("cpu_s", "seconds of all processors"))
        )
    }
    ratio = spent[:, -1, 0] / spent[:, 0, 0]
    about = f"analysing by decoding on the clock, pair by pair; {what}"
    return {"ratio": bootstrap(_median, ratio, protocol=about), **rows}


def decode(clip: Path) -> int:
    """Decode every picture of a clip; returns how many there were."""
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in container.decode(video=0))


def _convert(clip: Path) -> int:
    return sum(1 for _ in video.frames(clip, RATE_HZ))


def _search(clip: Path) -> int:
    def frames(check_cancelled: CancelCheck) -> Any:
        return video.frames(clip, RATE_HZ, check_cancelled=check_cancelled)

    return sum(1 for _ in detected_frames(frames, FaceDetector.shared(), lambda: None))


def _seconds(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the clock and of all processors that `work` took."""
    started, computed = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - computed


def _median(values: np.ndarray) -> float:
    return float(np.median(values))
