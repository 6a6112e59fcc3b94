"""What the shipped models cost on a CPU: the best of some turns, on a stated number of threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import cv2
import numpy as np
import torch
from torch import Tensor

from vidsent.core.emotions import NUM_LABELS
from vidsent.faces.expression import FEATURES, as_input
from vidsent.faces.reader import ExpressionReader
from vidsent.training.metrics import Metric, bootstrap

THREADS = 2
TURNS = 7
BATCH, BATCHES = 16, 8  # faces
STEPS, TRACKS = 600, 4  # of a track: a minute at the default rate
WIDTH, HEIGHT = 640, 360  # pixels of a frame
FRAMES = 12

Input = TypeVar("Input")


def best_times(
    inputs: Sequence[Input], calls: Sequence[Callable[[Input], object]]
) -> list[np.ndarray]:
    """Milliseconds (N,) of each call on each of N inputs, best of `TURNS` turns.

    Other programs can only make a call slower, so the best turn says most of the call itself.
    In a turn every call goes through all inputs, as through a film: its threads do not fall
    asleep in between.
    """
    for call in calls:  # the first one sets things up
        call(inputs[0])
    spent = np.empty((len(calls), TURNS, len(inputs)))
    for turn in range(TURNS):
        for row, call in enumerate(calls):
            for column, each in enumerate(inputs):
                started = time.perf_counter()
                call(each)
                spent[row, turn, column] = 1000 * (time.perf_counter() - started)
    return list(spent.min(axis=1))


@contextmanager
def threads(count: int = THREADS) -> Iterator[None]:
    """PyTorch and OpenCV on `count` threads for a while."""
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(count)
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])


def expression_speed(tiles: np.ndarray) -> dict[str, Metric]:
    """Milliseconds a face and a step of the shipped models, on faces (N, 96, 96) uint8.

    Whatever the device of the evaluation, the CPU is measured, in float32.
    """
    reader = ExpressionReader("cpu")
    drawn = np.random.default_rng(0).integers(0, len(tiles), (BATCHES, BATCH))
    batches = [as_input(torch.from_numpy(tiles[rows])) for rows in drawn]
    with threads(), torch.inference_mode():
        (faces,) = best_times(batches, [lambda crops: reader.cnn.read(crops, False)])
        (steps,) = best_times(_tracks(), [lambda track: reader.gru.along(*track)])
    batched = f"{BATCHES} batches of {BATCH} faces, each with its mirror image, channels last"
    return {
        "ms_per_face_fp32": _median_row(faces / BATCH, f"CNN, {_about(batched)}"),
        "ms_per_step_gru": _median_row(
            steps / STEPS, f"GRU, {_about(f'{TRACKS} tracks of {STEPS} steps')}"
        ),
    }


def detection_speed(
    images: Sequence[np.ndarray], detect: Callable[[np.ndarray, int], object]
) -> dict[str, Metric]:
    """Milliseconds that `detect` takes for a frame, told the frame and the side to search at."""
    chosen = images[:: max(1, len(images) // FRAMES)][:FRAMES]
    frames = [fill(image, WIDTH, HEIGHT) for image in chosen]
    with threads():
        (spent,) = best_times(frames, [lambda frame: detect(frame, WIDTH)])
    about = _about(f"{len(frames)} photographs of the test split")
    return {f"ms_{WIDTH}x{HEIGHT}": _median_row(spent, f"{about}, OpenCV {cv2.__version__}")}


def fill(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """The middle of `image` (H, W, 3), scaled to fill (height, width, 3)."""
    scale = max(width / image.shape[1], height / image.shape[0])
    size = max(width, round(image.shape[1] * scale)), max(height, round(image.shape[0] * scale))
    scaled = cv2.resize(
        image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])


def _tracks() -> list[tuple[Tensor, Tensor]]:
    """Features and logits along made-up tracks; their values do not change the cost."""
    generator = torch.Generator().manual_seed(0)
    return [
        (
            torch.rand(STEPS, FEATURES, generator=generator),
            torch.randn(STEPS, NUM_LABELS, generator=generator),
        )
        for _ in range(TRACKS)
    ]


def _about(inputs: str) -> str:
    return (
        f"milliseconds, median over {inputs}, best of {TURNS} turns; {THREADS} threads; "
        f"PyTorch {torch.__version__}"
    )


def _median_row(times: np.ndarray, protocol: str) -> Metric:
    return bootstrap(lambda drawn: float(np.median(drawn)), times, protocol=protocol)
