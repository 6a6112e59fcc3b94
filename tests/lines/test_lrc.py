"""Lyrics, whole or word by word."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from vidsent.lines.lrc import is_lrc, read_lrc

SONG, NOTES = Path("song.lrc"), Path("notes.txt")


def read(text: str) -> list[tuple[float, float, str]]:
    return [(cue.start_s, cue.end_s, " ".join(cue.rows)) for cue in read_lrc(text, Counter())]


@pytest.mark.parametrize(
    "text",
    [
        "[ti:song]\n[ar:me]\n[00:01.00]I am here\n[00:03.50]so low",
        "[00:01.00]<00:01.00>I <00:02.00>am <00:03.00>here\n[00:03.50]<00:03.50>so <00:04.00>low",
        "[00:01.00]I[00:02.00] am[00:03.00] here\n[00:03.50]so[00:04.00] low",
        "[00:01:00]I am here\n[00:03:50]so low",  # hundredths after a colon
        "[offset:500]\n[00:01.50]I am here\n[00:04.00]so low",
        "[00:01.00]v1: I am here\n[00:03.50]so low",
    ],
)
def test_every_form_gives_the_same_lines(text: str) -> None:
    assert is_lrc(text, SONG)
    assert [(start_s, said) for start_s, _, said in read(text)] == [
        (1.0, "I am here"),
        (3.5, "so low"),
    ]


def test_a_chorus_is_sung_at_each_of_its_times() -> None:
    text = "[00:05.00][00:09.00]again\n[00:07.00]between\n[00:08.00]\n"
    assert is_lrc(text, NOTES)
    assert read(text) == [(5.0, 7.0, "again"), (7.0, 8.0, "between"), (9.0, 12.0, "again")]


def test_a_time_behind_the_last_word_ends_the_line() -> None:
    assert read("[00:01.00]<00:01.00>I <00:02.00>am<00:02.50>") == [(1.0, 2.5, "I am")]


@pytest.mark.parametrize(
    "text",
    [
        "[1000,2500](1000,500,0)I (1500,500,0)am",
        "[1000,2500]I (1000,500)am(1500,500)",
        "[1000,2500]<0,500,0>I <500,500,0>am",
    ],
    ids=["yrc", "qrc", "krc"],
)
def test_music_services_count_milliseconds(text: str) -> None:
    assert is_lrc(text, NOTES)
    assert read(text) == [(1.0, 3.5, "I am")]


def test_a_transcript_in_brackets_is_lyrics_by_name_alone() -> None:
    text = "[00:01] Hello, see [00:05]\n[00:03] Bye"
    assert is_lrc(text, SONG) and not is_lrc(text, NOTES)
    assert not is_lrc("[12][34]another format", NOTES)
