"""Decode a clip once, front to back: upright RGB frames with their time in seconds.

Time comes from presentation time stamps, never from a frame count. Only the frames that are
analysed are converted, and none is kept. This module does not seek, which is the business of
`stills`, and does not read sound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidsent.core.errors import ClipOpenError, LimitError, NoVideoError
from vidsent.core.options import MEGABYTE, Limits
from vidsent.core.progress import CancelCheck
from vidsent.core.results import Clip

LONGEST_SIDE = 960  # pixels; frames are analysed at this size at most
EVERY_FRAME = float("inf")  # frames a second: all that the clip has
MOST_FAILURES = 200  # packets in a row that do not decode before the rest is given up
FALLBACK_RATE = Fraction(25)  # frames a second, where neither stamps nor container tell
EARLY_S = 0.004  # a frame this much before its sampling time still counts as on time

# Demuxers that read one self-contained file. Playlists (hls, concat, dash) are left out:
# an uploaded playlist could name any other file of the server.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,flv,live_flv,gif,ogg,asf,"
    "h264,hevc,ivf,mxf,nut,rm,wtv,dv,apng,webp_pipe"
)


@dataclass(frozen=True)
class Frame:
    """One frame: t_s seconds; image (H, W, 3) uint8 RGB, upright; full-size pixels per pixel."""

    t_s: float
    image: np.ndarray
    scale: float


@dataclass
class Decoding:
    """What a pass over the clip met; filled in while `frames` runs."""

    analysed: int = 0
    end_s: float = 0.0  # where the last decoded frame ends
    width: int = 0  # pixels of the upright frame, once one was analysed
    height: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def probe(path: str | Path, limits: Limits | None = None) -> Clip:
    """Facts of the file as its container states them, checked against the limits.

    Raises ClipOpenError, NoVideoError or LimitError. `duration_s`, `width` and `height` are 0
    where they are not stated.
    """
    path, limits = Path(path), limits or Limits()
    with open_video_stream(path, limits) as (container, stream):
        width, height = _display_size(stream)
        duration_s = (container.duration or 0) / av.time_base
        if not 0 <= duration_s < 1e7:  # some containers state nonsense; decoding tells the truth
            duration_s = 0.0
        if duration_s > limits.duration_s:
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
    than `rate_hz` gives every frame once, and so does any clip at EVERY_FRAME. Larger frames are
    scaled down to `longest_side` pixels. Damage is skipped and counted in `report`.
    `check_cancelled` is called with every packet, taken or not; what it raises ends the pass.
    Raises ClipOpenError or LimitError; NoVideoError when not one frame could be decoded.
    """
    path, limits, report = Path(path), limits or Limits(), report or Decoding()
    step_s, next_s = 1.0 / rate_hz, 0.0
    with open_video_stream(path, limits) as (container, stream):
        for t_s, decoded in timed_frames(container, stream, report, check_cancelled):
            if t_s > limits.duration_s:
                report.skipped["beyond_duration_limit"] += 1
                break
            if decoded.width * decoded.height > limits.width * limits.height:
                report.skipped["frames_too_large"] += 1
                continue
            if t_s < next_s - EARLY_S:
                continue
            next_s = max(next_s + step_s, t_s + step_s / 2)
            frame = to_frame(t_s, decoded, stream, longest_side)
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


@contextmanager
def open_container(path: Path, limits: Limits) -> Iterator[InputContainer]:
    """Open the file as one self-contained container; raises ClipOpenError or LimitError."""
    _check_file(path, limits)
    try:
        # subtle: without "file:" a name such as "concat:a|b" or "-x.mp4" would be a protocol
        container = av.open(
            f"file:{path.absolute()}",
            options={"format_whitelist": FORMATS, "protocol_whitelist": "file"},
        )
    except (av.FFmpegError, ValueError, OSError) as error:
        raise ClipOpenError(
            f"{path.name} does not open as a video. It may be damaged or of an unknown format: "
            "convert it to MP4 (H.264) and try again.",
            zh=f"{path.name} 无法作为视频打开，可能已损坏或格式未知：请转换为 MP4（H.264）后重试。",
        ) from error
    with container:
        if len(container.streams) > limits.streams:
            raise LimitError(
                f"{path.name} holds {len(container.streams)} streams; up to {limits.streams} are "
                "accepted. Keep one video and one audio stream and try again.",
                zh=f"{path.name} 含 {len(container.streams)} 条流，至多接受 {limits.streams} 条。"
                "请只保留一条视频流和一条音频流后重试。",
            )
        yield container


@contextmanager
def open_video_stream(path: Path, limits: Limits) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the file and choose its first real video stream."""
    with open_container(path, limits) as container:
        stream = _video_stream(container, path)
        _check_size(stream, limits)
        stream.thread_type = "AUTO"
        yield container, stream


def _check_file(path: Path, limits: Limits) -> None:
    if not path.is_file():
        raise ClipOpenError(
            f"There is no file {path}. Check the name.",
            zh=f"没有文件 {path}。请检查名称。",
        )
    size = path.stat().st_size
    if size == 0:
        raise ClipOpenError(
            f"{path.name} is empty. Was the download or upload cut short?",
            zh=f"{path.name} 是空文件。下载或上传是否中断了？",
        )
    if size > limits.clip_bytes:
        raise LimitError(
            f"{path.name} has {size / MEGABYTE:.0f} MB; up to "
            f"{limits.clip_bytes / MEGABYTE:.0f} MB are accepted. "
            "Cut or compress it and try again.",
            zh=f"{path.name} 有 {size / MEGABYTE:.0f} MB，至多接受 "
            f"{limits.clip_bytes / MEGABYTE:.0f} MB。请剪短或压缩后重试。",
        )


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first stream of moving pictures; cover art is none."""
    for stream in container.streams.video:
        if (
            not stream.disposition & stream.disposition.attached_pic
            and stream.codec_context is not None
        ):
            return stream
    sound = bool(container.streams.audio)
    raise NoVideoError(
        f"{path.name} holds {'only sound' if sound else 'no video stream'}. "
        "Choose a file with a picture.",
        zh=f"{path.name} {'只有声音' if sound else '没有视频流'}。请选择有画面的文件。",
    )


def _check_size(stream: VideoStream, limits: Limits) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    if max(width, height) > limits.width or min(width, height) > limits.height:
        raise LimitError(
            f"The picture is {width}x{height}; up to {limits.width}x{limits.height} are accepted. "
            "Scale it down and try again.",
            zh=f"画面为 {width}x{height}，至多接受 {limits.width}x{limits.height}。请缩小后重试。",
        )


def timed_frames(
    container: InputContainer,
    stream: VideoStream,
    report: Decoding,
    check_cancelled: CancelCheck | None = None,
) -> Iterator[tuple[float, VideoFrame]]:
    """Decoded frames with their seconds since the container's start, never going back."""
    start_s = (container.start_time or 0) / av.time_base
    usual_s = float(1 / (stream.average_rate or FALLBACK_RATE))
    last_s = -usual_s
    for decoded in _decoded(container, stream, report, check_cancelled):
        if decoded.pts is None or decoded.time_base is None:
            t_s = last_s + usual_s
        else:
            t_s = float(decoded.pts * decoded.time_base) - start_s
        if t_s < last_s:  # broken stamps; a frame out of order cannot be placed
            report.skipped["frames_out_of_order"] += 1
            continue
        last_s = max(t_s, 0.0)
        report.end_s = last_s + usual_s
        yield last_s, decoded


def _decoded(
    container: InputContainer,
    stream: VideoStream,
    report: Decoding,
    check_cancelled: CancelCheck | None,
) -> Iterator[VideoFrame]:
    """Every frame that decodes; packets that do not are counted and passed over."""
    failures = 0
    packets = container.demux(stream)
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
            report.skipped["undecodable_packets"] += 1
            continue
        failures = 0
        for decoded in decoded_frames:
            if isinstance(decoded, VideoFrame):
                if decoded.is_corrupt:
                    report.skipped["corrupt_frames"] += 1
                    continue
                yield decoded
    report.skipped["rest_undecodable"] += 1


def _display_size(stream: VideoStream) -> tuple[int, int]:
    """Width and height of the square-pixel frame before rotation."""
    width, height = stream.codec_context.width, stream.codec_context.height
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return max(1, round(width * aspect)) if aspect > 0 else width, height


def to_frame(
    t_s: float, decoded: VideoFrame, stream: VideoStream, longest_side: int = LONGEST_SIDE
) -> Frame:
    """Convert once: to RGB, to square pixels, to the size wanted; then turn upright."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width = max(1, round(decoded.width * aspect)) if aspect > 0 else decoded.width
    scale = max(1.0, max(width, decoded.height) / longest_side)
    small = decoded.reformat(
        width=max(1, round(width / scale)),
        height=max(1, round(decoded.height / scale)),
        format="rgb24",
    )
    turns = round(decoded.rotation / 90) % 4  # rotation is counterclockwise degrees
    return Frame(t_s, np.ascontiguousarray(np.rot90(small.to_ndarray(), turns)), scale)
