"""Time left is told from what this process did, in words that people use."""

from __future__ import annotations

import pytest

from vidsent.training.pace import Pace, duration


def test_what_is_left_takes_as_long_as_what_was_done() -> None:
    now = [100.0]
    pace = Pace(10, clock=lambda: now[0])
    pace.skip(4)  # done by an earlier process, however long it took
    now[0] += 60
    assert pace.tick() == "about 5 min left"
    now[0] += 180  # the next piece is slower
    assert pace.tick() == "about 8 min left"
    for _ in range(4):
        told = pace.tick()
    assert told == "about 0 s left"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 s"), (89, "89 s"), (150, "2 min"), (5400, "1 h 30 min")]
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told
