"""Bilibili's segments of comments, built here byte by byte."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidsent.lines.danmaku import Comment
from vidsent.lines.danmaku_protobuf import is_protobuf, read_protobuf


def varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def piece(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def element(milliseconds: int, text: str, mode: int = 1) -> bytes:
    progress = b"\x10" + varint(milliseconds) if milliseconds else b""  # 0 is left out
    fields = b"\x08" + varint(1_000_000) + progress + b"\x18" + varint(mode)
    return piece(1, fields + piece(6, b"5bd04b14") + piece(7, text.encode()) + b"\x40" + varint(9))


TWO = element(0, "好开心") + element(12_500, "hello")


def read(content: bytes) -> tuple[list[Comment], dict[str, int]]:
    skipped: Counter[str] = Counter()
    return list(read_protobuf(content, skipped)), dict(skipped)


def test_comments_have_their_time_and_text() -> None:
    assert is_protobuf(TWO)
    assert read(TWO + b"\x10\x01") == ([Comment(0.0, "好开心"), Comment(12.5, "hello")], {})


def test_segments_in_one_file_are_read_one_after_the_other() -> None:
    assert len(read(TWO + b"\x10\x00" + TWO)[0]) == 4


def test_programs_are_counted_and_a_cut_is_told() -> None:
    comments, skipped = read(element(1000, "run()", mode=8) + TWO[:-4])
    assert comments == [Comment(0.0, "好开心")]
    assert skipped == {"danmaku_unreadable": 1, "danmaku_file_cut_short": 1}


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"\n1\n00:00:01,000 --> 00:00:02,000\nhello\n", b"\x0a\x7f", b"\xff" * 50,
     piece(1, piece(7, b"\xff\xfe")), piece(2, piece(7, b"x"))],
)  # fmt: skip
def test_other_bytes_are_no_segment(content: bytes) -> None:
    assert not is_protobuf(content)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_to_an_end(content: bytes) -> None:
    is_protobuf(content)
    read(content)
