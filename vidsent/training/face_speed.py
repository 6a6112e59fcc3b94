"""What finding the faces of one picture costs, beside the Haar cascade on the same pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
import torch

from vidsent.training.facedet import Photo
from vidsent.training.metrics import bootstrap

FRAMES = ((640, 360), (640, 480), (640, 640), (320, 180), (320, 320))  # pixels
THREADS = 2
PICTURES, REPEATS = 12, 7

Find = Callable[[np.ndarray], object]


def measure_speed(
    photos: list[Photo], ours: Callable[[np.ndarray, int], object], haar: Find | None
) -> dict[str, dict[str, Any]]:
    """Milliseconds a picture, and their ratio to those of `haar`, by size of the picture.

    `ours` is told the picture and the side to search at. Rows are as `evaluate` returns them.
    """
    rows: dict[str, dict[str, Any]] = {}
    chosen = photos[:: max(1, len(photos) // PICTURES)][:PICTURES]
    protocol = (
        f"median over {len(chosen)} photographs of the test split, the best of {REPEATS} turns, "
        f"in each of which either detector reads all of them; {THREADS} threads; "
        f"PyTorch {torch.__version__}, OpenCV {cv2.__version__}"
    )
    with _threads(THREADS):
        for width, height in FRAMES:
            frames = [fill(photo.image, width, height) for photo in chosen]
            times = _times(frames, [_at(ours, width), haar])
            size = f"{width}x{height}"
            cost = bootstrap(_median, times[0], protocol=f"milliseconds, {protocol}").to_dict()
            rows[f"ms_{size}"] = {**cost, "baseline": None}
            if haar is not None:
                rows[f"ms_{size}"]["baseline"] = round(_median(times[1]), 4)
                ratio = bootstrap(_ratio, *times, protocol=f"ours by Haar, {protocol}")
                rows[f"ms_ratio_{size}"] = ratio.to_dict()
    return rows


def _at(ours: Callable[[np.ndarray, int], object], side: int) -> Find:
    return lambda image: ours(image, side)


def fill(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """The middle of `image` (H, W, 3), scaled to fill (height, width, 3)."""
    scale = max(width / image.shape[1], height / image.shape[0])
    size = max(width, round(image.shape[1] * scale)), max(height, round(image.shape[0] * scale))
    grown = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(grown[top : top + height, left : left + width])


def _times(frames: list[np.ndarray], finders: list[Find | None]) -> list[np.ndarray]:
    """Milliseconds (P,) of each finder on each of P frames, best of some turns.

    Other programs can only make a call slower, so the best turn says most of the finder itself.
    A finder reads frame after frame, as in a film: its threads do not fall asleep in between.
    """
    present = [find for find in finders if find is not None]
    for find in present:  # the first call sets things up
        find(frames[0])
    spent = np.empty((len(present), REPEATS, len(frames)))
    for turn in range(REPEATS):
        for row, find in enumerate(present):
            for column, frame in enumerate(frames):
                started = time.perf_counter()
                find(frame)
                spent[row, turn, column] = 1000 * (time.perf_counter() - started)
    return list(spent.min(axis=1))


def _median(times: np.ndarray) -> float:
    return float(np.median(times))


def _ratio(ours: np.ndarray, haar: np.ndarray) -> float:
    return float(np.median(ours) / np.median(haar))


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Both libraries on `count` threads for a while."""
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(count)
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])
