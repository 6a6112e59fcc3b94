"""The package `fer` (25.10, MIT) beside vidsent: pictures a second on one clip, and accuracy.

`fer` is installed beside, as it wants other versions than we do:

    python3 -m venv /tmp/fer && /tmp/fer/bin/pip install 'fer==25.10.*'
    python -m benchmarks peer --peer /tmp/fer/bin/python --data DIR

Both read every frame of the clip, in turn. For accuracy both are given the same tiles, so that
finding faces plays no part: `fer` gets a rectangle that its margin makes into just the tile.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.footage import RATE, write_minute
from vidsent import analysis
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.core.options import Options
from vidsent.faces.expression import as_input
from vidsent.faces.reader import ExpressionReader
from vidsent.training import metrics
from vidsent.training.data.fer import read_split
from vidsent.training.metrics import Metric, bootstrap

SIZE = (640, 360)  # pixels
TURNS = 3
NAMES = {"angry": "anger", "happy": "happiness", "sad": "sadness"}  # theirs, where not ours

# Runs in the other environment: answers "clip PATH" with its pictures and seconds, and
# "tiles PATH" (N, 48, 48) with N names of emotions.
THEIRS = """
import sys, time
import cv2, numpy as np
from fer.fer import FER
detector = FER()
SIDE, MARGIN = 192, 10
for line in sys.stdin:
    what, path = line.split()
    if what == "clip":
        shown, count, started = cv2.VideoCapture(path), 0, time.monotonic()
        while True:
            there, frame = shown.read()
            if not there:
                break
            detector.detect_emotions(frame)
            count += 1
        print("=", count, time.monotonic() - started, flush=True)
    else:
        names, inner = [], SIDE - 2 * MARGIN
        for tile in np.load(path):
            large = cv2.cvtColor(cv2.resize(tile, (SIDE, SIDE)), cv2.COLOR_GRAY2BGR)
            box = (MARGIN, MARGIN, inner, inner)
            found = detector.detect_emotions(large, face_rectangles=[box])
            emotions = found[0]["emotions"]
            names.append(max(emotions, key=emotions.get))
        print("=", *names, flush=True)
"""


class Peer:
    """`fer` in its own environment; use it as a context."""

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [python, "-c", THEIRS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, what: str, path: Path) -> list[str]:
        """Raises RuntimeError where it died."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{what} {path}\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("="):  # TensorFlow talks, too
                return line.split()[1:]
        raise RuntimeError(f"the peer ended with status {self._process.wait()}")


def measure(data: Path | None, python: Path | None) -> dict[str, Metric]:
    """Both on the same clip and the same faces; raises DataError where something is not named."""
    if data is None or python is None:
        raise DataError("Name the data with --data, and with --peer the python that has `fer`.")
    with tempfile.TemporaryDirectory(prefix="vidsent-peer-") as name, Peer(python) as peer:
        return {**_speed(Path(name), peer), **_accuracy(Path(name), peer, data)}


def _speed(folder: Path, peer: Peer) -> dict[str, Metric]:
    clip = write_minute(folder / "minute.mp4", *SIZE)
    options = Options(rate_hz=float(RATE), device="cpu")
    analysis.preload()
    ours, theirs = np.empty(TURNS), np.empty(TURNS)
    for turn in range(-1, TURNS):  # the first turn warms both up
        count, seconds = peer.ask("clip", clip)
        started = time.monotonic()
        analysis.analyze(clip, options=options)
        if turn >= 0:
            theirs[turn] = int(count) / float(seconds)
            ours[turn] = int(count) / (time.monotonic() - started)
    what = (
        f"pictures a second, every picture of 60 s of {SIZE[0]} x {SIZE[1]} at {RATE}, one face, "
        f"CPU, {torch.get_num_threads()} threads, median of {TURNS} turns"
    )
    return {
        "ours_pictures_per_s": bootstrap(np.median, ours, protocol=f"vidsent.analyze; {what}"),
        "fer_pictures_per_s": bootstrap(
            np.median, theirs, protocol=f"fer, Haar cascade and TFLite as it comes; {what}"
        ),
        "speed_ratio": bootstrap(np.median, ours / theirs, protocol=f"ours by theirs; {what}"),
    }


def _accuracy(folder: Path, peer: Peer, data: Path) -> dict[str, Metric]:
    test = read_split(data / "fer2013", "test")
    truth = test.majority()
    tiles, truth = test.images[truth >= 0], truth[truth >= 0]
    np.save(folder / "tiles.npy", tiles)
    names = peer.ask("tiles", folder / "tiles.npy")
    theirs = np.array([LABELS.index(NAMES.get(name, name)) for name in names])
    reader = ExpressionReader("cpu")
    read = [reader.cnn.read(as_input(part))[1] for part in torch.from_numpy(tiles).split(256)]
    ours = torch.cat(read).argmax(1).numpy()
    what = "FER+ test split, majority of the votes of 7 emotions, the tiles as they are"
    return {
        "ours_accuracy": bootstrap(
            metrics.accuracy, truth, ours, protocol=f"the shipped CNN alone; {what}"
        ),
        "fer_accuracy": bootstrap(
            metrics.accuracy,
            truth,
            theirs,
            protocol=f"fer's network, trained on FER2013's own labels; {what}",
        ),
    }
