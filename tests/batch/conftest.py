"""Clips for batches: tiny ones, each of a length of its own, so that rows can be told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clips import write_clip


def seconds(number: int) -> float:
    """How long the clip of that number lasts."""
    return 1.0 + 0.2 * number


def write_folder(folder: Path, count: int) -> Path:
    """A folder with clips 0.mp4, 1.mp4, ..."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        write_clip(folder / f"{number}.mp4", seconds(number))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three clips."""
    return write_folder(tmp_path / "in", 3)
