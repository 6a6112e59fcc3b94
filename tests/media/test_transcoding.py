"""Whatever was uploaded, the player gets something it plays."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tests.clips import grey_levels, write_clip, write_pictures
from vidsent.core.errors import Cancelled
from vidsent.core.options import Limits
from vidsent.media.encoding import TIME_BASE
from vidsent.media.transcoding import cost, playable


def tick(t_s: float) -> None:
    """Nobody is told, nobody cancels."""


def with_sound(path: Path) -> Path:
    """Two seconds of MPEG-4 pictures with a tone at 22,050 Hz, as no browser plays it."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 160, 120, "yuv420p"
        sound = container.add_stream("pcm_s16le", rate=22_050, layout="mono")
        for level in grey_levels(20):
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(level, format="rgb24")))
        container.mux(pictures.encode(None))
        tone = (8_000 * np.sin(np.arange(44_100) / 22_050 * 440 * 2 * np.pi)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
        frame.sample_rate = 22_050
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


def test_what_browsers_play_is_left_alone(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "plain.mp4")
    assert playable(clip, tmp_path, Limits(), tick) == clip


@pytest.mark.parametrize("name", ["clip.mkv", "clip.mov"])
def test_h264_in_another_container_is_only_repacked(tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / name, seconds=2)
    copy = playable(clip, tmp_path, Limits(), tick)
    assert copy.suffix == ".mp4" and copy != clip
    with av.open(str(clip)) as before, av.open(str(copy)) as after:
        sizes = [
            [packet.size for packet in each.demux(video=0) if packet.size]
            for each in (before, after)
        ]
    assert sizes[0] == sizes[1]


def test_a_browsers_recording_gets_the_length_it_does_not_state(tmp_path: Path) -> None:
    clip = tmp_path / "recorded.webm"
    with av.open(str(clip), "w", options={"live": "1"}) as container:  # as MediaRecorder writes
        stream = container.add_stream("libvpx", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.codec_context.time_base = TIME_BASE
        for level, t_s in zip(grey_levels(6), (0.0, 0.1, 0.5, 0.6, 1.5, 2.0), strict=True):
            frame = av.VideoFrame.from_ndarray(level, format="rgb24")
            frame.pts, frame.time_base = round(t_s / TIME_BASE), TIME_BASE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with av.open(str(clip)) as before:
        assert before.duration is None
    copy = playable(clip, tmp_path, Limits(), tick)
    with av.open(str(copy)) as after:
        assert after.duration == pytest.approx(2e6, abs=2e5)  # microseconds
        times_s = [float(frame.time) for frame in after.decode(video=0)]
    assert times_s == pytest.approx([0.0, 0.1, 0.5, 0.6, 1.5, 2.0], abs=0.02)


def test_repacking_keeps_a_clip_upright(tmp_path: Path) -> None:
    clip = write_pictures(tmp_path / "clip.mov", grey_levels(3), [0, 1, 2], rotation=90)
    with av.open(str(playable(clip, tmp_path, Limits(), tick))) as copy:
        assert next(copy.decode(video=0)).rotation == 90


def test_what_no_browser_plays_is_encoded_anew_upright_and_at_its_own_times(tmp_path: Path) -> None:
    times_s = [0.0, 0.5, 0.6, 2.0, 2.1]
    clip = tmp_path / "clip.mp4"
    write_pictures(clip, grey_levels(5), times_s, rotation=90, codec="mpeg4")
    with av.open(str(playable(clip, tmp_path, Limits(), tick))) as copy:
        assert copy.streams.video[0].codec_context.name == "h264"
        frames = list(copy.decode(video=0))
    assert (frames[0].width, frames[0].height) == (120, 160)
    copied_s = [float(frame.time) for frame in frames]
    assert all(min(abs(t_s - each_s) for each_s in copied_s) < 0.02 for t_s in times_s)
    assert copied_s[-1] == pytest.approx(times_s[-1], abs=0.02)
    levels = [frame.to_ndarray(format="gray8").mean() for frame in frames]
    assert levels == sorted(levels)


def test_sound_stays(tmp_path: Path) -> None:
    clip = with_sound(tmp_path / "clip.mkv")
    with av.open(str(playable(clip, tmp_path, Limits(), tick))) as copy:
        assert copy.streams.audio[0].codec_context.name == "aac"
        samples = sum(frame.samples for frame in copy.decode(audio=0))
    assert samples == pytest.approx(48_000 * 2, rel=0.1)


def test_what_cannot_be_converted_is_left_alone(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"not a video" * 100)
    assert playable(clip, tmp_path, Limits(), tick) == clip
    assert list(tmp_path.iterdir()) == [clip]


CLUSTER = bytes.fromhex("1f43b675")  # what the packets of matroska lie in


@pytest.mark.parametrize("damage", ["no_packets", "unknown_codec", "no_pictures"])
def test_what_has_nothing_to_convert_is_left_alone(tmp_path: Path, damage: str) -> None:
    if damage == "no_pictures":
        clip = tmp_path / "sound.mp4"
        with av.open(str(clip), "w") as container:
            container.add_stream("aac", rate=48_000, layout="mono")
            container.start_encoding()
    else:
        clip = write_clip(tmp_path / ("clip.mkv" if damage == "no_packets" else "clip.mp4"))
        content = clip.read_bytes()
        whole = content.partition(CLUSTER)[0] if damage == "no_packets" else content
        clip.write_bytes(whole.replace(b"avc1", b"zzzz"))
    assert cost(clip, Limits()) >= 0
    assert playable(clip, tmp_path, Limits(), tick) == clip
    assert list(tmp_path.iterdir()) == [clip]


def test_a_copy_that_is_not_wanted_any_more_is_removed(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mkv", seconds=2)

    def stop(t_s: float) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        playable(clip, tmp_path, Limits(), stop)
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mkv"]
