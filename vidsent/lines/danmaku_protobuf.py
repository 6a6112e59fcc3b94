"""Comments as Bilibili serves them: a protobuf message, DmSegMobileReply, a few minutes each.

Only what is needed of the wire format is here: numbers of variable length, and pieces with a
length before them. Segments that were joined one after another are read as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vidsent.lines.danmaku import Comment, comment_of

ELEMENT, PROGRESS, MODE, CONTENT = 1, 2, 3, 7  # fields; of the reply, then of its elements
MILLISECONDS = 1000.0
MOST_BYTES = 10  # of a number

_VARINT, _FIXED_64, _PIECE, _FIXED_32 = 0, 1, 2, 5  # kinds of fields

Field = tuple[int, int | bytes]


class _Broken(ValueError):
    """The bytes are no such message, or stop inside one."""


def is_protobuf(content: bytes) -> bool:
    """Whether a file begins with a whole comment in this form."""
    try:
        number, value = next(_fields(content))
        fields = dict(_fields(value)) if isinstance(value, bytes) else {}
    except (_Broken, StopIteration):
        return False
    text = fields.get(CONTENT)
    return number == ELEMENT and isinstance(text, bytes) and _decoded(text) is not None


def read_protobuf(content: bytes, skipped: Counter[str]) -> Iterator[Comment]:
    """The comments in the order of the file; broken ones are counted, and a cut."""
    try:
        for number, value in _fields(content):
            if number != ELEMENT or not isinstance(value, bytes):
                continue  # state, and what else stands beside the comments
            comment = _comment(value)
            if comment is None:
                skipped["danmaku_unreadable"] += 1
            else:
                yield comment
    except _Broken:
        skipped["danmaku_file_cut_short"] += 1


def _comment(element: bytes) -> Comment | None:
    try:
        fields = dict(_fields(element))
    except _Broken:
        return None
    content = fields.get(CONTENT, b"")
    text = _decoded(content) if isinstance(content, bytes) else None
    if text is None:
        return None
    # a time of 0 is left out
    return comment_of(str(fields.get(PROGRESS, 0)), text, MILLISECONDS, str(fields.get(MODE, "")))


def _fields(content: bytes) -> Iterator[Field]:
    """Number and value of each field of a message; raises _Broken."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(content, at)
            yield key >> 3, value
            continue
        if kind == _PIECE:
            size, at = _varint(content, at)
        elif kind in (_FIXED_32, _FIXED_64):
            size = 4 if kind == _FIXED_32 else 8
        else:
            raise _Broken
        if at + size > len(content) or not key >> 3:
            raise _Broken
        yield key >> 3, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, seven bits a byte, and where the next field begins."""
    value = 0
    for index, byte in enumerate(content[at : at + MOST_BYTES]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    raise _Broken


def _decoded(text: bytes) -> str | None:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None
