"""The list of a clip's own subtitles, and what a choice in it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clips import Subtitled, write_clip, write_subtitled
from vidsent.core.options import Options
from vidsent.lines import text_tracks
from vidsent.ui.clip.upload.text_tracks import NONE, list_tracks, track_list, track_option
from vidsent.ui.media.decoder import Decoder

SAID = ((0.2, 0.8, "Hello"),)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    tracks = [
        Subtitled("srt", SAID, "eng", "for the deaf"),
        Subtitled("dvd_subtitle", ((0.2, 0.8, b"\0\0"),), "eng"),
        Subtitled("srt", SAID, "chi", default=True),
        Subtitled("srt", SAID, "tlh"),
    ]
    return str(write_subtitled(tmp_path_factory.mktemp("clip") / "a.mkv", tracks))


def test_text_tracks_are_offered_and_the_default_one_is_chosen(clip: str) -> None:
    list_ = track_list(text_tracks.list_tracks(clip), "en")
    assert list_["visible"] and list_["value"] == "3"
    assert [value for _, value in list_["choices"]] == ["1", "3", "4", NONE]
    labels = [label for label, _ in list_["choices"][:3]]
    assert labels == ["1 · English · for the deaf", "2 · Chinese", "3 · tlh"]
    chinese = track_list(text_tracks.list_tracks(clip), "zh")["choices"]
    assert chinese[1][0] == "2 · 中文"


def test_a_choice_stays_while_the_clip_does(clip: str) -> None:
    assert track_list(text_tracks.list_tracks(clip), "zh", "1")["value"] == "1"
    assert track_list(text_tracks.list_tracks(clip), "zh", NONE)["value"] == NONE
    assert track_list(text_tracks.list_tracks(clip), "zh", "9")["value"] == "3"


def test_nothing_is_offered_without_text_tracks(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    here = Decoder(apart=False)
    for path in (str(write_clip(tmp_path / "plain.mp4")), str(broken), None):
        list_ = track_list(list_tracks(path, here), "en", "2")
        assert not list_["visible"] and list_["value"] is None


@pytest.mark.parametrize(("chosen", "track"), [(None, "auto"), ("none", "none"), ("3", 3)])
def test_a_choice_is_an_option(chosen: str | None, track: int | str) -> None:
    assert track_option(chosen) == track
    Options(track=track_option(chosen))
