"""A form of the clip that browsers play: itself, repacked, or as H.264 with AAC.

People upload what their camera or archive gives them; a browser shows mp4 and webm. Damage is
skipped as in the analysis; a clip of which nothing can be converted is returned as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from vidsent import video
from vidsent.errors import ClipError
from vidsent.options import Limits

RATE_HZ = 30.0  # pictures a second of a copy at most
TIME_BASE = Fraction(1, 90_000)  # seconds; fine enough for any variable rate
DIRECT = {  # file ending -> codecs that browsers play in it
    ".mp4": {"h264", "vp9", "av1"},
    ".m4v": {"h264"},
    ".webm": {"vp8", "vp9", "av1"},
}
SOUND = {"aac", "mp3", "opus", "vorbis"}
MOST_WAITING = 32  # packets; H.264 reorders 16 pictures at most
EIGHT_BIT = {"yuv420p", "yuvj420p"}

Tick = Callable[[float], None]  # told how many seconds of the clip are done; may raise


def playable(clip: Path, folder: Path, limits: Limits, tick: Tick) -> Path:
    """`clip` where a browser plays it, else a copy in `folder` under a name of its own.

    `tick` may raise to stop; whatever was written by then is removed.
    """
    copy = folder / f"{secrets.token_hex(8)}.mp4"
    try:
        with av.open(str(clip)) as source:
            if _plays(source, clip.suffix.lower()):
                if source.duration:
                    return clip
                copy = copy.with_suffix(clip.suffix.lower())
                _repack(source, copy, tick)  # browsers record without a length, and cannot seek
                return copy
            if _repacks(source):
                _repack(source, copy, tick)
                return copy
        _convert(clip, copy, limits, tick)
        return copy
    except (av.FFmpegError, ClipError, ValueError):
        copy.unlink(missing_ok=True)
        return clip
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


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


def _convert(clip: Path, copy: Path, limits: Limits, tick: Tick) -> None:
    """Upright pictures as H.264 at their own times, then the sound as AAC."""
    with av.open(str(copy), "w", options={"movflags": "faststart"}) as target:
        stream = None
        sound = _Sound(clip, target)
        for frame in video.frames(clip, RATE_HZ, limits, video.Decoding()):
            tick(frame.t_s)
            height, width = (side - side % 2 for side in frame.image.shape[:2])
            if stream is None:
                options = {"preset": "ultrafast", "crf": "23"}
                stream = target.add_stream("libx264", rate=round(RATE_HZ), options=options)
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                stream.codec_context.time_base = TIME_BASE
                sound.begin()
            image = frame.image[: stream.height, : stream.width]
            if image.shape[:2] != (stream.height, stream.width):
                continue  # the picture changed its size midway; the player cannot
            picture = av.VideoFrame.from_ndarray(image.copy(), format="rgb24")
            picture.pts, picture.time_base = round(frame.t_s / TIME_BASE), TIME_BASE
            target.mux(stream.encode(picture))
        if stream is None:
            raise ValueError("no picture to convert")
        target.mux(stream.encode(None))
        sound.copy()


class _Sound:
    """The first audio stream of a clip, encoded anew; silence where there is none."""

    def __init__(self, clip: Path, target: OutputContainer) -> None:
        self._clip = clip
        self._target = target
        self._stream: av.AudioStream | None = None

    def begin(self) -> None:
        """Announce the stream; a container wants all of them before the first packet."""
        with av.open(str(self._clip)) as source:
            if source.streams.audio:
                self._stream = self._target.add_stream("aac", rate=48_000, layout="stereo")

    def copy(self) -> None:
        if self._stream is None:
            return
        resampler = av.AudioResampler("fltp", "stereo", 48_000)
        with av.open(str(self._clip)) as source:
            try:
                for frame in source.decode(audio=0):
                    for part in resampler.resample(frame):
                        self._target.mux(self._stream.encode(part))
            except av.FFmpegError:
                pass  # damaged sound ends early; the pictures are what counts
        self._target.mux(self._stream.encode(None))
