"""A form of the clip that browsers play: itself, repacked, or as H.264 with AAC.

People upload what their camera or archive gives them; a browser shows mp4 and webm. Damage is
skipped as in the analysis; a clip of which nothing can be converted is returned as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from vidsent.core.errors import ClipError
from vidsent.core.options import Limits
from vidsent.core.progress import TimeCallback
from vidsent.media import video
from vidsent.media.clock import Clock
from vidsent.media.container import open_video_stream, sound_stream
from vidsent.media.encoding import encode

RATE_HZ = 30.0  # frames a second of a copy at most
DIRECT = {  # file ending -> codecs that browsers play in it
    ".mp4": {"h264", "vp9", "av1"},
    ".m4v": {"h264"},
    ".webm": {"vp8", "vp9", "av1"},
}
SOUND = {"aac", "mp3", "opus", "vorbis"}
MP4_SOUND = {"aac", "mp3"}
MOST_WAITING = 32  # packets; H.264 reorders 16 frames at most
EIGHT_BIT = {"yuv420p", "yuvj420p"}

REPACK_COST, CONVERT_COST = 0.005, 0.25  # seconds of work a second of clip, about


def playable(clip: Path, folder: Path, limits: Limits, tick: TimeCallback) -> Path:
    """`clip` where a browser plays it, else a copy in `folder` under a name of its own.

    `tick` may raise to stop; whatever was written by then is removed.
    """
    copy = folder / f"{secrets.token_hex(8)}.mp4"
    try:
        with open_video_stream(clip, limits) as (source, video_stream):
            sound = _sounding(source)
            if _plays(video_stream, sound, clip.suffix.lower()):
                if source.duration:
                    return clip
                copy = copy.with_suffix(clip.suffix.lower())
                _repack(
                    source, [video_stream, *sound], copy, tick
                )  # recorded by a browser: no length, no seeking
                return copy
            if _repacks(video_stream, sound):
                _repack(source, [video_stream, *sound], copy, tick)
                return copy
        decoding = video.Decoding()
        frames = video.frames(clip, RATE_HZ, limits, decoding, lambda: tick(decoding.end_s))
        with closing(frames):
            encode(frames, clip, copy, tick, limits)
        return copy
    except (av.FFmpegError, ClipError, ValueError):
        copy.unlink(missing_ok=True)
        return clip
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def cost(clip: Path, limits: Limits) -> float:
    """Seconds of work that `playable` needs for a second of the clip, about."""
    try:
        with open_video_stream(clip, limits) as (source, video_stream):
            sound = _sounding(source)
            if _plays(video_stream, sound, clip.suffix.lower()):
                return 0.0
            return REPACK_COST if _repacks(video_stream, sound) else CONVERT_COST
    except (av.FFmpegError, ClipError, ValueError):
        return 0.0


def _sounding(source: InputContainer) -> list[AudioStream]:
    """The sound track, if there is one that can be decoded."""
    stream = sound_stream(source)
    return [stream] if stream is not None else []


def _plays(video_stream: VideoStream, sound: Sequence[AudioStream], suffix: str) -> bool:
    codec = video_stream.codec_context
    direct = codec.name in DIRECT.get(suffix, ()) and codec.pix_fmt in EIGHT_BIT
    return direct and all(stream.codec_context.name in SOUND for stream in sound)


def _repacks(video_stream: VideoStream, sound: Sequence[AudioStream]) -> bool:
    """Whether an mp4 can take the streams as they are."""
    codec = video_stream.codec_context
    fits = codec.name == "h264" and codec.pix_fmt in EIGHT_BIT
    return fits and all(stream.codec_context.name in MP4_SOUND for stream in sound)


def _repack(
    source: InputContainer, streams: Sequence[Stream], copy: Path, tick: TimeCallback
) -> None:
    """Write the packets of `streams` to `copy`; raises ValueError where there is none."""
    options = {"movflags": "faststart"} if copy.suffix == ".mp4" else {}
    with av.open(str(copy), "w", options=options) as target:
        outputs = {stream.index: target.add_stream_from_template(stream) for stream in streams}
        for packet in _forwards(_decodable(Clock(source).packets(*streams))):
            tick(float((packet.dts or 0) * packet.time_base))
            packet.stream = outputs[packet.stream.index]
            target.mux(packet)
    if not copy.exists():  # it is made with the first packet
        raise ValueError("there is no packet to copy")


def _forwards(packets: Iterable[Packet[Any]]) -> Iterator[Packet[Any]]:
    """Packets whose decoding times rise, which they do not quite where parts were joined.

    Sound that comes twice is left out; of a picture the time is moved, for others need it.
    """
    last: dict[int, int] = {}
    for packet in packets:
        index, dts = packet.stream.index, packet.dts or 0
        if index in last and dts <= last[index]:
            if packet.stream.type == "audio":
                continue
            packet.dts = dts = last[index] + 1
            packet.pts = dts if packet.pts is None else max(packet.pts, dts)
        last[index] = dts
        yield packet


def _decodable(packets: Iterable[Packet[Any]]) -> Iterator[Packet[Any]]:
    """Packets with a decoding time each, which matroska leaves out of the first few.

    They come before the first one that has it; mp4 takes times below zero for them.
    Raises ValueError when too many have none.
    """
    waiting: list[Packet[Any]] = []
    for packet in packets:
        if not packet.size:
            continue  # the end of a stream
        if packet.dts is None:
            if len(waiting) == MOST_WAITING:
                raise ValueError("packets have no decoding times")
            waiting.append(packet)
            continue
        for early, each in enumerate(waiting):
            each.dts = packet.dts - (len(waiting) - early) * max(packet.duration or 0, 1)
            yield each
        waiting.clear()
        yield packet
