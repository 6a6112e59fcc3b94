"""The codecs of subtitle tracks from Matroska's own words, whatever the file holds."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.clips import Subtitled, write_clip, write_subtitled
from vidsent.media.matroska import subtitle_codecs


def test_the_codecs_stand_in_their_order(tmp_path: Path) -> None:
    lines = ((0.5, 1.0, "Hello"),)
    tracks = [Subtitled("srt", lines), Subtitled("ass", lines)]
    clip = write_subtitled(tmp_path / "a.mkv", tracks)
    assert subtitle_codecs(clip) == ["S_TEXT/UTF8", "S_TEXT/ASS"]


def test_other_files_have_none(tmp_path: Path) -> None:
    assert subtitle_codecs(write_clip(tmp_path / "plain.mkv")) == []
    assert subtitle_codecs(write_clip(tmp_path / "plain.mp4")) == []
    assert subtitle_codecs(tmp_path / "none.mkv") == []


@given(st.binary(max_size=300), st.integers(0, 2000))
def test_damage_never_raises(content: bytes, place: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clip = write_subtitled(
            Path(folder) / "a.mkv", [Subtitled("srt", ((0.1, 0.2, "Hello"),))], seconds=0.3
        )
        whole = clip.read_bytes()
        clip.write_bytes(whole[:place] + content + whole[place + len(content) :])
        assert isinstance(subtitle_codecs(clip), list)
