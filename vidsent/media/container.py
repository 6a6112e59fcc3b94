"""Open a clip as one self-contained container and choose its picture: checked, then untouched.

Playlists and protocols are refused, because they could name any other file of the server.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from vidsent.core.errors import ClipOpenError, LimitError, NoVideoError
from vidsent.core.options import MEGABYTE, Limits

# Demuxers that read one self-contained file. Playlists (hls, concat, dash) are left out:
# an uploaded playlist could name any other file of the server.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,flv,live_flv,gif,ogg,asf,"
    "h264,hevc,ivf,mxf,nut,rm,wtv,dv,apng,webp_pipe"
)

COUNTED = 500  # pictures at the beginning of a clip of several video streams that are looked at


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
    """Open the file and choose its stream of moving pictures."""
    with open_container(path, limits) as container:
        stream = _video_stream(container, path, limits)
        _check_size(stream, limits)
        stream.thread_type = "AUTO"
        yield container, stream


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The sound that can be decoded: no remarks or descriptions, marked as default, the first."""
    about = Disposition.comment | Disposition.visual_impaired | Disposition.descriptions
    return min(
        (stream for stream in container.streams.audio if stream.codec_context is not None),
        key=lambda stream: (
            bool(stream.disposition & about),
            not stream.disposition & Disposition.default,
            stream.index,
        ),
        default=None,
    )


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


def _video_stream(container: InputContainer, path: Path, limits: Limits) -> VideoStream:
    """The stream of moving pictures: marked as the one to show, else the first; art is none."""
    found = [stream for stream in container.streams.video if _may_move(stream)]
    if len(found) > 1:
        counts = _picture_counts(path, limits)
        return max(
            found,
            key=lambda stream: (
                counts[stream.index] > 1,
                bool(stream.disposition & Disposition.default),
                -stream.index,
            ),
        )
    if found:
        return found[0]
    sound = bool(container.streams.audio)
    raise NoVideoError(
        f"{path.name} holds {'only sound' if sound else 'no video stream'}. "
        "Choose a file with a picture.",
        zh=f"{path.name} {'只有声音' if sound else '没有视频流'}。请选择有画面的文件。",
    )


def _may_move(stream: VideoStream) -> bool:
    """Whether a stream can be decoded and is not marked as a picture that belongs to the clip."""
    art = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    return stream.codec_context is not None and not stream.disposition & art


def _picture_counts(path: Path, limits: Limits) -> Counter[int]:
    """Pictures of each stream, by index, at the clip's beginning: a thumbnail has one."""
    counts: Counter[int] = Counter()
    with open_container(path, limits) as container:
        moving = [stream for stream in container.streams.video if _may_move(stream)]
        try:
            for packet in container.demux(moving):
                counts[packet.stream.index] += packet.size > 0
                if counts.total() >= COUNTED or min(counts[each.index] for each in moving) > 1:
                    break
        except av.FFmpegError:
            pass  # told when the stream that was chosen is decoded
    return counts


def _check_size(stream: VideoStream, limits: Limits) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    if max(width, height) > limits.width or min(width, height) > limits.height:
        raise LimitError(
            f"The picture is {width}x{height}; up to {limits.width}x{limits.height} are accepted. "
            "Scale it down and try again.",
            zh=f"画面为 {width}x{height}，至多接受 {limits.width}x{limits.height}。请缩小后重试。",
        )
