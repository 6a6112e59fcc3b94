"""Decode a clip once, front to back: upright RGB frames with their time in seconds.

Time comes from presentation time stamps, never from a frame count; a picture that stays on screen
is given again as time passes. Only the frames that are analysed are converted, and no more than
the one on screen is kept. This module does not seek, which is the business of `stills`, and does
not decode sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidsent.core.errors import LimitError, NoVideoError
from vidsent.core.options import Limits
from vidsent.core.progress import CancelCheck
from vidsent.core.results import Clip
from vidsent.media.clock import Clock, may_jump
from vidsent.media.container import open_video_stream
from vidsent.media.screen import EARLY_S, STAYING_STEP_S, STAYS_S, on_screen
from vidsent.media.upright import LONGEST_SIDE as LONGEST_SIDE
from vidsent.media.upright import Frame as Frame
from vidsent.media.upright import Orientation, display_size, to_frame

EVERY_FRAME = float("inf")  # frames a second: all that the clip has
MOST_FAILURES = 200  # packets in a row that do not decode before the rest is given up
FALLBACK_RATE = Fraction(25)  # frames a second, where neither stamps nor container tell
CUT_SHORT = 0.9  # of the stated length; a file that ends before this was cut short


@dataclass
class Decoding:
    """What a pass over the clip met; filled in while `frames` runs."""

    analysed: int = 0
    end_s: float = 0.0  # where the last decoded frame ends, or as long as it stays on screen
    width: int = 0  # pixels of the upright frame, once one was analysed
    height: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed_last: bool = False  # whether what comes after the last decoded frame was damaged


def probe(path: str | Path, limits: Limits | None = None) -> Clip:
    """Facts of the file as its container states them, checked against the limits.

    Raises ClipOpenError, NoVideoError or LimitError. `duration_s`, `width` and `height` are 0
    where they are not stated.
    """
    path, limits = Path(path), limits or Limits()
    with open_video_stream(path, limits) as (container, stream):
        width, height = display_size(stream)
        duration_s = stated_s(container)
        if duration_s > limits.duration_s and not may_jump(container):
            raise LimitError(
                f"The clip lasts {duration_s / 60:.0f} minutes; up to "
                f"{limits.duration_s / 60:.0f} are accepted. Cut it and try again.",
                zh=f"视频长 {duration_s / 60:.0f} 分钟，"
                f"至多接受 {limits.duration_s / 60:.0f} 分钟。请剪短后重试。",
            )
        return Clip(
            name=path.name,
            duration_s=duration_s,
            width=width,
            height=height,
            frame_rate=stream.average_rate,
            video_codec=stream.codec_context.name,
            has_audio=bool(container.streams.audio),
        )


def stated_s(container: InputContainer) -> float:
    """The length that a container states in seconds; 0 where it states none, or nonsense."""
    duration_s = (container.duration or 0) / av.time_base
    return duration_s if 0 <= duration_s < 1e7 else 0.0


def frames(
    path: str | Path,
    rate_hz: float,
    limits: Limits | None = None,
    report: Decoding | None = None,
    check_cancelled: CancelCheck | None = None,
    longest_side: int = LONGEST_SIDE,
) -> Generator[Frame, None, None]:
    """Yield about `rate_hz` frames a second of the clip, in order of time, in one pass.

    A frame is taken when it is the first at or after the next sampling time, so a clip slower
    than `rate_hz` gives every frame once, and so does any clip at EVERY_FRAME. One that stays for
    longer than STAYS_S comes again, the same array, at the sampling times. Larger frames are
    scaled down to `longest_side` pixels. Damage is skipped and counted in `report`.
    `check_cancelled` is called with every packet, taken or not; what it raises ends the pass.
    Raises ClipOpenError or LimitError; NoVideoError when not one frame could be decoded.
    """
    path, limits, report = Path(path), limits or Limits(), report or Decoding()
    step_s, next_s = 1.0 / rate_hz, 0.0
    staying_step_s = max(step_s, STAYING_STEP_S)
    converted: tuple[VideoFrame, Frame] | None = None
    orientation = Orientation()
    with open_video_stream(path, limits) as (container, stream):
        shown = timed_frames(container, stream, report, check_cancelled)
        for t_s, decoded in on_screen(shown, staying_step_s, lambda: report.end_s):
            if t_s > limits.duration_s:
                report.skipped["beyond_duration_limit"] += 1
                report.end_s = min(report.end_s, limits.duration_s)
                break
            if decoded.width * decoded.height > limits.width * limits.height:
                report.skipped["frames_too_large"] += 1
                continue
            if t_s < next_s - EARLY_S:
                continue
            next_s = max(next_s + step_s, t_s + step_s / 2)
            if converted is not None and converted[0] is decoded:
                frame = Frame(t_s, converted[1].image, converted[1].scale)
            else:
                frame = to_frame(t_s, decoded, stream, longest_side, orientation)
                converted = decoded, frame
            report.analysed += 1
            report.width = round(frame.image.shape[1] * frame.scale)
            report.height = round(frame.image.shape[0] * frame.scale)
            yield frame
    if not report.analysed:
        raise NoVideoError(
            f"No picture could be decoded from {path.name}. It may be damaged, encrypted or cut "
            "short: play it elsewhere, or convert it to MP4 (H.264) and try again.",
            zh=f"{path.name} 中没有一帧画面可以解码。文件可能已损坏、加密或不完整："
            "请在别处播放看看，或转换为 MP4（H.264）后重试。",
        )


def timed_frames(
    container: InputContainer,
    stream: VideoStream,
    report: Decoding,
    check_cancelled: CancelCheck | None = None,
) -> Iterator[tuple[float, VideoFrame]]:
    """Decoded frames with their seconds since the container's start, never going back.

    At the end `report` has how long the last one stays: as long as it says, or as the sound goes
    on where nothing after it is missing.
    """
    clock = Clock(container)
    packets = clock.packets(stream)
    yield from timed(packets, clock, stream, report, check_cancelled)
    _finish(container, stream, clock, report)


def timed(
    packets: Generator[Packet[Any], None, None],
    clock: Clock,
    stream: VideoStream,
    report: Decoding,
    check_cancelled: CancelCheck | None = None,
) -> Iterator[tuple[float, VideoFrame]]:
    """The frames of mended packets with their seconds since the clip's start, never going back."""
    length_s = stated_s(clock.container)
    usual_s = float(1 / (stream.average_rate or FALLBACK_RATE))
    last_s, held = -usual_s, False
    for decoded in _decoded(packets, report, check_cancelled):
        if decoded.pts is None or decoded.time_base is None:
            t_s = last_s + usual_s
        else:
            t_s = float(decoded.pts * decoded.time_base) - clock.start_s
        if t_s < last_s:  # broken stamps; a frame out of order cannot be placed
            report.skipped["frames_out_of_order"] += 1
            continue
        step_s, last_s = t_s - last_s, max(t_s, 0.0)
        held = held or step_s > STAYS_S
        # Short stays are what muxers round, so they are not asked for; a hold spoils the mean rate.
        lasts_s = step_s if held and 0 < step_s <= STAYS_S else usual_s
        if (stays_s := _lasts_s(decoded)) > STAYS_S:  # no longer than the container states
            lasts_s = min(stays_s, max(length_s - last_s, 0.0)) or usual_s
        report.end_s = max(report.end_s, last_s + lasts_s)
        yield last_s, decoded


def _lasts_s(decoded: VideoFrame) -> float:
    """How long a frame says that it is shown, in seconds; 0 where it does not."""
    if not decoded.duration or decoded.duration < 0 or decoded.time_base is None:
        return 0.0
    return float(decoded.duration * decoded.time_base)


def _finish(container: InputContainer, stream: VideoStream, clock: Clock, report: Decoding) -> None:
    """Note how long the last frame stays, and whether the file ends before it says so."""
    if clock.jumps:
        report.skipped["clock_jumps_mended"] += clock.jumps
    whole = not report.failed_last and report.end_s >= CUT_SHORT * _picture_s(container, stream)
    sound_s = clock.end_s("audio")
    if whole and sound_s > report.end_s + STAYS_S:
        report.end_s = sound_s
    read_s = max(clock.end_s("video", "audio", "subtitle") if whole else 0.0, report.end_s)
    if not clock.jumps and read_s < CUT_SHORT * stated_s(container):
        report.skipped["ends_early"] += 1


def _picture_s(container: InputContainer, stream: VideoStream) -> float:
    """How long the picture alone is by the file's index; 0 in formats that have none.

    There FFmpeg gives each stream the length of the longest.
    """
    indexed = "mp4" in container.format.name.split(",")
    return float((stream.duration or 0) * (stream.time_base or 0)) if indexed else 0.0


def _decoded(
    packets: Generator[Packet[Any], None, None],
    report: Decoding,
    check_cancelled: CancelCheck | None,
) -> Iterator[VideoFrame]:
    """Every frame that decodes; packets that do not are counted and passed over."""
    failures = 0
    with closing(packets):
        while failures < MOST_FAILURES:
            if check_cancelled is not None:
                check_cancelled()
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                decoded_frames = packet.decode()
            except (av.FFmpegError, ValueError):
                failures += 1
                report.failed_last = True
                report.skipped["undecodable_packets"] += 1
                continue
            failures = 0
            for decoded in decoded_frames:
                if isinstance(decoded, VideoFrame):
                    if decoded.is_corrupt:
                        report.failed_last = True
                        report.skipped["corrupt_frames"] += 1
                        continue
                    report.failed_last = False
                    yield decoded
    report.skipped["rest_undecodable"] += 1
