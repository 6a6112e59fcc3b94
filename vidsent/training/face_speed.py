"""What finding the faces of one picture costs, beside the Haar cascade on the same pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import torch

from vidsent.training.facedet import Photo
from vidsent.training.metrics import bootstrap
from vidsent.training.timing import THREADS, TURNS, best_times, threads

FRAMES = ((640, 360), (640, 480), (640, 640), (320, 180), (320, 320))  # pixels
PICTURES = 12

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
        f"median over {len(chosen)} photographs of the test split, the best of {TURNS} turns, "
        f"in each of which either detector reads all of them; {THREADS} threads; "
        f"PyTorch {torch.__version__}, OpenCV {cv2.__version__}"
    )
    with threads():
        for width, height in FRAMES:
            frames = [fill(photo.image, width, height) for photo in chosen]
            finders = [_at(ours, width)] if haar is None else [_at(ours, width), haar]
            times = best_times(frames, finders)
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


def _median(times: np.ndarray) -> float:
    return float(np.median(times))


def _ratio(ours: np.ndarray, haar: np.ndarray) -> float:
    return float(np.median(ours) / np.median(haar))
