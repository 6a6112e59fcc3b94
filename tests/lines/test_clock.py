"""Times in every spelling that files were found with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidsent.lines.clock import seconds, ticks_per_second, timing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1:02:03.5", 3723.5),
        ("00:00:01,500", 1.5),
        ("00:01,500", 1.5),
        ("00:01:500", 1.5),  # milliseconds after a colon
        ("00:00:01:500", 1.5),
        ("00:00:01:12", 1.48),  # frames
        ("00:00:01;12", 1.48),
        ("00:00:01:75", 1.75),  # too many for frames: hundredths
        ("00: 00: 01, 500", 1.5),
        ("00：00：01，500", 1.5),
        ("-00:00:02,000", -2.0),
        ("00:00:-2,000", -2.0),
        ("12.25", 12.25),
        ("00:00:01,249.0999999999999", 1.249),  # a program's arithmetic
        ("0:0:1,5", 1.5),
        ("90", 90.0),
        ("soon", None),
        ("1:2:3:4:5", None),
        ("", None),
        ("nan", None),
    ],
)
def test_a_time_in_seconds(text: str, expected: float | None) -> None:
    assert seconds(text, 25.0) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    "row",
    [
        "00:00:01,000 --> 00:00:02,500",
        "00:00:01.000-->00:00:02.500 align:start position:0%",
        "00:01,000 -> 00:02,500",
        "00:01:000 → 00:02:500",
        "1.0 --> 2.5",
        "00:00:01,000 --> 00:00:02,500 X1:100 X2:200",
        "00:00:01,000 --＞ 00:00:02,500",
    ],
)
def test_a_timing(row: str) -> None:
    found = timing(row)
    assert found is not None and found[:2] == (1.0, 2.5) and found.exact


@pytest.mark.parametrize("row", ["2 -> 3", "2 --> 3", "a --> b", "-->", "I said 0:01 > 0:02", ""])
def test_what_is_no_timing(row: str) -> None:
    assert timing(row) is None


def test_whole_numbers_too_large_for_seconds_are_milliseconds() -> None:
    assert ticks_per_second([0, 3500], [2500, 7000]) == 1000
    assert ticks_per_second([0, 3], [2, 7]) == 1
    assert ticks_per_second([0.0, 350.5], [250.0, 700.0]) == 1
    assert ticks_per_second([0, 2500, 5100], [None, None, None]) == 1000
    assert ticks_per_second([], []) == 1


@given(st.text(alphabet="0123456789:,.;->＞→ ：，", max_size=40))
def test_any_row_gives_times_or_none(row: str) -> None:
    found = timing(row)
    assert found is None or found.start_s == found.start_s
