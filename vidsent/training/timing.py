"""What calls cost on a CPU: the best of some turns, on a stated number of threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import cv2
import numpy as np
import torch

THREADS = 2
TURNS = 7

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
