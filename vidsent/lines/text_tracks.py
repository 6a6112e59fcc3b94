"""The subtitle tracks inside a clip: which there are, and the lines of one of them.

FFmpeg turns every text codec (mov_text, SubRip, ASS, WebVTT, ...) into lines of ASS, but for
WebVTT as mkvmerge writes it, which is read as it is. Tracks of pictures (PGS, VobSub) are named,
not read: that would take character recognition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle

from vidsent.core.errors import ClipError
from vidsent.core.options import Limits
from vidsent.core.results import Line
from vidsent.lines import charset, markup
from vidsent.lines.cues import Cue
from vidsent.lines.subtitles import lines_of
from vidsent.lines.tracks import Track as Track
from vidsent.lines.tracks import choose as choose
from vidsent.lines.tracks import find as find
from vidsent.media import matroska
from vidsent.media.clock import Clock, may_jump
from vidsent.media.container import open_container

FIELDS = 8  # that FFmpeg puts before the text of a line of ASS
PACKET_BYTES = 25  # that a packet counts for beside its text: a file may hold millions
TITLE_CHARACTERS = 60
UNKNOWN = ("", "und", "mis", "mul", "zxx")  # languages that say nothing
MKVMERGE_WEBVTT = "S_TEXT/WEBVTT"  # FFmpeg knows D_WEBVTT alone; cues are text, settings apart
CLEARING_BYTES = 2  # of a packet that shows nothing; mov_text has the length of its text
SAMPLE_BYTES = 2000  # of a track's text, to tell its language where that is not stated

_INNER_TIME = re.compile(rb"<[\d:.]{5,15}>")  # in WebVTT, of one word


class _Said(NamedTuple):
    start_s: float
    end_s: float
    text: bytes  # rows with the markup of ASS or WebVTT


def list_tracks(path: str | Path, limits: Limits | None = None) -> tuple[Track, ...]:
    """All subtitle tracks in the order of the file; raises ClipOpenError or LimitError."""
    with open_container(Path(path), limits or Limits()) as container:
        codecs: list[str] = []
        if any(stream.codec_context is None for stream in container.streams.subtitles):
            codecs = matroska.subtitle_codecs(Path(path))
        told = zip_longest(container.streams.subtitles, codecs[: len(container.streams.subtitles)])
        tracks = [_track(stream, codec or "") for stream, codec in told]
        if sum(track.is_text for track in tracks) > 1:
            tracks = _counted(container, tracks)
    return tuple(tracks)


def read_track(path: str | Path, track: Track, limits: Limits, skipped: Counter[str]) -> list[Line]:
    """The lines of a text track in order of time; none, and counted, where it holds none.

    `skipped` gains what was dropped or changed, by reason; damage never raises.
    """
    try:
        with open_container(Path(path), limits) as container:
            said = list(_said(container, track.index, limits, skipped))
    except (ClipError, av.FFmpegError, OSError):
        said = []
    braces = track.codec != "webvtt"  # there they are said
    encoding = charset.encoding_of(b"\n".join(each.text for each in said))
    cues = [
        Cue(
            each.start_s,
            each.end_s,
            markup.rows(each.text.decode(encoding, errors="replace"), hide_braces=braces),
        )
        for each in said
    ]
    lines = lines_of(cues, limits, skipped)
    if not lines:
        skipped["text_tracks_without_lines"] += 1
    return lines


def _track(stream: SubtitleStream, stated: str) -> Track:
    """`stated` is the codec that the file names, "" where it was not looked up."""
    known = stream.codec_context is not None  # it is None where FFmpeg cannot decode
    codec = stream.codec_context.codec if known else None
    is_webvtt = codec is None and stated == MKVMERGE_WEBVTT
    marks = stream.disposition
    language = stream.metadata.get("language", "")
    title = stream.metadata.get("title") or stream.metadata.get("name", "")
    return Track(
        index=stream.index,
        language="" if language in UNKNOWN else language,
        title=" ".join(title.split())[:TITLE_CHARACTERS],
        codec=codec.canonical_name if codec else "webvtt" if is_webvtt else "unknown",
        is_text=is_webvtt or (codec is not None and codec.text_sub),
        default=bool(marks & Disposition.default),
        forced=bool(marks & (Disposition.forced | Disposition.lyrics | Disposition.karaoke)),
        about=bool(marks & (Disposition.comment | Disposition.descriptions)),
    )


def _counted(container: InputContainer, tracks: Sequence[Track]) -> list[Track]:
    """The tracks with how many lines each has and a sample of them, in one pass over the file."""
    read = {track.index for track in tracks if track.is_text}
    codecs = {track.index: track.codec for track in tracks}
    counts, samples = Counter[int](), dict.fromkeys(read, b"")
    for stream in container.streams:
        stream.discard = Discard.none if stream.index in read else Discard.all
    with suppress(av.FFmpegError, ValueError):
        for packet in container.demux([container.streams[index] for index in sorted(read)]):
            index = packet.stream.index
            counts[index] += packet.size > CLEARING_BYTES
            if packet.size and len(samples[index]) < SAMPLE_BYTES:
                samples[index] += _bare(packet, codecs[index])[:SAMPLE_BYTES] + b"\n"
    return [
        replace(track, lines=counts[track.index], sample=charset.decode(samples[track.index]))
        if track.index in read
        else track
        for track in tracks
    ]


def _bare(packet: Packet[Any], codec: str) -> bytes:
    """The text in a packet, with its markup."""
    content = bytes(packet)
    if codec == "mov_text":
        return content[2 : 2 + int.from_bytes(content[:2])]
    return content.split(b",", FIELDS)[-1] if codec in ("ass", "ssa") else content


def _said(
    container: InputContainer, index: int, limits: Limits, skipped: Counter[str]
) -> Iterator[_Said]:
    """What the track says and when, in an unknown encoding."""
    stream = container.streams[index]
    assert isinstance(stream, SubtitleStream)
    if stream.codec_context is not None:
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
        for text in texts:
            yield _Said(from_s, to_s, text)


def _texts(packet: Packet[Any]) -> list[bytes] | None:
    """What a packet shows, nothing in one that clears the screen; None where it is damaged."""
    if packet.stream.codec_context is None:
        return [_INNER_TIME.sub(b"", bytes(packet))]
    try:
        lines = [each.ass for each in packet.decode() if isinstance(each, AssSubtitle)]
        return [line.split(b",", FIELDS)[-1] for line in lines]
    except (av.FFmpegError, ValueError):
        return None


def _packets(
    container: InputContainer, stream: SubtitleStream, skipped: Counter[str]
) -> Iterator[Packet[Any]]:
    """The packets of one track; pictures and sound are passed over where they tell no time."""
    mended = may_jump(container)
    for other in container.streams:
        if other.index != stream.index and not mended:
            other.discard = Discard.all
    packets = Clock(container).packets(stream) if mended else container.demux(stream)
    try:
        yield from (packet for packet in packets if packet.size)
    except (av.FFmpegError, ValueError):
        skipped["undecodable_packets"] += 1
