"""Decoding tells the time from stamps, turns pictures upright and survives damage."""

from __future__ import annotations

import shutil
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest

from tests.clips import Subtitled, grey_levels, write_pictures, write_subtitled
from vidsent.core.errors import ClipError, ClipOpenError, LimitError, NoVideoError
from vidsent.core.options import Limits
from vidsent.media.video import LONGEST_SIDE, Decoding, frames, probe

STAMP_S = 0.0011  # containers round time stamps; the planted clips use milliseconds


@pytest.fixture
def steady(tmp_path: Path) -> Path:
    """Three seconds at 30 pictures a second."""
    return write_pictures(tmp_path / "steady.mp4", grey_levels(90), np.arange(90) / 30)


def test_sampling_takes_the_asked_rate(steady: Path) -> None:
    times = [frame.t_s for frame in frames(steady, rate_hz=10)]
    assert times == pytest.approx(np.arange(30) / 10, abs=STAMP_S)


def test_a_clip_slower_than_the_rate_gives_every_picture_once(tmp_path: Path) -> None:
    planted = np.arange(12) / 4
    clip = write_pictures(tmp_path / "slow.mp4", grey_levels(12), planted)
    assert [frame.t_s for frame in frames(clip, 10)] == pytest.approx(planted, abs=STAMP_S)


def test_variable_frame_rate_keeps_each_picture_at_its_own_time(tmp_path: Path) -> None:
    planted = np.concatenate([np.arange(5) / 10, 0.5 + np.arange(5) / 2])
    pictures = grey_levels(10)
    clip = write_pictures(tmp_path / "vfr.mp4", pictures, planted)
    found = list(frames(clip, rate_hz=30))
    assert [frame.t_s for frame in found] == pytest.approx(planted, abs=STAMP_S)
    for frame, picture in zip(found, pictures, strict=True):
        assert abs(float(frame.image.mean()) - float(picture.mean())) < 6


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_is_applied(tmp_path: Path, rotation: int) -> None:
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:60, :80] = 255  # a white corner, top left of what was encoded
    clip = write_pictures(tmp_path / "turned.mp4", [picture] * 3, [0, 0.1, 0.2], rotation)
    report = Decoding()
    frame = next(iter(frames(clip, 10, report=report)))
    upright = np.rot90(picture, rotation // 90)  # the stated rotation is counterclockwise
    assert np.abs(frame.image.astype(int) - upright).mean() < 6
    assert (report.width, report.height) == upright.shape[1::-1]


def test_large_pictures_are_scaled_and_say_by_how_much(tmp_path: Path) -> None:
    clip = write_pictures(tmp_path / "large.mp4", grey_levels(2, 1920, 1080), [0, 0.1])
    frame = next(iter(frames(clip, 10)))
    assert frame.image.shape == (540, LONGEST_SIDE, 3)
    assert frame.scale == pytest.approx(2.0)


def test_a_truncated_file_gives_what_decodes(steady: Path, tmp_path: Path) -> None:
    streamable = tmp_path / "stream.mkv"  # an MP4 keeps its index at the end, Matroska does not
    with av.open(str(steady)) as source, av.open(str(streamable), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    whole = streamable.read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) // 2])
    assert 0 < len(list(frames(cut, 10))) < 30


def test_damaged_packets_are_counted(shared: Path) -> None:
    report = Decoding()
    kept = list(frames(shared / "clips/awkward/no_timescale.mp4", 10, report=report))
    assert kept
    assert report.skipped["undecodable_packets"] > 0


def test_the_count_of_pictures_agrees_with_another_reader(steady: Path) -> None:
    with av.open(str(steady)) as container:
        every = sum(1 for _ in container.decode(video=0))
    assert len(list(frames(steady, rate_hz=60))) == every


def test_memory_holds_one_picture_at_a_time(steady: Path) -> None:
    tracemalloc.start()
    for frame in frames(steady, rate_hz=30):
        picture = frame.image.nbytes
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * picture  # of 90 pictures


def test_probe_states_the_facts(steady: Path) -> None:
    clip = probe(steady)
    assert (clip.width, clip.height, clip.video_codec) == (160, 120, "h264")
    assert clip.duration_s == pytest.approx(3.0, abs=0.05)
    assert not clip.has_audio


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (Limits(clip_bytes=100), "MB"),
        (Limits(duration_s=1.0), "minutes"),
        (Limits(width=100, height=100), "160x120"),
        (Limits(streams=0), "streams"),
    ],
)
def test_limits_are_checked_before_decoding(steady: Path, limits: Limits, word: str) -> None:
    with pytest.raises(LimitError, match=word):
        probe(steady, limits)


def test_a_clip_of_sixty_streams_is_read_and_one_of_more_is_not(tmp_path: Path) -> None:
    tracks = [Subtitled("srt", ((0.1, 0.5, "Hello"),))] * 60
    assert probe(write_subtitled(tmp_path / "60.mkv", tracks[1:], seconds=1.0)).width == 160
    with pytest.raises(LimitError, match="61 streams; up to 60"):
        probe(write_subtitled(tmp_path / "61.mkv", tracks, seconds=1.0))


def test_names_are_never_read_as_protocols(steady: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = steady.parent
    shutil.copy(steady, folder / "-dash.mp4")
    shutil.copy(steady, folder / "concat:a.mp4")
    monkeypatch.chdir(folder)
    assert probe("-dash.mp4").width == 160
    assert probe("concat:a.mp4").width == 160


def test_a_playlist_cannot_reach_other_files(steady: Path) -> None:
    playlist = steady.with_suffix(".m3u8")
    playlist.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nsteady.mp4\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(ClipOpenError):
        probe(playlist)


@pytest.mark.parametrize("content", [b"", b"not a video at all", bytes(4096)])
def test_no_video_is_one_clear_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(ClipOpenError, match=r"clip\.mp4"):
        list(frames(path, 10))


def test_sound_alone_is_no_video(shared: Path) -> None:
    with pytest.raises(NoVideoError, match="only sound"):
        probe(shared / "clips/awkward/mp4-with-audio.mp4")


def test_every_awkward_clip_decodes_or_says_why(shared: Path) -> None:
    for path in sorted((shared / "clips").glob("[af]*/*")):
        try:
            times = [frame.t_s for frame in frames(path, 10)]
        except ClipError as error:
            assert path.name in str(error)
        else:
            assert times == sorted(times)
            assert times[0] >= 0
