"""Which clips and words a batch finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from vidsent.batch.listing import Item, list_items, subtitles_beside
from vidsent.core.errors import DataError


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def names(items: list[Item]) -> list[str]:
    return [item.name for item in items]


def test_a_folder_with_all_below_it(tmp_path: Path) -> None:
    touch(tmp_path, "b.MP4", "a.mkv", "sub/愤怒 的人.webm", "notes.txt", "._a.mkv", ".git/x.mp4")
    touch(tmp_path, "out/clips/made.mp4")
    items = list_items(tmp_path, leave_out=tmp_path / "out")
    assert names(items) == ["a.mkv", "b.MP4", "sub/愤怒 的人.webm"]
    assert all(Path(item.path).is_absolute() and Path(item.path).is_file() for item in items)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["a.srt", "a.en.srt", "a.ass"], "a.srt"),
        (["a.ass", "a.vtt"], "a.vtt"),
        (["a.zh.srt", "a.en.srt"], "a.en.srt"),
        (["a.en.vtt", "a.danmaku.xml"], "a.en.vtt"),
        (["a.danmaku.xml"], "a.danmaku.xml"),
        (["ab.srt", "a.b.c.srt", "a.json", "a.txt"], None),
    ],
)
def test_words_beside_a_clip(files: list[str], found: str | None, tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", *files)
    beside = subtitles_beside(tmp_path / "a.mp4")
    assert (beside.name if beside else None) == found
    (item,) = list_items(tmp_path)
    assert item.subtitles == (str(tmp_path / found) if found else None)
    (item,) = list_items(tmp_path, beside=False)
    assert item.subtitles is None


def test_a_list_names_clips_and_words(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a.srt", "other.srt", "deep/b.mp4")
    listed = tmp_path / "list.txt"
    listed.write_text("\ufeff# remark\n\na.mp4\tother.srt\ndeep/b.mp4\na.mp4\na.mp4\n", "utf-8")
    items = list_items(listed)
    assert [(Path(item.path).name, Path(item.subtitles or "-").name) for item in items] == [
        ("a.mp4", "other.srt"),
        ("b.mp4", "-"),
        ("a.mp4", "a.srt"),
    ]


def test_a_table_names_clips_and_words(tmp_path: Path) -> None:
    touch(tmp_path, "a, b.mp4", "c.mp4", "x.srt")
    table = tmp_path / "list.csv"
    table.write_text('clip,person,subtitles\n"a, b.mp4",Ann,x.srt\nc.mp4,Ben,\n,,\n')
    items = list_items(table)
    assert names(items) == ["a, b.mp4", "c.mp4"]
    assert [item.subtitles for item in items] == [str(tmp_path / "x.srt"), None]


def test_one_clip_is_a_list_of_one(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4")
    assert names(list_items(tmp_path / "a.mp4")) == ["a.mp4"]


@pytest.mark.parametrize("content", [b"file,label\na.mp4,anger\n", b"\xff\xfe\x00clip"])
def test_a_list_that_cannot_be_read_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    for source in (tmp_path / "list.csv", tmp_path / "absent"):
        with pytest.raises(DataError):
            list_items(source)
