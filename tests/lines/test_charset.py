"""Text survives every encoding that subtitle files come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidsent.lines.charset import decode

ENGLISH = "1\n00:00:01,000 --> 00:00:02,000\nIt’s fine – “really”.\n"
FRENCH = (
    "1\r\n00:00:01,000 --> 00:00:02,000\r\nCe film relate des événements\r\nqui ont existé.\r\n"
)
SIMPLIFIED = "1\n00:00:01,000 --> 00:00:02,000\n我很难过，今天真的太开心了。\n"
TRADITIONAL = "1\n00:00:01,000 --> 00:00:02,000\n我很難過，今天真的太開心了。\n"

UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")


@pytest.mark.parametrize("encoding", [*UNICODE, "utf-32-be"])
@pytest.mark.parametrize("text", [ENGLISH, FRENCH, SIMPLIFIED, TRADITIONAL])
def test_unicode_with_and_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_long_chinese_lines_have_few_zeros(encoding: str) -> None:
    text = f"[00:01] {'我很难过今天真的太开心了' * 8}\n" * 40
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb18030"),
        ("你好", "gb18030"),
        (TRADITIONAL, "big5"),
        ("謝謝你們", "big5"),
        (ENGLISH, "windows-1252"),
        (FRENCH, "windows-1252"),
        ("El niño está muy feliz, ¡qué alegría!", "windows-1252"),
    ],
)
def test_encodings_from_before_unicode(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_damaged_byte_does_not_change_the_encoding() -> None:
    content = (SIMPLIFIED * 20).encode()
    broken = content[:100] + b"\xff" + content[101:]
    assert decode(broken).count("难过") >= 19


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ufeff\ufffd")))
def test_every_text_survives_utf_8_with_a_mark(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == text


@given(st.binary(max_size=400))
def test_every_content_is_decoded(content: bytes) -> None:
    assert isinstance(decode(content), str)
