"""Time on screen counts, not the number of pictures: holds, slide shows, sound that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

import vidsent
from tests.clips import TICK, grey_levels, write_pictures
from vidsent.core.options import Limits
from vidsent.media.encoding import encode
from vidsent.media.stills import frame_at
from vidsent.media.transcoding import playable
from vidsent.media.video import EVERY_FRAME, Decoding, frames

SOUND_HZ = 48_000
CODECS = {  # ending of the name -> codecs of picture and sound
    "mp4": ("libx264", "aac"),
    "mov": ("mpeg4", "aac"),
    "mkv": ("libx264", "aac"),
    "webm": ("libvpx", "libopus"),
    "ts": ("libx264", "aac"),
    "flv": ("libx264", "aac"),
    "avi": ("mpeg4", "pcm_s16le"),
}
MOVING = np.arange(20) / 10
HELD = {  # name -> times of the pictures, seconds of sound, seconds of the clip
    "in the middle": (np.concatenate([MOVING, 7 + MOVING]), 0.0, 9.0),
    "in the middle, with sound": (np.concatenate([MOVING, 14 + MOVING]), 16.0, 16.0),
    "at the end": (MOVING, 8.0, 8.0),
    "slides": (np.arange(4) * 3.0, 12.0, 12.0),
    "one picture": (np.zeros(1), 5.0, 5.0),
}


def write_held(path: Path, times_s: Sequence[float] | np.ndarray, sound_s: float) -> Path:
    """Ever lighter pictures, shown from these times on, beside a tone."""
    codec, sound_codec = CODECS[path.suffix[1:]]
    with av.open(str(path), "w") as container:
        picture = container.add_stream(codec, rate=10)
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = 160, 120, "yuv420p"
        picture.codec_context.time_base = Fraction(1, 10) if codec == "mpeg4" else TICK
        picture.codec_context.max_b_frames = 0 if path.suffix in (".flv", ".avi") else 2
        sound = container.add_stream(sound_codec, rate=SOUND_HZ, layout="mono") if sound_s else None
        assert sound is None or isinstance(sound, AudioStream)
        heard_s = 0.0
        for level, t_s in zip(grey_levels(len(times_s)), [*times_s], strict=True):
            frame = av.VideoFrame.from_ndarray(level, format="rgb24")
            frame.time_base = picture.codec_context.time_base
            frame.pts = round(t_s / frame.time_base)
            container.mux(picture.encode(frame))
            while sound is not None and heard_s < min(float(t_s), sound_s):
                heard_s = _hear(container, sound, heard_s)
        while sound is not None and heard_s < sound_s:
            heard_s = _hear(container, sound, heard_s)
        container.mux(picture.encode(None))
        if sound is not None:
            container.mux(sound.encode(None))
    return path


def _hear(container: av.container.OutputContainer, sound: AudioStream, t_s: float) -> float:
    count = SOUND_HZ // 50
    tone = 0.3 * np.sin(np.arange(count) * 2 * np.pi * 500 / SOUND_HZ)
    form, samples = sound.codec_context.format.name, tone.astype(np.float32)[None]
    if form == "s16":
        samples = (samples * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples, form, "mono")
    frame.sample_rate, frame.time_base = SOUND_HZ, Fraction(1, SOUND_HZ)
    frame.pts = round(t_s * SOUND_HZ)
    container.mux(sound.encode(frame))
    return t_s + count / SOUND_HZ


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("ending", CODECS)
def test_a_picture_that_stays_is_seen_as_long_as_it_stays(
    tmp_path: Path, ending: str, held: str
) -> None:
    times_s, sound_s, whole_s = HELD[held]
    clip = write_held(tmp_path / f"clip.{ending}", times_s, sound_s)
    report = Decoding()
    found = [(frame.t_s, float(frame.image.mean())) for frame in frames(clip, 10, None, report)]
    assert report.end_s == pytest.approx(whole_s, abs=0.25)
    assert len(found) == pytest.approx(whole_s * 10, abs=3)
    assert max(np.diff([t_s for t_s, _ in found])) < 0.25
    assert report.skipped == {}
    levels = np.linspace(0, 255, len(times_s))
    for t_s, level in found:
        expected = levels[np.flatnonzero(times_s <= t_s + 0.06)[-1]]
        before = levels[np.flatnonzero(times_s <= max(t_s - 0.06, 0.0))[-1]]
        assert min(abs(level - expected), abs(level - before)) < 8
    still = frame_at(clip, found[-1][0])
    assert still is not None
    assert still.image.mean() == pytest.approx(found[-1][1], abs=1)


def test_slides_are_the_same_show_at_a_constant_rate(tmp_path: Path) -> None:
    slides = grey_levels(4)
    few = write_pictures(tmp_path / "few.mp4", slides, np.arange(4) * 2.0)
    many = [slides[place // 50] for place in range(3 * 50)] + [slides[3]]
    constant = write_pictures(tmp_path / "many.mp4", many, np.arange(151) / 25)
    shown = [
        [(round(frame.t_s, 1), round(float(frame.image.mean()))) for frame in frames(clip, 10)]
        for clip in (few, constant)
    ]
    assert len(shown[0]) == len(shown[1])
    for (one_s, one), (other_s, other) in zip(*shown, strict=True):
        assert one_s == pytest.approx(other_s, abs=0.11)
        assert one == pytest.approx(other, abs=3) or abs(one_s % 2 - 0) < 0.11


def test_a_file_that_was_cut_short_holds_nothing(tmp_path: Path) -> None:
    whole = write_held(tmp_path / "whole.mkv", np.arange(200) / 10, 20.0).read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) // 2])
    report = Decoding()
    times_s = [frame.t_s for frame in frames(cut, 10, None, report)]
    assert report.end_s == pytest.approx(times_s[-1], abs=0.2)
    assert report.end_s < 15
    assert report.skipped["ends_early"] == 1


def test_pictures_that_do_not_decode_are_no_hold(tmp_path: Path) -> None:
    clip = write_held(tmp_path / "clip.mp4", np.arange(100) / 10, 10.0)
    with av.open(str(clip)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(clip.read_bytes())
    for place, size in places[40:]:
        assert place is not None
        content[place : place + size] = bytes(size)
    clip.write_bytes(content)
    report = Decoding()
    times_s = [frame.t_s for frame in frames(clip, 10, None, report)]
    assert times_s[-1] < 5
    assert report.skipped["undecodable_packets"] > 0
    assert report.skipped["ends_early"] == 1


def test_one_picture_without_sound_is_one_picture(tmp_path: Path) -> None:
    clip = write_pictures(tmp_path / "one.mp4", grey_levels(2)[1:], [0.0])
    assert [frame.t_s for frame in frames(clip, 10)] == [0.0]


def test_a_moving_gif_shows_each_picture_for_its_time(tmp_path: Path) -> None:
    clip = tmp_path / "slides.gif"
    with av.open(str(clip), "w") as container:
        stream = container.add_stream("gif", rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "rgb8"
        stream.codec_context.time_base = Fraction(1, 100)
        for level, t_s in zip(grey_levels(3), (0.0, 2.0, 2.5), strict=True):
            frame = av.VideoFrame.from_ndarray(level, format="rgb24").reformat(format="rgb8")
            frame.pts, frame.time_base = round(t_s * 100), Fraction(1, 100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    times_s = [frame.t_s for frame in frames(clip, 10)]
    assert times_s[:20] == pytest.approx(np.arange(20) / 10, abs=0.02)
    assert 2.5 in times_s


def test_a_hold_ends_at_the_longest_accepted_length(tmp_path: Path) -> None:
    clip = write_held(tmp_path / "clip.mp4", np.zeros(1), 20.0)
    report = Decoding()
    assert len(list(frames(clip, 10, Limits(duration_s=5.0), report))) == 51
    assert report.end_s == 5.0
    assert report.skipped == {"beyond_duration_limit": 1}


def test_frames_that_stay_are_one_array(tmp_path: Path) -> None:
    clip = write_held(tmp_path / "clip.mp4", np.zeros(1), 5.0)
    images = [frame.image for frame in frames(clip, 10)]
    assert all(image is images[0] for image in images)


def test_copies_last_as_long_as_the_clip(tmp_path: Path) -> None:
    clip = write_held(tmp_path / "clip.avi", MOVING, 8.0)
    copy = playable(clip, tmp_path, Limits(), lambda t_s: None)
    drawn = tmp_path / "drawn.mp4"
    encode(frames(clip, EVERY_FRAME), clip, drawn, lambda t_s: None)
    for path in (copy, drawn):
        with av.open(str(path)) as container:
            times_s = [float(frame.time) for frame in container.decode(video=0)]
        assert times_s[-1] == pytest.approx(7.95, abs=0.15)


def test_the_words_of_a_held_picture_are_read(shared: Path) -> None:
    folder = shared / "clips/reports/03"
    analysis = vidsent.analyze(folder / "hold_at_end.mp4", folder / "talk.srt")
    assert analysis.clip.duration_s == pytest.approx(60.0, abs=0.1)
    assert len(analysis.lines) == 5
    middle = vidsent.analyze(folder / "hold_in_middle.mp4")
    (person,) = middle.tracks
    assert person.seen > 0.98
    face = middle.timeline.channel("face")
    assert face is not None and face.coverage > 0.98
