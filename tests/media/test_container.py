"""Which of several video streams is the clip: moving pictures, not a thumbnail beside them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.stream import Disposition
from av.video.stream import VideoStream

from vidsent.media.container import sound_stream
from vidsent.media.video import frames, probe

DARK, LIGHT = 60, 200


def write_streams(path: Path, streams: list[tuple[str, int, int, bool]]) -> Path:
    """Streams of one grey each: codec, grey level, pictures (ten a second), marked as default."""
    with av.open(str(path), "w") as container:
        made = [_add(container, codec, default) for codec, _, _, default in streams]
        for place in range(max(count for _, _, count, _ in streams)):
            for stream, (_, level, count, _) in zip(made, streams, strict=True):
                if place < count:
                    frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), level, np.uint8))
                    frame.pts, frame.time_base = place, Fraction(1, 10)
                    container.mux(stream.encode(frame))
        for stream in made:
            container.mux(stream.encode(None))
    return path


def _add(container: av.container.OutputContainer, codec: str, default: bool) -> VideoStream:
    stream = container.add_stream(codec, rate=10)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = 160, 120
    stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    stream.disposition = Disposition.default if default else Disposition(0)
    return stream


@pytest.mark.parametrize(
    ("streams", "ending"),
    [
        ([("mjpeg", DARK, 1, False), ("libx264", LIGHT, 20, True)], "mov"),
        ([("mjpeg", DARK, 1, True), ("libx264", LIGHT, 20, False)], "mkv"),
        ([("libx264", DARK, 1, True), ("libx264", LIGHT, 20, False)], "mp4"),
        ([("mjpeg", DARK, 1, False), ("mjpeg", LIGHT, 20, False)], "mkv"),
        ([("libx264", DARK, 20, False), ("libx264", LIGHT, 20, True)], "mkv"),
        ([("libx264", LIGHT, 20, False), ("mjpeg", DARK, 1, False)], "mkv"),
        ([("libx264", LIGHT, 20, False), ("libx264", DARK, 20, False)], "mkv"),
        ([("mjpeg", LIGHT, 1, False)], "mov"),
    ],
    ids=[
        "thumbnail first",
        "thumbnail marked as default",
        "thumbnail of the same codec",
        "both motion JPEG",
        "second marked as default",
        "thumbnail last",
        "two alike",
        "one picture is all",
    ],
)
def test_the_stream_that_moves_is_the_clip(
    tmp_path: Path, streams: list[tuple[str, int, int, bool]], ending: str
) -> None:
    clip = write_streams(tmp_path / f"clip.{ending}", streams)
    found = [float(frame.image.mean()) for frame in frames(clip, 10)]
    assert found == pytest.approx([LIGHT] * len(found), abs=5)
    assert len(found) == max(count for _, level, count, _ in streams if level == LIGHT)


def test_sound_is_what_is_said_not_remarks_about_it(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mkv"
    marks = (Disposition.comment | Disposition.default, Disposition(0), Disposition.default)
    with av.open(str(clip), "w") as container:
        streams = [container.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in marks]
        for stream, mark in zip(streams, marks, strict=True):
            assert isinstance(stream, AudioStream)
            stream.disposition = mark
        for stream in streams:
            assert isinstance(stream, AudioStream)
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
            frame.sample_rate = 8000
            container.mux(stream.encode(frame))
    with av.open(str(clip)) as container:
        chosen = sound_stream(container)
        assert chosen is not None and chosen.index == 2


def test_a_thumbnail_of_a_reported_file_is_passed_over(shared: Path) -> None:
    clip = shared / "clips/reports/14/thumbnail_first.mov"
    assert probe(clip).video_codec == "h264"
    assert len(list(frames(clip, 10))) == 50
