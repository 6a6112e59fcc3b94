"""Which parser reads a file is what the file says it is; what is not read is refused by name."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from vidsent.core.errors import SubtitleError
from vidsent.core.options import Limits
from vidsent.lines.subtitles import read_subtitles
from vidsent.ui.clip.upload.view import TEXT_TYPES

CUES = {
    "srt": "1\n00:00:01,000 --> 00:00:03,500\nI am happy\n",
    "vtt": "WEBVTT\n\n00:01.000 --> 00:03.500\nI am happy\n",
    "ass": "[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:03.50,I am happy\n",
    "ssa": "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:03.50,D,,0,0,0,,I am happy\n",
    "ttml": '<tt xmlns="x"><body><p begin="1s" dur="2500ms">I am happy</p></body></tt>',
    "dfxp": '<tt xmlns="x"><body><p begin="1s" dur="2500ms">I am happy</p></body></tt>',
    "sbv": "0:00:01.000,0:00:03.500\nI am happy\n",
    "lrc": "[00:01.00]I am happy\n[00:03.50]\n",
    "sub": "{25}{87}{y:i}I am happy\n{100}{101}x\n",
    "smi": "<SAMI><BODY><SYNC Start=1000><P>I am happy<SYNC Start=3500><P>&nbsp;</SAMI>",
    "sami": "<SAMI><BODY><SYNC Start=1000><P>I am happy<SYNC Start=3500><P>&nbsp;</SAMI>",
    "txt": "0:01 I am happy\n0:03.5 x\n",
    "csv": "start,end,text\n1.0,3.5,I am happy\n",
    "tsv": "start\tend\ttext\n1000\t3500\tI am happy\n",
    "srv1": '<transcript><text start="1" dur="2.5">I am happy</text></transcript>',
    "srv2": '<timedtext><text t="1000" d="2500">I am happy</text></timedtext>',
    "srv3": '<timedtext><body><p t="1000" d="2500">I am happy</p></body></timedtext>',
    "json": '{"segments": [{"start": 1.0, "end": 3.5, "text": " I am happy"}]}',
    "json3": '{"events": [{"tStartMs": 1000, "dDurationMs": 2500, '
    '"segs": [{"utf8": "I am happy"}]}]}',
    "jsonl": '{"start": 1.0, "end": 3.5, "text": "I am happy"}\n{"start": 9.0, "text": "x"}\n',
    "bcc": '{"body": [{"from": 1.0, "to": 3.5, "content": "I am happy"}]}',
    "xml": '<i><d p="1,1,25">I am happy</d></i>',
}  # fmt: skip
COMMENT = b"\x10\xe8\x07\x3a\x0aI am happy"  # 1000 ms, then ten characters
SEGMENT = b"\x0a" + bytes([len(COMMENT)]) + COMMENT


def read(folder: Path, name: str, content: str | bytes) -> tuple[float, str]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    first, *_ = read_subtitles(path, Limits(), Counter(), 25.0)
    return first.start_s, first.text


def test_every_type_that_the_page_accepts_is_read(tmp_path: Path) -> None:
    for ending in TEXT_TYPES:
        content = SEGMENT if ending in (".pb", ".so") else CUES[ending[1:]]
        assert read(tmp_path, f"a{ending}", content) == (1.0, "I am happy"), ending


@pytest.mark.parametrize("ending", sorted(set(CUES) - {"lrc", "txt"}))
def test_a_wrong_name_does_not_change_what_a_file_is(tmp_path: Path, ending: str) -> None:
    for name in ("a.srt", "a.txt", "a.vtt"):
        assert read(tmp_path, name, CUES[ending]) == (1.0, "I am happy")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("Scenarist_SCC V1.0\n\n00:00:01:02\t9420 9420 94ae 94ae\n", "Scenarist SCC"),
        (b"850STL25.01" + bytes(1013), "EBU STL"),
        ("$FontName = Arial\n00:00:01:00 , 00:00:03:12 , Hi\n", "Spruce STL"),
        ('{"answer": [42]}', "unknown kind"),
        ('{"segments": [{"start": 1, "te', "cut short"),
        ("<note><to>x</to></note>", "unknown kind"),
        ("<!DOCTYPE html>\n<html><body>404</body></html>", "page of the web"),
        (b"PK\x03\x04" + bytes(99), "not a text file"),
        ("name,age\nbob,3\n", "no line of text"),
        ("00:00:01;02\t94ae 9420\n00:00:02;02\t94ae 9420\n", "no line of text"),
    ],
)
def test_what_is_not_read_is_refused_in_both_languages(
    tmp_path: Path, content: str | bytes, what: str
) -> None:
    with pytest.raises(SubtitleError, match=what) as caught:
        read(tmp_path, "a.srt", content)
    assert caught.value.message("zh") != str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broadcasters_time_codes_are_not_said(tmp_path: Path) -> None:
    with pytest.raises(SubtitleError, match="no subtitle format"):
        read(tmp_path, "a.cap", "00:00:01:00\t00:00:02:00\nHello\n")


def test_rows_of_json_that_are_broken_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    rows = [json.dumps({"start": n + 0.5, "end": n + 1, "text": f"row {n}"}) for n in range(3)]
    path.write_text("\n".join([*rows, '{"cut']))
    skipped: Counter[str] = Counter()
    assert len(read_subtitles(path, Limits(), skipped)) == 3
    assert skipped == {"subtitle_lines_unreadable": 1}


def test_what_lies_before_the_clip_is_dropped_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n-00:00:03,000 --> -00:00:01,000\nGone\n\n2\n-00:00:01,000 --> 00:00:02,000\nHalf\n"
    )
    skipped: Counter[str] = Counter()
    lines = read_subtitles(path, Limits(), skipped)
    assert [(line.start_s, line.end_s, line.text) for line in lines] == [(0.0, 2.0, "Half")]
    assert skipped == {"subtitle_lines_before_the_start": 1, "subtitle_lines_mended": 1}


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("01/row_zh_ja.srt", 6), ("02/unescaped.xml", 10), ("05/colon_ms.srt", 2),
        ("05/karaoke.lrc", 4), ("05/youtube.sbv", 3), ("06/auto.en.vtt", 4), ("06/auto.en.srt", 4),
        ("07/typeset.ass", 3), ("08/nested_div.ttml", 3), ("08/netflix_like.ttml", 2),
        ("09/short_format.ass", 2), ("10/comments.ass", 60), ("13/mmss.srt", 3),
        ("15/acfun_new.json", 4), ("15/bcc.json", 4), ("15/danmaku.pb", 4), ("15/twitch.json", 4),
        ("15/whisper.json", 4), ("15/whisper.tsv", 4),
    ],
)  # fmt: skip
def test_shared_reports(shared: Path, name: str, texts: int) -> None:
    assert len(read_subtitles(shared / "clips" / "reports" / name, Limits(), Counter())) == texts


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("05/youtube.sbv", "05/clean.srt"), ("06/auto.en.vtt", "06/auto.en.srt"),
        ("07/typeset.ass", "07/plain.ass"), ("10/comments.ass", "10/comments.xml"),
        ("15/whisper.tsv", "15/whisper.json"), ("15/danmaku.pb", "15/acfun_new.json"),
    ],
)  # fmt: skip
def test_shared_reports_that_say_the_same(shared: Path, name: str, like: str) -> None:
    one, other = (
        read_subtitles(shared / "clips" / "reports" / each, Limits(), Counter())
        for each in (name, like)
    )
    assert one == other
