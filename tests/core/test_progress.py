"""Steps make one honest share of the work, and the time left is told when it can be trusted."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import median

import pytest

from vidsent.core.errors import Cancelled
from vidsent.core.progress import (
    CHECKED_EVERY,
    STAGES,
    ProgressReporter,
    RemainingTime,
    Step,
    cancellable,
)

RECORDED = Path(__file__).with_name("progress_run.csv")
MEDIAN_ERROR = 0.15  # of the time that was really left, over the second half of a run
SHOWN = 0.8  # of the second half in which an estimate is shown


class Clock:
    """A clock that a test sets, in seconds."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def at_pace(
    clock: Clock, remaining: RemainingTime, end_s: float, paces: list[float]
) -> list[float]:
    """The estimates of a run whose share grows at `paces` in equal parts of its time."""
    found, share = [], 0.0
    whole = sum(paces)
    while clock.now_s < end_s:
        pace = paces[min(int(clock.now_s / end_s * len(paces)), len(paces) - 1)]
        clock.now_s += 0.1
        share = min(1.0, share + 0.1 / end_s * len(paces) * pace / whole)
        left_s = remaining.after(share)
        found.append(float("nan") if left_s is None else left_s)
    return found


def test_a_steady_pace_is_told_to_the_second() -> None:
    clock = Clock()
    found = at_pace(clock, RemainingTime(clock), 60.0, [1.0])
    assert found[299] == pytest.approx(30, abs=1)
    assert found[499] == pytest.approx(10, abs=1)


def test_a_pace_that_halves_is_believed_after_a_while() -> None:
    clock = Clock()
    found = at_pace(clock, RemainingTime(clock), 120.0, [2.0, 1.0])
    assert found[899] == pytest.approx(30, rel=0.25)


def test_nothing_is_told_of_the_beginning_nor_of_what_stands_still() -> None:
    clock = Clock()
    remaining = RemainingTime(clock)
    for tenths in range(1, 101):
        clock.now_s = tenths / 10
        told = remaining.after(clock.now_s / 20)
        assert (told is None) == (clock.now_s < 2.0)
    clock.now_s += 3.0
    assert remaining.after(0.5) is None


def test_a_recorded_run_was_told_its_end_well() -> None:
    """A clip of two minutes with 900 comments; times are those of the processor."""
    with RECORDED.open(encoding="utf-8") as file:
        rows = [(float(t_s), float(share)) for t_s, share in csv.reader(file)]
    clock, end_s = Clock(), rows[-1][0]
    remaining, errors, second_half = RemainingTime(clock), [], 0
    for clock.now_s, share in rows:
        left_s, really_s = remaining.after(share), end_s - clock.now_s
        if clock.now_s >= end_s / 2:
            second_half += 1
            if left_s is not None:
                errors.append(abs(left_s - really_s) / max(really_s, 1.0))
    assert median(errors) < MEDIAN_ERROR
    assert len(errors) > SHOWN * second_half


def test_the_share_never_goes_back_and_counts_what_is_to_come() -> None:
    told: list[Step] = []
    work = ProgressReporter(told.append)
    work.report("open")
    work.expect("faces", 1_000)
    work.report("words", 5, 10)
    work.report("words", 10, 10)
    early = told[-1].share
    work.report("faces", 500, 1_000)
    work.report("faces", 500, 4_000)  # the clip is longer than it stated
    work.report("faces", 4_000, 4_000)
    work.finish()
    shares = [step.share for step in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert early < 0.1 and 0.9 < shares[-2] < 1.0
    assert told[1] == Step("words", told[1].share, 5, 10, "lines")
    assert {step.stage for step in told} <= set(STAGES)


def test_long_loops_ask_now_and_then_whether_to_go_on() -> None:
    def stop() -> None:
        raise Cancelled("stopped")

    seen = 0
    with pytest.raises(Cancelled):
        for _ in cancellable(range(10 * CHECKED_EVERY), stop):
            seen += 1
    assert 0 < seen <= CHECKED_EVERY
    assert list(cancellable("abc", stop)) == ["a", "b", "c"]
