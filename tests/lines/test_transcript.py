"""Transcripts as people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidsent.lines.cues import LEAST_SAID_S
from vidsent.lines.transcript import read_transcript

Said = list[tuple[float, float, list[str]]]


def read(text: str) -> Said:
    return [(cue.start_s, cue.end_s, cue.rows) for cue in read_transcript(text)]


@pytest.mark.parametrize(
    "text",
    [
        "[00:00:01] I was so\n[00:00:03.5] afraid",
        "00:01 I was so\n00:03.5 afraid\n",
        "(0:01) I was so\n(0:03,500) afraid",
        "0:01 - I was so\n0:03.5 - afraid",
        "00:00:01=I was so\n00:00:03.5=afraid",
        "00:00:01.000\tI was so\n00:00:03.500\tafraid",
        "【0:01】I was so\n【0:03.5】afraid",
        "[00:01.00]I was so\n[00:03.50]afraid",  # lyrics
        "0:01\nI was so\n0:03.5\nafraid",  # as YouTube copies it
        "My talk\n\n[0:01]\nI was\nso\n\n[0:03.5]\nafraid",
    ],
)
def test_what_is_said_lasts_until_the_next_time(text: str) -> None:
    first, second = read(text)
    assert first[:2] == (1.0, 3.5)
    assert " ".join(first[2]) == "I was so"
    assert second == (3.5, 3.5 + LEAST_SAID_S, ["afraid"])


def test_ends_that_are_stated_are_kept() -> None:
    assert read("[00:00.000 --> 00:04.000]  Hello\n[00:04.000 --> 00:09.500]  there") == [
        (0.0, 4.0, ["Hello"]),
        (4.0, 9.5, ["there"]),
    ]


def test_two_who_speak_at_one_time_both_last_until_the_next() -> None:
    text = "1:02:00 Yes\n1:02:00 No\n1:02:02 What"
    assert [cue[:2] for cue in read(text)][:2] == [(3720, 3722), (3720, 3722)]


def test_a_long_pause_is_not_part_of_what_was_said_before_it() -> None:
    (_, end_s, _), *_ = read("0:00 Hello\n10:00 Bye")
    assert end_s == LEAST_SAID_S


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nhello\n",
        "00:01.000 --> 00:02.000 line:0\nhello\n",
        "00:00:01:a line in another format\n",
        "[12][34] one more format",
        "00:00:01,500,00:00:03,000,a table\n00:00:04,500,00:00:05,000,of times\n",
        "00:00:01;02\t94ae 9420\n00:00:02;02\t94ae 9420\n",
        "Meet me\nat noon\nor even later\n12:30 is fine\n",
        "hello world",
        "",
    ],
)
def test_other_texts_are_no_transcripts(text: str) -> None:
    assert read(text) == []


@given(st.text(alphabet="0123456789:.,-[]() \nab>", max_size=200))
def test_times_are_in_order_and_rows_are_not_blank(text: str) -> None:
    cues = read_transcript(text)
    assert [cue.start_s for cue in cues] == sorted(cue.start_s for cue in cues)
    assert all(row.strip() for cue in cues for row in cue.rows)
