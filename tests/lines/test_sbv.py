"""SubViewer, and YouTube Studio's SBV."""

from __future__ import annotations

from vidsent.lines.sbv import is_sbv, read_sbv


def test_ends_are_kept_and_headings_are_not_said() -> None:
    text = (
        "[INFORMATION]\n[TITLE]My talk\n[END INFORMATION]\n[SUBTITLE]\n[COLF]&HFFFFFF,[SIZE]18\n"
        "00:00:00.60,00:00:04.16\nI am[br]so happy\n\n00:00:05.00,00:00:06.50\nNo,\nbad\n"
    )
    assert is_sbv(text)
    assert [tuple(cue[:3]) for cue in read_sbv(text)] == [
        (0.6, 4.16, ["I am", "so happy"]),
        (5.0, 6.5, ["No,", "bad"]),
    ]


def test_youtube_writes_one_digit_of_hours_and_names() -> None:
    text = "0:00:00.599,0:00:04.160\n>> ALICE: I am so happy today!\n"
    assert [tuple(cue[:3]) for cue in read_sbv(text)] == [(0.599, 4.16, ["I am so happy today!"])]


def test_a_row_with_text_behind_its_times_is_another_format() -> None:
    assert not is_sbv("0:00:01.000,0:00:02.000,hello\n")
