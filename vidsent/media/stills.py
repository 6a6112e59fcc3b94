"""One frame of a clip at a time: seek to the key frame before it and decode from there."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidsent.core.options import Limits
from vidsent.core.progress import CancelCheck
from vidsent.media import video
from vidsent.media.clock import Clock
from vidsent.media.container import open_video_stream
from vidsent.media.screen import EARLY_S
from vidsent.media.upright import Frame, to_frame

MOST_DECODED = 900  # frames on the way; half a minute without a key frame is given up
EARLIER_S = (0.0, 2.0, float("inf"))  # before the time: some containers seek past it
LATE_S = 0.2  # by which the frame that is found may come after the time that was wanted


class _Found(NamedTuple):
    """What decoding up to a time gave."""

    first_s: float  # time of the first frame
    frame: tuple[float, VideoFrame] | None  # the one that was wanted
    at_end: bool  # whether no frame comes after it


def frame_at(
    path: str | Path,
    t_s: float,
    limits: Limits | None = None,
    check_cancelled: CancelCheck | None = None,
) -> Frame | None:
    """The first frame at or after `t_s`, else the one that stays on screen then.

    It is the one that `video.frames` has. None where the clip is over by then, or where a
    container leads astray or too far. Time is that of the stamps, so that the rate may vary.
    Raises ClipOpenError, NoVideoError or LimitError.
    """
    limits = limits or Limits()
    with open_video_stream(Path(path), limits) as (container, stream):
        clock = Clock(container)
        if clock.may_jump:
            packets = _packets_towards(t_s, clock, stream)
            found = _towards(t_s, packets, clock, stream, limits, check_cancelled)
            end_s = clock.end_s("video", "audio")
        else:
            found = _sought(t_s, clock, stream, limits, check_cancelled)
            end_s = video.stated_s(container)
            if found.at_end and t_s > end_s + LATE_S:  # sound may go on, whatever is stated
                end_s = _read_end_s(container)
        if found.frame is None or found.frame[0] > t_s + LATE_S:
            return None
        if found.at_end and t_s > max(end_s, found.frame[0]) + LATE_S:
            return None
        return to_frame(*found.frame, stream)


def _read_end_s(container: InputContainer) -> float:
    """Where picture and sound end, by reading all of the file; decodes nothing."""
    clock = Clock(container)
    with suppress(av.FFmpegError):
        container.seek(0)
        deque(clock.packets(), maxlen=0)
    return clock.end_s("video", "audio")


def _sought(
    t_s: float,
    clock: Clock,
    stream: VideoStream,
    limits: Limits,
    check_cancelled: CancelCheck | None,
) -> _Found:
    """The frame for `t_s` in a container whose clock goes through, by seeking."""
    container, found = clock.container, _Found(0.0, None, at_end=True)
    for before_s in EARLIER_S:
        from_s = max(0.0, t_s - before_s)
        try:
            container.seek(round((from_s + clock.start_s) * av.time_base) if from_s else 0)
        except av.FFmpegError:
            continue
        packets = (packet for packet in container.demux(stream))
        found = _towards(t_s, packets, clock, stream, limits, check_cancelled)
        if found.frame is not None and (found.first_s <= t_s or not from_s):
            break
    return found


def _packets_towards(
    t_s: float, clock: Clock, stream: VideoStream
) -> Generator[Packet[Any], None, None]:
    """The mended packets from the last key frame before `t_s` on, which no seeking would find.

    The file is read from its beginning, but not decoded; none come where the key frame is too far.
    """
    waiting: list[Packet[Any]] = []
    passed = False
    for packet in clock.packets(stream):
        if passed:
            yield packet
            continue
        ticks = packet.dts if packet.dts is not None else packet.pts
        at_s = float(ticks * packet.time_base) - clock.start_s if ticks is not None else 0.0
        if packet.is_keyframe and packet.size and at_s <= t_s:
            waiting.clear()
        waiting.append(packet)
        if len(waiting) > MOST_DECODED:
            return
        if passed := at_s > t_s:
            yield from waiting
    if not passed:
        yield from waiting


def _towards(
    t_s: float,
    packets: Generator[Packet[Any], None, None],
    clock: Clock,
    stream: VideoStream,
    limits: Limits,
    check_cancelled: CancelCheck | None,
) -> _Found:
    """Decode from here to `t_s`; a frame of None where it is too far, or too large."""
    first_s, last = float("inf"), None
    shown = video.timed(packets, clock, stream, video.Decoding(), check_cancelled)
    for count, (t, decoded) in enumerate(shown):
        first_s = min(first_s, t)
        if count >= MOST_DECODED or decoded.width * decoded.height > limits.width * limits.height:
            return _Found(first_s, None, at_end=False)
        if last is None or t <= t_s + LATE_S:
            last = t, decoded
        if t >= t_s - EARLY_S:
            return _Found(first_s, last, at_end=False)
    return _Found(first_s, last, at_end=True)
