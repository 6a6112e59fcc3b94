"""A form of the clip that browsers play: itself, repacked, or as H.264 with AAC.

People upload what their camera or archive gives them; a browser shows mp4 and webm. Damage is
skipped as in the analysis; a clip of which nothing can be converted is returned as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet

from vidsent import video
from vidsent.errors import ClipError
from vidsent.film import Tick, write_film
from vidsent.options import Limits

RATE_HZ = 30.0  # pictures a second of a copy at most
DIRECT = {  # file ending -> codecs that browsers play in it
    ".mp4": {"h264", "vp9", "av1"},
    ".m4v": {"h264"},
    ".webm": {"vp8", "vp9", "av1"},
}
SOUND = {"aac", "mp3", "opus", "vorbis"}
MOST_WAITING = 32  # packets; H.264 reorders 16 pictures at most
EIGHT_BIT = {"yuv420p", "yuvj420p"}

REPACK_COST, CONVERT_COST = 0.005, 0.25  # seconds of work a second of clip, about


def playable(clip: Path, folder: Path, limits: Limits, tick: Tick) -> Path:
    """`clip` where a browser plays it, else a copy in `folder` under a name of its own.

    `tick` may raise to stop; whatever was written by then is removed.
    """
    copy = folder / f"{secrets.token_hex(8)}.mp4"
    try:
        with video.opened(clip, limits) as source:
            if _plays(source, clip.suffix.lower()):
                if source.duration:
                    return clip
                copy = copy.with_suffix(clip.suffix.lower())
                _repack(source, copy, tick)  # browsers record without a length, and cannot seek
                return copy
            if _repacks(source):
                _repack(source, copy, tick)
                return copy
        decoding = video.Decoding()
        frames = video.frames(clip, RATE_HZ, limits, decoding, lambda: tick(decoding.end_s))
        with closing(frames):
            write_film(frames, clip, copy, tick, limits)
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
        with video.opened(clip, limits) as source:
            if _plays(source, clip.suffix.lower()):
                return 0.0
            return REPACK_COST if _repacks(source) else CONVERT_COST
    except (av.FFmpegError, ClipError, LookupError, ValueError):
        return 0.0


def _plays(source: InputContainer, suffix: str) -> bool:
    codec = source.streams.video[0].codec_context
    return codec.name in DIRECT.get(suffix, ()) and codec.pix_fmt in EIGHT_BIT and _sounds(source)


def _repacks(source: InputContainer) -> bool:
    """Whether an mp4 can take the streams as they are."""
    codec = source.streams.video[0].codec_context
    sound = [stream.codec_context.name for stream in source.streams.audio[:1]]
    return codec.name == "h264" and codec.pix_fmt in EIGHT_BIT and set(sound) <= {"aac", "mp3"}


def _sounds(source: InputContainer) -> bool:
    return all(stream.codec_context.name in SOUND for stream in source.streams.audio[:1])


def _repack(source: InputContainer, copy: Path, tick: Tick) -> None:
    streams = [*source.streams.video[:1], *source.streams.audio[:1]]
    options = {"movflags": "faststart"} if copy.suffix == ".mp4" else {}
    with av.open(str(copy), "w", options=options) as target:
        outputs = {stream.index: target.add_stream_from_template(stream) for stream in streams}
        for packet in _decodable(source.demux(streams)):
            tick(float((packet.dts or 0) * packet.time_base))
            packet.stream = outputs[packet.stream.index]
            target.mux(packet)


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
