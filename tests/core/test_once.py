"""Made once, also when many threads ask at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from vidsent.core.once import once

MANY = 8


def test_threads_that_ask_at_once_share_one() -> None:
    made: list[int] = []
    start = Barrier(MANY)

    @once
    def slow(number: int) -> object:
        made.append(number)
        time.sleep(0.05)
        return object()

    def ask(_: int) -> object:
        start.wait()
        return slow(7)

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(ask, range(MANY)))
    assert made == [7]
    assert len(set(map(id, answers))) == 1
    assert slow(8) is not slow(7)


def test_one_maker_may_ask_for_another() -> None:
    inner = once(lambda: "inner")
    outer = once(lambda: inner() + " and outer")
    assert outer() == "inner and outer"


def test_what_is_there_is_given_while_another_loads() -> None:
    ready, started, go_on = once(lambda: "ready"), Event(), Event()

    @once
    def loading() -> str:
        started.set()
        assert go_on.wait(10)
        return "loaded"

    ready()
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(loading)
        assert started.wait(10)
        assert pool.submit(ready).result(timeout=5) == "ready"
        go_on.set()
        assert slow.result() == "loaded"


def test_what_failed_is_tried_again() -> None:
    tries: list[int] = []

    @once
    def flaky() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not yet")
        return "there"

    for _ in range(2):
        try:
            answer = flaky()
        except OSError:
            continue
    assert answer == "there"
    assert len(tries) == 2
