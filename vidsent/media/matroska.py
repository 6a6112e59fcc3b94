"""What a Matroska file says of its subtitle tracks that FFmpeg does not pass on: their codecs.

Only the heads of elements are read, up to the list of tracks, which is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

EBML, SEGMENT, TRACKS, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1654AE6B, 0x1F43B675
TRACK_ENTRY, TRACK_TYPE, CODEC_ID = 0xAE, 0x83, 0x86
SUBTITLE = 0x11  # a TRACK_TYPE
MOST_ELEMENTS = 1000  # before the list of tracks
MOST_BYTES = 4_000_000  # of it, fonts and headers of codecs included


class _Element(NamedTuple):
    id: int
    size: int
    place: int  # of its content in the file


def subtitle_codecs(path: Path) -> list[str]:
    """The codec of each subtitle track in order, such as "S_TEXT/WEBVTT"; none where unreadable."""
    try:
        with path.open("rb") as file:
            return [_codec(file, entry) for entry in _entries(file, path.stat().st_size)]
    except (OSError, ValueError):
        return []


def _entries(file: BinaryIO, size: int) -> Iterator[_Element]:
    """The entries of subtitle tracks."""
    segment = next(_children(file, 0, size, SEGMENT), None)
    if segment is None:
        return
    tracks = next(_children(file, segment.place, size, TRACKS), None)
    if tracks is None or tracks.size > MOST_BYTES:
        return
    for entry in [*_children(file, tracks.place, tracks.place + tracks.size, TRACK_ENTRY)]:
        if int.from_bytes(_content(file, entry, TRACK_TYPE)) == SUBTITLE:
            yield entry


def _codec(file: BinaryIO, entry: _Element) -> str:
    return _content(file, entry, CODEC_ID).rstrip(b"\0").decode("ascii", errors="replace")


def _content(file: BinaryIO, parent: _Element, wanted: int) -> bytes:
    """The short content of a child; empty where there is none."""
    child = next(_children(file, parent.place, parent.place + parent.size, wanted), None)
    if child is None or child.size > 100:
        return b""
    file.seek(child.place)
    return file.read(child.size)


def _children(file: BinaryIO, start: int, end: int, wanted: int) -> Iterator[_Element]:
    """The elements called `wanted` from `start` on; raises ValueError where there is no element."""
    place = start
    for _ in range(MOST_ELEMENTS):
        if place >= end:
            return
        file.seek(place)
        id_ = _number(file, keep_marker=True)
        size = _number(file, keep_marker=False)
        element = _Element(id_, size, file.tell())
        if id_ == wanted:
            yield element
        if id_ == CLUSTER:  # the tracks stand before what is in them
            return
        place = element.place + size


def _number(file: BinaryIO, keep_marker: bool) -> int:
    """A number of EBML: leading zero bits of its first byte tell how many bytes follow."""
    first = file.read(1)
    if not first or not first[0]:
        raise ValueError("no EBML element")
    length = 8 - first[0].bit_length()
    rest = file.read(length)
    head = first[0] if keep_marker else first[0] & ((1 << (7 - length)) - 1)
    return int.from_bytes(bytes([head]) + rest)
