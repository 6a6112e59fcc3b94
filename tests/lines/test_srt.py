"""SubRip and WebVTT as programs, people and language models write them."""

from __future__ import annotations

from collections import Counter

import pytest

from vidsent.lines.srt import read_srt, read_vtt

Shown = list[tuple[float, float, str]]


def srt(text: str) -> tuple[Shown, dict[str, int]]:
    skipped: Counter[str] = Counter()
    found = read_srt(text, 25.0, skipped)
    return [(cue.start_s, cue.end_s, " ".join(cue.rows)) for cue in found], dict(skipped)


def vtt(text: str) -> tuple[Shown, dict[str, int]]:
    skipped: Counter[str] = Counter()
    found = read_vtt(text, 25.0, skipped)
    return [(cue.start_s, cue.end_s, " ".join(cue.rows)) for cue in found], dict(skipped)


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:01,000 --> 00:02,500\nHello\n\n2\n00:03,000 --> 00:04,000\nBye\n",
        "1\n00:00:01:000 --> 00:00:02:500\nHello\n\n2\n00:00:03:000 --> 00:00:04:000\nBye\n",
        "1\n00: 00: 01, 000 --> 00: 00: 02, 500\nHello\n\n2\n0:0:3,0 -> 0:0:4,0\nBye\n",
        "1\n00:00:01,000 --> 00:00:02,500\nHello\n2\n00:00:03,000 --> 00:00:04,000\nBye\n",
        "00:00:01,000 --> 00:00:02,500\nHello\n00:00:03,000 --> 00:00:04,000\nBye",
        "1\n\n00:01,000 --> 00:02,500\n\nHello\n\n2\n\n00:03,000 --> 00:04,000\n\nBye\n",
        "```srt\n1\n00:01,000 --> 00:02,500\nHello\n\n2\n00:03,000 --> 00:04,000\nBye\n```\n",
        "00:01,000 --> 00:02,500: Hello\n00:03,000 --> 00:04,000 Bye",
        "1\n00:01,000 --> 00:02,500 X1:1 X2:9\n<b>Hello</b>\n\n2\n00:03,000 --> 00:04,000\nBye",
    ],
    ids=["hours", "colons", "spaces", "glued", "numbers", "doubled", "fenced", "row", "place"],
)  # fmt: skip
def test_the_same_two_lines(text: str) -> None:
    assert srt(text) == ([(1.0, 2.5, "Hello"), (3.0, 4.0, "Bye")], {})


def test_a_number_that_is_said_is_no_number_of_a_cue() -> None:
    text = "1\n00:01,0 --> 00:02,0\n1928\n\n2\n00:03,0 --> 00:04,0\nYes\n3\n00:05,0 --> 00:06,0\n7"
    assert [said for *_, said in srt(text)[0]] == ["1928", "Yes", "7"]
    unnumbered = "00:01,0 --> 00:02,0\n1928\n00:03,0 --> 00:04,0\nYes"
    assert [said for *_, said in srt(unnumbered)[0]] == ["1928", "Yes"]


def test_times_before_zero_stay_below_zero() -> None:
    text = "1\n-00:00:02,000 --> -00:00:01,000\nGone\n\n2\n00:01,000 --> 00:02,000\nHere"
    assert srt(text)[0] == [(-2.0, -1.0, "Gone"), (1.0, 2.0, "Here")]


def test_a_cue_whose_time_is_broken_is_counted_and_not_said() -> None:
    text = "1\n00:01,000 --> soon\nlost\n\n2\n00:03,000 --> 00:04,000\nBye"
    assert srt(text) == ([(3.0, 4.0, "Bye")], {"subtitle_lines_unreadable": 1})


ROLLING = """WEBVTT
Kind: captions

00:00:00.160 --> 00:00:03.429 align:start position:0%
{space}
So,<00:00:00.960><c> do</c><00:00:01.520><c> your</c> kids

00:00:03.429 --> 00:00:03.439 align:start position:0%
So, do your kids
{space}

00:00:03.439 --> 00:00:05.749 align:start position:0%
So, do your kids
think<00:00:03.760><c> so</c>
"""


@pytest.mark.parametrize("space", [" ", ""], ids=["as it comes", "trimmed by an editor"])
def test_a_first_row_of_one_space_ends_no_cue(space: str) -> None:
    shown, skipped = vtt(ROLLING.format(space=space))
    assert shown == [
        (0.16, 3.429, "So, do your kids"),
        (3.429, 3.439, "So, do your kids"),
        (3.439, 5.749, "So, do your kids think so"),
    ]
    assert not skipped


def test_names_notes_and_headings_between_cues_are_not_said() -> None:
    text = (
        "WEBVTT\n\nSTYLE\n::cue {}\n\nfirst\n00:01.000 --> 00:02.000\n<v Ann>Hello</v>\n\n"
        "NOTE\nto self\n\nWEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n"
        "second\n00:03.000 --> 00:04.000\nBye\n\n"
    )
    assert vtt(text) == ([(1.0, 2.0, "Hello"), (3.0, 4.0, "Bye")], {})


def test_text_that_belongs_to_no_cue_is_counted() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\nstray\n\n00:03.000 --> 00:04.000\n\n"
    shown, skipped = vtt(text)
    assert [said for *_, said in shown] == ["Hello", ""]
    assert skipped == {"subtitle_lines_unreadable": 1}
