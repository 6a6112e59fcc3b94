"""Short clips with planted truths, encoded for a test; nothing is said in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import skimage.data
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import SubtitleSet
from av.video.stream import VideoStream

from benchmarks.footage import repeat

TICK = Fraction(1, 1000)  # seconds; fine enough for any planted time
RATE = 10  # pictures a second of `write_clip`
PART_S = 10.0  # of `write_long`
BLACK, WHITE, NO_COLOUR = 16, 235, 128  # of BT.601 in its narrow range
ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def grey_levels(count: int, width: int = 160, height: int = 120) -> list[np.ndarray]:
    """`count` flat pictures (H, W, 3) uint8, each lighter than the last, from black to white."""
    levels = np.linspace(0, 255, count).astype(np.uint8)
    return [np.full((height, width, 3), level, np.uint8) for level in levels]


def write_clip(path: Path, seconds: float = 1.0, width: int = 160, height: int = 120) -> Path:
    """Write an H.264 clip of a brightening grey, in the container that `path` names."""
    count = round(seconds * RATE)
    levels = np.linspace(BLACK, WHITE, count).astype(np.uint8)
    frames = (_flat(int(level), width, height) for level in levels)
    return _encode(path, frames, np.arange(count) / RATE, (width, height))


def write_long(path: Path, seconds: float, width: int, height: int) -> Path:
    """Such a clip of whole `PART_S`, each the same: encoding a film takes longer than its test."""
    part = write_clip(path.with_name(f"{path.stem}-part.mp4"), PART_S, width, height)
    repeat(part, path, round(seconds / PART_S))
    part.unlink()
    return path


def write_smile(path: Path) -> Path:
    """Six seconds: grey, then NASA's smiling portrait from second 2 to second 5, then grey."""
    portrait = np.asarray(skimage.data.astronaut())
    grey = np.full_like(portrait, 90)
    pictures = [grey] * (2 * RATE) + [portrait] * (3 * RATE) + [grey] * RATE
    return write_pictures(path, pictures, np.arange(len(pictures)) / RATE)


def add_tone(clip: Path, path: Path, seconds: float) -> Path:
    """Write `clip` with a tone as AAC to `path`, its pictures as they are."""
    with av.open(str(clip)) as source, av.open(str(path), "w") as target:
        pictures = target.add_stream_from_template(source.streams.video[0])
        sound = target.add_stream("aac", rate=48_000, layout="mono")
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                target.mux(packet)
        tone = 0.3 * np.sin(np.arange(round(seconds * 48_000)) * 2 * np.pi * 440 / 48_000)
        frame = av.AudioFrame.from_ndarray(tone.astype(np.float32)[None], "fltp", "mono")
        frame.sample_rate = 48_000
        target.mux([*sound.encode(frame), *sound.encode(None)])
    return path


def write_pictures(
    path: Path,
    pictures: Sequence[np.ndarray],
    times_s: Sequence[float] | np.ndarray,
    rotation: int = 0,
    codec: str = "libx264",
) -> Path:
    """Encode RGB pictures (H, W, 3) uint8, each shown from its time on; rotation in degrees."""
    frames = (av.VideoFrame.from_ndarray(picture, format="rgb24") for picture in pictures)
    height, width = pictures[0].shape[:2]
    return _encode(path, frames, times_s, (width, height), rotation, codec)


def _encode(
    path: Path,
    frames: Iterator[av.VideoFrame],
    times_s: Sequence[float] | np.ndarray,
    size: tuple[int, int],
    rotation: int = 0,
    codec: str = "libx264",
) -> Path:
    options = {"qp": "10", "preset": "veryfast"} if codec == "libx264" else {}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=30, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = TICK
        stream.codec_context.time_base = TICK
        if rotation:
            stream.set_display_rotation(rotation)
        for frame, t_s in zip(frames, times_s, strict=True):
            frame.pts, frame.time_base = round(t_s / TICK), TICK
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _flat(level: int, width: int, height: int) -> av.VideoFrame:
    """A grey picture as the encoder wants it; converting a long clip from RGB takes longest."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(frame.planes, (level, NO_COLOUR, NO_COLOUR), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def write_sound(path: Path, sound: np.ndarray, rate_hz: int, late_s: float = 0.0) -> Path:
    """A clip of grey with the sound (N,) float32 in [-1, 1], which begins at `late_s`."""
    seconds = len(sound) / rate_hz + late_s
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        spoken = container.add_stream("pcm_s16le", rate=rate_hz, layout="mono")
        for place in range(round(seconds * RATE)):
            frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8))
            frame.pts, frame.time_base = place, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        samples = np.round(sound * 32767).astype(np.int16)
        for place in range(0, len(samples), 1024):
            part = av.AudioFrame.from_ndarray(samples[None, place : place + 1024], "s16", "mono")
            part.rate, part.time_base = rate_hz, Fraction(1, rate_hz)
            part.pts = place + round(late_s * rate_hz)
            container.mux(spoken.encode(part))
        container.mux(spoken.encode(None))
        container.mux(stream.encode(None))
    return path


@dataclass(frozen=True)
class Subtitled:
    """A subtitle track to write: lines (start_s, end_s, text) as text, or bytes as they are."""

    codec: str  # "mov_text", "srt", "ass", "webvtt", "dvd_subtitle"
    lines: tuple[tuple[float, float, str | bytes], ...]
    language: str = "eng"
    title: str = ""
    default: bool = False
    forced: bool = False


def write_subtitled(path: Path, tracks: Sequence[Subtitled], seconds: float = 3.0) -> Path:
    """A clip of grey with subtitle tracks, in the container that `path` names."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        streams = [_add_track(container, track) for track in tracks]
        for place in range(round(seconds * RATE)):
            frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8))
            frame.pts, frame.time_base = place, Fraction(1, RATE)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for stream, track in zip(streams, tracks, strict=True):
            for start_s, end_s, text in track.lines:
                packet = _line_packet(stream, text, round((end_s - start_s) / TICK))
                packet.stream, packet.time_base = stream, TICK
                packet.pts = packet.dts = round(start_s / TICK)
                container.mux(packet)
    return path


def _add_track(container: OutputContainer, track: Subtitled) -> SubtitleStream:
    stream = container.add_stream(track.codec)
    assert isinstance(stream, SubtitleStream)
    stream.codec_context.subtitle_header = ASS_HEADER
    stream.time_base = stream.codec_context.time_base = TICK
    stream.metadata.update({"language": track.language, "title": track.title})
    stream.disposition = Disposition(0)
    stream.disposition |= Disposition.default if track.default else 0
    stream.disposition |= Disposition.forced if track.forced else 0
    return stream


def _line_packet(stream: SubtitleStream, text: str | bytes, ticks: int) -> Packet[Any]:
    if isinstance(text, bytes):
        packet = Packet(text)
        packet.duration = ticks
        return packet
    dialogue = f"0,0,Default,,0,0,0,,{text}".encode()
    return stream.codec_context.encode_subtitle(SubtitleSet.create(dialogue, 0, ticks))
