"""The subtitle tracks inside a clip: which there are, and the lines of one of them.

FFmpeg turns every text codec (mov_text, SubRip, ASS, WebVTT, ...) into lines of ASS. Tracks of
pictures (PGS, VobSub) are named, not read: that would take character recognition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle

from vidsent.core.errors import ClipError, SubtitleError
from vidsent.core.options import Limits
from vidsent.core.results import Line
from vidsent.lines import charset, markup
from vidsent.lines.cues import Cue
from vidsent.lines.subtitles import lines_of
from vidsent.media.container import open_container

FIELDS = 8  # that FFmpeg puts before the text of a line of ASS
PACKET_BYTES = 25  # that a packet counts for beside its text: a file may hold millions
TITLE_CHARACTERS = 60
UNKNOWN = ("", "und")  # languages that say nothing


@dataclass(frozen=True)
class Track:
    """One subtitle track of a clip."""

    index: int  # of the stream in its container, as ffprobe counts them
    language: str  # as the container states it, mostly ISO 639; "" where it does not
    title: str
    codec: str  # FFmpeg's name, such as "mov_text" or "hdmv_pgs_subtitle"
    is_text: bool  # False for pictures of text
    default: bool  # marked as the one to show

    def __str__(self) -> str:
        known = [each for each in (self.language, self.title, self.codec) if each]
        return f"{self.index} ({', '.join(known)})"


class _Said(NamedTuple):
    start_s: float
    end_s: float
    ass: bytes


def list_tracks(path: str | Path, limits: Limits | None = None) -> tuple[Track, ...]:
    """All subtitle tracks in the order of the file; raises ClipOpenError or LimitError."""
    with open_container(Path(path), limits or Limits()) as container:
        return tuple(_track(stream) for stream in container.streams.subtitles)


def choose(tracks: Sequence[Track], skipped: Counter[str]) -> Track | None:
    """The first text track that is marked as default, else the first; None where there is none."""
    readable = [track for track in tracks if track.is_text]
    if tracks and not readable:
        skipped["text_tracks_are_pictures"] += len(tracks)
    return next((track for track in readable if track.default), readable[0] if readable else None)


def find(tracks: Sequence[Track], index: int) -> Track:
    """The text track that is stream `index`; raises SubtitleError where there is none."""
    track = next((track for track in tracks if track.index == index), None)
    readable = ", ".join(str(track) for track in tracks if track.is_text)
    advice = f"Choose from {readable}." if readable else "Give a subtitle file instead."
    zh = f"可选：{readable}。" if readable else "请改用字幕文件。"
    if track is None:
        raise SubtitleError(
            f"Stream {index} of the clip is no text track. {advice}",
            zh=f"视频的第 {index} 条流不是文字轨。{zh}",
        )
    if not track.is_text:
        raise SubtitleError(
            f"Track {track} holds pictures of text, not text, and cannot be read. {advice}",
            zh=f"字幕轨 {track} 是图形而非文字，无法读取。{zh}",
        )
    return track


def read_track(path: str | Path, track: Track, limits: Limits, skipped: Counter[str]) -> list[Line]:
    """The lines of a text track in order of time; none, and counted, where it holds none.

    `skipped` gains what was dropped or changed, by reason; damage never raises.
    """
    try:
        with open_container(Path(path), limits) as container:
            said = list(_said(container, track.index, limits, skipped))
    except (ClipError, av.FFmpegError, OSError):
        said = []
    encoding = charset.encoding_of(b"\n".join(each.ass for each in said))
    cues = [
        Cue(
            each.start_s,
            each.end_s,
            markup.rows(each.ass.decode(encoding, errors="replace"), hide_braces=True),
        )
        for each in said
    ]
    lines = lines_of(cues, limits, skipped)
    if not lines:
        skipped["text_tracks_without_lines"] += 1
    return lines


def _track(stream: SubtitleStream) -> Track:
    known = stream.codec_context is not None  # it is None where FFmpeg cannot decode
    codec = stream.codec_context.codec if known else None
    language = stream.metadata.get("language", "")
    title = stream.metadata.get("title") or stream.metadata.get("name", "")
    return Track(
        index=stream.index,
        language="" if language in UNKNOWN else language,
        title=" ".join(title.split())[:TITLE_CHARACTERS],
        codec=codec.canonical_name if codec else "unknown",
        is_text=codec is not None and codec.text_sub,
        default=bool(stream.disposition & Disposition.default),
    )


def _said(
    container: InputContainer, index: int, limits: Limits, skipped: Counter[str]
) -> Iterator[_Said]:
    """What the track says and when, still as ASS in an unknown encoding."""
    stream = container.streams[index]
    assert isinstance(stream, SubtitleStream)
    # old files hold text that is not UTF-8, which FFmpeg would refuse
    stream.codec_context.options = {"sub_charenc_mode": "ignore"}
    start_s = (container.start_time or 0) / av.time_base
    room = limits.text_bytes
    for packet in _packets(container, stream, skipped):
        room -= packet.size + PACKET_BYTES
        if room < 0:
            skipped["lines_over_the_limit"] += 1
            return
        texts = _texts(packet)
        if texts is None or packet.pts is None:
            skipped["subtitle_lines_unreadable"] += 1
            continue
        from_s = float(packet.pts * packet.time_base) - start_s
        to_s = from_s + float((packet.duration or 0) * packet.time_base)
        for ass in texts:
            yield _Said(from_s, to_s, ass.split(b",", FIELDS)[-1])


def _texts(packet: Packet[Any]) -> list[bytes] | None:
    """Lines of ASS in a packet, none in one that clears the screen; None where it is damaged."""
    try:
        return [each.ass for each in packet.decode() if isinstance(each, AssSubtitle)]
    except (av.FFmpegError, ValueError):
        return None


def _packets(
    container: InputContainer, stream: SubtitleStream, skipped: Counter[str]
) -> Iterator[Packet[Any]]:
    """The packets of one track; pictures and sound are passed over without being read."""
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    try:
        yield from (packet for packet in container.demux(stream) if packet.size)
    except (av.FFmpegError, ValueError):
        skipped["undecodable_packets"] += 1
