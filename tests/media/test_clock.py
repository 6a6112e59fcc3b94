"""Parts joined end to end, each with its own clock: one clip, with picture and sound of all."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.stream import VideoStream

from tests.clips import TICK
from vidsent.core.options import Limits
from vidsent.lines.speech import audio_blocks
from vidsent.media.clock import AHEAD_S, Clock
from vidsent.media.container import open_video_stream
from vidsent.media.stills import frame_at
from vidsent.media.transcoding import playable
from vidsent.media.video import Decoding, frames, probe

RATE, PART_S = 25, 2.0
SOUND_HZ = 48_000
HOUR_S = 3600.0


def write_part(path: Path, begin_s: float, level: int, sound_s: float = PART_S) -> bytes:
    """A transport stream of one grey with a tone as loud, whose clock begins at `begin_s`."""
    with av.open(str(path), "w", "mpegts") as container:
        picture = container.add_stream("libx264", rate=RATE)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = 160, 120, "yuv420p"
        sound = container.add_stream("aac", rate=SOUND_HZ, layout="mono") if sound_s else None
        for place in range(round(PART_S * RATE)):
            frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), level, np.uint8))
            frame.pts, frame.time_base = round(begin_s * RATE) + place, Fraction(1, RATE)
            container.mux(picture.encode(frame))
            if sound is not None and place / RATE < sound_s:
                container.mux(_tone(sound, begin_s + place / RATE, level / 255))
        container.mux(picture.encode(None))
        if sound is not None:
            container.mux(sound.encode(None))
    return path.read_bytes()


def _tone(stream: AudioStream, t_s: float, loud: float) -> list[Packet[Any]]:
    """A tone for as long as one picture is shown."""
    count = SOUND_HZ // RATE
    samples = loud * np.sin(np.arange(count) * 2 * np.pi * 500 / SOUND_HZ)
    frame = av.AudioFrame.from_ndarray(samples.astype(np.float32)[None], "fltp", "mono")
    frame.sample_rate, frame.time_base = SOUND_HZ, Fraction(1, SOUND_HZ)
    frame.pts = round(t_s * SOUND_HZ)
    return stream.encode(frame)


def write_joined(path: Path, begins_s: tuple[float, ...], sound_s: float = PART_S) -> Path:
    """Parts whose clocks begin at these times, each lighter than the one before."""
    part = path.with_name("part.ts")
    levels = [40 + 60 * place for place in range(len(begins_s))]
    path.write_bytes(
        b"".join(
            write_part(part, begin_s, level, sound_s)
            for begin_s, level in zip(begins_s, levels, strict=True)
        )
    )
    part.unlink()
    return path


@pytest.mark.parametrize("sound_s", [0.0, PART_S, 0.5 * PART_S], ids=["silent", "sound", "half"])
@pytest.mark.parametrize(
    "begins_s",
    [(1.4, 1.4, 1.4), (500.0, 1.0, 300.0), (1.4, HOUR_S, 1.4), (1.4, HOUR_S, 2 * HOUR_S)],
    ids=["anew", "back", "there and back", "ahead"],
)
def test_every_part_follows_the_one_before(
    tmp_path: Path, begins_s: tuple[float, ...], sound_s: float
) -> None:
    clip = write_joined(tmp_path / "joined.ts", begins_s, sound_s)
    report = Decoding()
    found = [(frame.t_s, float(frame.image.mean())) for frame in frames(clip, 10, report=report)]
    assert report.end_s == pytest.approx(3 * PART_S, abs=0.15)
    assert report.skipped == {"clock_jumps_mended": 2}
    assert max(np.diff([t_s for t_s, _ in found])) < 0.25
    for part in range(3):
        middle = [level for t_s, level in found if abs(t_s - (part + 0.5) * PART_S) < 0.5]
        assert len(middle) >= 9
        assert middle == pytest.approx([40 + 60 * part] * len(middle), abs=6)


def test_a_clock_that_jumps_far_ahead_is_no_reason_to_refuse(tmp_path: Path) -> None:
    clip = write_joined(tmp_path / "joined.ts", (1.4, 3 * HOUR_S))
    assert probe(clip, Limits(duration_s=60.0)).width == 160


def test_a_picture_that_stays_while_the_sound_goes_on_is_no_jump(tmp_path: Path) -> None:
    path = tmp_path / "stays.ts"
    stays_s = AHEAD_S + 2
    with av.open(str(path), "w", "mpegts") as container:
        picture = container.add_stream("libx264", rate=RATE)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = 160, 120, "yuv420p"
        picture.codec_context.max_b_frames = 0
        sound = container.add_stream("aac", rate=SOUND_HZ, layout="mono")
        for place in range(round((stays_s + 2) * RATE)):
            if not 1 < place / RATE < 1 + stays_s:
                frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8))
                frame.pts, frame.time_base = place, Fraction(1, RATE)
                container.mux(picture.encode(frame))
            container.mux(_tone(sound, place / RATE, 0.5))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))
    report = Decoding()
    times_s = [frame.t_s for frame in frames(path, 10, report=report)]
    assert report.end_s == pytest.approx(stays_s + 2, abs=0.3)
    assert max(np.diff(times_s)) < 0.25
    assert not report.skipped


def test_one_wild_stamp_moves_nothing_else(tmp_path: Path) -> None:
    class _Packet:
        size, time_base, duration = 1, TICK, 40

        def __init__(self, stream: VideoStream, dts: int) -> None:
            self.stream, self.dts, self.pts = stream, dts, dts

    write_part(tmp_path / "clip.ts", 0.0, 90)
    with open_video_stream(tmp_path / "clip.ts", Limits()) as (container, stream):
        clock = Clock(container)
        stamps = [0, 40, 80, 9_000_000, 160, 200, 240]
        packets = [_Packet(stream, stamp) for stamp in stamps]
        for packet in packets:
            clock.mend(packet)  # type: ignore[arg-type]
    assert [packet.dts for packet in packets] == [0, 40, 80, 120, 160, 200, 240]


def test_stills_copy_and_sound_agree_with_the_frames(tmp_path: Path) -> None:
    clip = write_joined(tmp_path / "joined.ts", (1.4, 1.4, HOUR_S))
    for part in range(3):
        still = frame_at(clip, (part + 0.5) * PART_S)
        assert still is not None
        assert still.image.mean() == pytest.approx(40 + 60 * part, abs=6)
    sound = np.concatenate(list(audio_blocks(clip, 16_000)))
    assert len(sound) / 16_000 == pytest.approx(3 * PART_S, abs=0.3)
    loud = [np.abs(piece).max() for piece in np.array_split(sound[: 3 * 32_000], 3)]
    assert loud == sorted(loud)
    copy = playable(clip, tmp_path, Limits(), lambda t_s: None)
    assert copy != clip
    with av.open(str(copy)) as container:
        assert container.duration == pytest.approx(3 * PART_S * 1e6, rel=0.05)
        stream = container.streams.video[0]
        times_s = [float(frame.time) for frame in container.decode(stream)]
    assert len(times_s) == 3 * PART_S * RATE
    assert max(np.diff(times_s)) < 0.25


def test_recorders_of_the_shared_clips_are_whole(shared: Path) -> None:
    report = Decoding()
    times_s = [
        frame.t_s for frame in frames(shared / "clips/reports/04/joined.ts", 10, None, report)
    ]
    assert report.end_s == pytest.approx(15.0, abs=0.1)
    assert len(times_s) == 150
