"""Subtitle files as they are found: every one gives lines or one clear sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from vidsent.core.errors import SubtitleError
from vidsent.core.options import Limits
from vidsent.core.results import Line
from vidsent.lines.subtitles import LONGEST_S, read_subtitles

Write = Callable[..., Path]

ASS = """[Script Info]
[V4+ Styles]
Style: Broken,Arial,twenty,&Hnonsense
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,a note
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Alba,0,0,0,,{\\i1}Sit{\\i0} down,\\Nplease
Dialogue: 0,soon,later,Default,,0,0,0,,lost
"""
TTML = b'<tt xmlns="http://www.w3.org/ns/ttml"><body>%s</body></tt>'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def read(path: Path, limits: Limits | None = None) -> tuple[list[Line], dict[str, int]]:
    skipped: Counter[str] = Counter()
    return read_subtitles(path, limits or Limits(), skipped), dict(skipped)


def srt(*cues: tuple[str, str, str]) -> str:
    return "\n\n".join(
        f"{number}\n{start} --> {end}\n{text}"
        for number, (start, end, text) in enumerate(cues, start=1)
    )


def test_srt(write: Write) -> None:
    text = srt(
        ("00:00:05,000", "00:00:06,000", "later"),
        ("00:00:01,500", "00:00:02,000", "<i>So</i>\nit is"),
    )
    lines, skipped = read(write("a.srt", text))
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (1.5, 2.0, "So it is"),
        (5.0, 6.0, "later"),
    ]
    assert not skipped
    assert {line.kind for line in lines} == {"subtitle"}
    assert all(line.probs is None and line.words == () for line in lines)


def test_vtt_notes_styles_and_names_of_cues_are_not_lines(write: Write) -> None:
    text = (
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE by Kyle\n\nintro\n"
        "00:01.000 --> 00:02.000 line:0\n- One <00:01.500>two\n\nNOTE not sure\n\n"
        "00:03.000 --> 00:04.000\n\n"
    )
    lines, skipped = read(write("a.vtt", text))
    assert [line.text for line in lines] == ["One two"]
    assert skipped == {"subtitle_lines_without_text": 1}


def test_ass_survives_broken_styles_and_lines(write: Write) -> None:
    lines, skipped = read(write("a.ass", ASS))
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (1.0, 2.5, "Sit down, please")
    ]
    assert skipped == {"subtitle_lines_unreadable": 1}


def test_ttml(write: Write) -> None:
    text = (
        '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
        '<p begin="1s" end="2.5s">Come<br/>in</p></div></body></tt>'
    )
    lines, _ = read(write("a.ttml", text))
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [(1.0, 2.5, "Come in")]


def test_frames_become_seconds_when_the_rate_is_known(write: Write) -> None:
    path = write("a.sub", "{25}{50}{Y:i}Hello|there\n{75}{100}Bye\n")
    with pytest.raises(SubtitleError, match="frames"):
        read(path)
    lines = read_subtitles(path, Limits(), Counter(), frame_rate=25)
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (1.0, 2.0, "Hello there"),
        (3.0, 4.0, "Bye"),
    ]


def test_danmaku_last_four_seconds(write: Write) -> None:
    content = '<i><d p="2.5,1,25">泪目</d><d p="1,1,25"> </d></i>'.encode("utf-16")
    lines, skipped = read(write("a.xml", content))
    assert lines == [Line(2.5, 6.5, "泪目", kind="danmaku")]
    assert skipped == {"danmaku_without_text": 1}


@pytest.mark.parametrize(
    ("start", "end", "shown", "reason"),
    [
        ("00:00:05,000", "00:00:01,000", (5.0, 6.0), "subtitle_lines_mended"),  # backwards
        ("00:00:05,000", "10:00:00,000", (5.0, 5.0 + LONGEST_S), "subtitle_lines_mended"),
        ("00:00:05", "00:00:06", (5.0, 6.0), "subtitle_lines_mended"),  # no milliseconds
        ("00:00:05,000", "00:00:05,000", (5.0, 6.0), "subtitle_lines_mended"),  # for no time
        ("00:00:00,000", "00:00:00,000", None, "subtitle_lines_never_shown"),  # hidden data
    ],
)
def test_impossible_times_are_mended_or_dropped_and_counted(
    write: Write, start: str, end: str, shown: tuple[float, float] | None, reason: str
) -> None:
    text = srt((start, end, "Hi"), ("00:01:00,000", "00:01:01,000", "sound"))
    lines, skipped = read(write("a.srt", text))
    assert skipped == {reason: 1}
    times = [(line.start_s, line.end_s) for line in lines if line.text == "Hi"]
    assert times == ([shown] if shown else [])


def test_overlapping_lines_end_where_the_next_one_starts_and_are_counted(write: Write) -> None:
    text = srt(
        ("00:00:01,000", "00:00:04,000", "over"),
        ("00:00:03,000", "00:00:06,000", "both"),
        ("00:00:03,000", "00:00:06,000", "at once"),
        ("00:00:06,000", "00:00:07,000", "after"),
    )
    lines, skipped = read(write("a.srt", text))
    times = [(line.text, line.start_s, line.end_s) for line in lines]
    assert times == [("over", 1, 3), ("both", 3, 6), ("at once", 3, 6), ("after", 6, 7)]
    assert skipped == {"subtitle_lines_overlapping": 1}


def test_names_that_come_back_are_no_part_of_what_is_said(write: Write) -> None:
    text = srt(
        ("00:00:01,000", "00:00:02,000", "小明：我好开心"),
        ("00:00:03,000", "00:00:04,000", "Speaker 1: Listen: I love you\n小明：真的吗"),
        ("00:00:05,000", "00:00:06,000", "Speaker 1: Yes"),
        ("00:00:07,000", "00:00:08,000", "Listen: once"),
    )
    lines, _ = read(write("a.srt", text))
    assert [line.text for line in lines] == [
        "我好开心",
        "Listen: I love you 真的吗",
        "Yes",
        "Listen: once",
    ]


def test_captions_that_roll_up_are_read_once(write: Write) -> None:
    text = srt(
        ("00:00:01,000", "00:00:02,000", "I was"),
        ("00:00:02,000", "00:00:03,000", "I was\nso afraid"),
        ("00:00:03,000", "00:00:04,000", "so afraid"),
        ("00:00:09,000", "00:00:10,000", "so afraid"),
    )
    lines, skipped = read(write("a.srt", text))
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [
        (1.0, 2.0, "I was"),
        (2.0, 4.0, "so afraid"),
        (9.0, 10.0, "so afraid"),
    ]
    assert skipped == {"subtitle_lines_repeated": 2}


def test_limits(write: Write) -> None:
    cues = [(f"00:00:{n:02},000", f"00:00:{n:02},900", f"{n} words follow") for n in range(9)]
    path = write("a.srt", srt(*cues))
    lines, skipped = read(path, Limits(lines=4, line_characters=10))
    assert [line.start_s for line in lines] == [0, 1, 2, 3]
    assert {len(line.text) for line in lines} == {10}
    assert skipped == {"lines_over_the_limit": 5, "lines_cut": 4}
    with pytest.raises(SubtitleError, match="larger"):
        read(path, Limits(text_bytes=100))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello world",
        b"\x00\x01\x02\x03" * 100,
        b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 4,
        b'{"answer": [42]}',
        b'{"segments": [{"start": 1, "end": 2, "te',
        b'<!DOCTYPE tt [<!ENTITY a "x">]>' + TTML % b"&a;",
        TTML % b'<div><p begin="soon" end="late">x</p></div>',
        b"{1}{99999999999999999999999999}x",
    ],
)
def test_what_cannot_be_read_gives_one_sentence(write: Write, content: bytes) -> None:
    with pytest.raises(SubtitleError) as caught:
        read(write("broken.srt", content))
    assert "\n" not in str(caught.value)


def test_a_missing_file_gives_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SubtitleError, match="cannot be read"):
        read(tmp_path / "none.srt")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.binary(max_size=300)
    | st.text(alphabet='0123:,.->{}<>[]dim p="&;\n', max_size=200).map(str.encode)
)
@example(b"0:0:0,0-->0:0:0,0\n<b>")
@example(b'<i><d p="')
def test_whatever_a_file_holds_it_gives_lines_or_a_sentence(write: Write, content: bytes) -> None:
    try:
        lines, _ = read(write("any.srt", content))
    except SubtitleError:
        return
    assert all(0 <= line.start_s < line.end_s and line.text.strip() for line in lines), lines


@pytest.mark.parametrize(
    "hostile", ["\n", "<a", "&amp;", "\\N", "-->\n", "1\n", "> ", "A: ", "[0:"]
)
def test_hostile_repetition_is_read_in_linear_time(write: Write, hostile: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nhello\n" + hostile * 500_000
    assert read(write("a.srt", text))[0][0].text.startswith("hello")


def test_shared_files(shared: Path) -> None:
    """Every file of the collection, by what a person sees in it."""
    counts = {path.name: len(read(path)[0]) for path in (shared / "clips" / "subtitles").iterdir()}
    expected = {
        "bom-utf-16-be.srt": 7,
        "bom-utf-32-le.srt": 7,
        "bom-utf-8.srt": 7,
        "comments.vtt": 3,
        "danmaku01.xml": 1200,
        "empty.srt": 5,
        "invalid.srt": 1,
        "invalid.vtt": 7,
        "issue-9-test.xml": 181,
        "missing_caption_text.vtt": 4,
        "netflix_chicas_del_cable.vtt": 862,  # without three that are only a noise
        "styles.vtt": 1,
        "ttml_example2.ass": 10,
    }
    assert counts == {**counts, **expected}
    assert min(counts.values()) > 0


def test_shared_encodings_hold_the_same_text(shared: Path) -> None:
    folder = shared / "clips" / "subtitles"
    utf_8, *others = (
        [(line.start_s, line.text) for line in read(folder / name)[0]]
        for name in ("bom-utf-8.srt", "bom-utf-16-be.srt", "bom-utf-32-le.srt", "no-indexes.srt")
    )
    assert all(other == utf_8 for other in others)
    french = " ".join(line.text for line in read(folder / "windows-1252.srt")[0])
    assert "CE FILM RELATE DES ÉVÉNEMENTS QUI ONT EXISTÉ." in french
