"""What is told while a batch runs."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from vidsent.batch.jobs import Job
from vidsent.batch.progress import BatchProgress, spell
from vidsent.batch.worker import Outcome


@dataclass
class Clock:
    now_s: float = 100.0

    def __call__(self) -> float:
        return self.now_s


def job(name: str, size: int) -> Job:
    return Job(name, name, None, name, "", None, size, "")


def test_nothing_is_promised_before_a_few_clips_were_read() -> None:
    small, large, broken = job("small", 10), job("large", 90), job("broken", 50)
    clock, stream = Clock(), io.StringIO()
    watch = BatchProgress(stream, 5, [small, large, broken, job("last", 50)], clock)
    clock.now_s += 60  # loading models
    watch.update(small, 0.0)
    watch.done(broken, Outcome("broken", error="Broken."))
    clock.now_s += 4
    assert watch.left_s is None  # what failed at once promises nothing
    watch.done(small, Outcome("small", "{}", seconds=4.0))
    watch.update(large, 0.5)
    assert watch.left_s is None  # nor does a single clip of several
    clock.now_s += 4
    watch.done(large, Outcome("large", "{}"))
    assert watch.left_s is None
    watch.update(job("last", 50), 0.5)
    watch.done(job("last", 50), Outcome("last", "{}"))
    assert stream.getvalue().splitlines() == [
        "2 of 5: broken failed: Broken.",
        "3 of 5: small 4.0 s",
        "4 of 5: large 0.0 s",
        "5 of 5: last 0.0 s",
    ]


def test_a_remaining_time_is_that_of_the_cost_left_at_the_pace_so_far() -> None:
    jobs = [job(str(size), size) for size in (10, 20, 30, 40, 150)]
    clock = Clock()
    watch = BatchProgress(io.StringIO(), 5, jobs, clock)
    watch.update(jobs[0], 0.0)
    for each in jobs[:3]:
        clock.now_s += 2
        watch.done(each, Outcome(each.key, "{}"))
    done, left = 3 + 60 / 50, 2 + 190 / 50
    assert watch.left_s == pytest.approx(6 / done * left)
    watch.update(jobs[4], 0.5)
    half = (1 + 150 / 50) / 2
    assert watch.left_s == pytest.approx(6 / (done + half) * (left - half))


def test_a_terminal_keeps_but_what_failed() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream, one, two = Terminal(), job("one", 1), job("two", 1)
    watch = BatchProgress(stream, 2, [one, two])
    watch.update(one, 0.25)
    watch.done(one, Outcome("one", "{}"))
    watch.done(two, Outcome("two", error="No video."))
    watch.end()
    shown = [line.rpartition("\r\x1b[K")[2] for line in stream.getvalue().split("\n")]
    assert shown == ["2 of 2: two failed: No video.", ""]
    assert "one 25%" in stream.getvalue()


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "1 s"), (59, "59 s"), (600, "10 min"), (9000, "2 h 30 min")]
)
def test_times_are_told_roughly(seconds: float, told: str) -> None:
    assert spell(seconds) == told
