"""The sound of a clip beside new frames in an MP4: packets as they are, else encoded as AAC.

Sound is taken from the clip a little at a time, up to where the frames are, so that both lie
side by side in the file and none of it is held in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from vidsent.core.options import Limits
from vidsent.media.clock import Clock
from vidsent.media.container import open_container, sound_stream

RATE = 48_000  # samples a second of sound that is encoded anew
LEAST_MP3_RATE = 16_000  # samples a second; MP4 takes no slower MP3
MP3 = ("mp3", "mp3float")  # names of its decoders
EARLY_S = 0.5  # how far sound may run ahead of the frames
UNTIL_THE_END = float("inf")


class Soundtrack:
    """The first audio stream of `clip` on its way into `target`; silence where there is none.

    Announces itself to `target` at once, so it is made before the first packet is written.
    Damaged sound ends early: the frames are what counts.
    """

    def __init__(self, clip: Path, target: OutputContainer, limits: Limits) -> None:
        self._target = target
        self._limit_s = limits.duration_s
        self._packets: Iterator[tuple[float, list[Packet[Any]]]] = iter(())
        self._waiting: tuple[float, list[Packet[Any]]] | None = None
        with ExitStack() as stack:
            source = stack.enter_context(open_container(clip, limits))
            stream = sound_stream(source)
            if stream is not None:
                start_s = Fraction(source.start_time or 0, av.time_base)
                packets = Clock(source).packets(stream)
                if _fits(stream):
                    copy = target.add_stream_from_template(stream)
                    self._packets = _copied(packets, copy, start_s)
                else:
                    made = target.add_stream("aac", rate=RATE, layout="stereo")
                    self._packets = _encoded(audio_frames(packets), made, start_s)
            self._open = stack.pop_all()

    def __enter__(self) -> Soundtrack:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def write(self, until_s: float = UNTIL_THE_END) -> Iterator[float]:
        """Write what is heard up to `until_s`, and tell its time in seconds after each piece."""
        while True:
            if self._waiting is None:
                self._waiting = next(self._packets, None)
            if self._waiting is None or self._waiting[0] > min(until_s + EARLY_S, self._limit_s):
                return
            t_s, packets = self._waiting
            self._waiting = None
            self._target.mux(packets)
            yield t_s


def _fits(stream: AudioStream) -> bool:
    """Whether MP4 takes the packets as they are."""
    codec = stream.codec_context
    if codec.name in MP3:
        return (codec.sample_rate or 0) >= LEAST_MP3_RATE
    return codec.name == "aac" and bool(codec.extradata)  # without, every packet has a header


def audio_frames(packets: Iterable[Packet[Any]]) -> Iterator[AudioFrame]:
    """The sound in packets of one stream; raises FFmpegError where it is damaged."""
    for packet in packets:
        for decoded in packet.decode():
            if isinstance(decoded, AudioFrame):
                yield decoded


def _copied(
    packets: Iterator[Packet[Any]], target: AudioStream, start_s: Fraction
) -> Iterator[tuple[float, list[Packet[Any]]]]:
    """Packets moved to `target`; the container's first time becomes 0."""
    last = None
    try:
        for packet in packets:
            if not packet.size or packet.dts is None or packet.is_corrupt:
                continue  # the end of the stream, or damage
            early = round(start_s / packet.time_base)
            packet.dts -= early
            packet.pts = packet.dts if packet.pts is None else packet.pts - early
            if last is not None and packet.dts <= last:
                continue  # MP4 takes no time twice
            last = packet.dts
            t_s = float(packet.dts * packet.time_base)
            packet.stream = target
            yield t_s, [packet]
    except av.FFmpegError:
        return


def _encoded(
    frames: Iterator[AudioFrame], target: AudioStream, start_s: Fraction
) -> Iterator[tuple[float, list[Packet[Any]]]]:
    """Sound of any kind as AAC, at the times at which the clip has it."""
    resampler = av.AudioResampler("fltp", "stereo", RATE)
    t_s = 0.0
    try:
        for frame in frames:
            if frame.pts is not None and frame.time_base is not None:
                frame.pts -= round(start_s / frame.time_base)
                t_s = float(frame.pts * frame.time_base)
            for part in resampler.resample(frame):
                yield t_s, target.encode(part)
    except av.FFmpegError:
        pass
    yield t_s, target.encode(None)
