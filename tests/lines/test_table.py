"""Tables with times, with a heading or without."""

from __future__ import annotations

from collections import Counter

import pytest

from vidsent.lines.table import read_table


def read(text: str) -> list[tuple[float, float, str]]:
    found = read_table(text, 25.0, Counter())
    return [(cue.start_s, cue.end_s, " ".join(cue.rows)) for cue in found]


@pytest.mark.parametrize(
    "text",
    [
        'start,end,text\n1000,2500,"Yes, me"\n3000,4000,Bye\n',  # whisper.cpp
        "start\tend\ttext\n1000\t2500\tYes, me\n3000\t4000\tBye\n",  # Whisper
        "Speaker,Start Time,End Time,Text\nA,00:00:01:00,00:00:02.5,\"Yes, me\"\nB,0:03,0:04,Bye\n",
        "开始时间;结束时间;文本\n0:01;0:02,5;Yes, me\n0:03;0:04;Bye\n",
        "Start (ms),End (ms),Text\n1000,2500,Yes, me\n3000,4000,Bye\n",
        "id,start,end,text,score\n1,1.0,2.5,\"Yes, me\",0.9\n2,3.0,4.0,Bye,0.8\n",
        "1.000000\t2.500000\tYes, me\n3.000000\t4.000000\tBye\n",  # Audacity
        "00:00:01.000,00:00:02.500,Yes, me\n00:00:03.000,00:00:04.000,Bye\n",
    ],
)  # fmt: skip
def test_every_table_gives_the_same_lines(text: str) -> None:
    assert read(text) == [(1.0, 2.5, "Yes, me"), (3.0, 4.0, "Bye")]


def test_without_ends_a_line_lasts_until_the_next() -> None:
    assert read("time,text\n0:01,Yes\n0:02.5,No\n")[0] == (1.0, 2.5, "Yes")


def test_rows_without_a_time_are_counted() -> None:
    skipped: Counter[str] = Counter()
    assert len(read_table("start,end,text\n1,2,Yes\nsoon,late,No\n", None, skipped)) == 1
    assert skipped == {"subtitle_lines_unreadable": 1}


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    rows = "".join(f"{second},{second + 1},line {second}\n" for second in range(1, 40))
    assert len(read('start,end,text\n0,1,"open\n' + rows)) == 40


@pytest.mark.parametrize(
    "text", ["", "name,age\nbob,3\n", "hello, world\n", "1,2\n3,4\n", "a\tb\n"]
)
def test_other_tables_are_none(text: str) -> None:
    assert read(text) == []
