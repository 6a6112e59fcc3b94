"""Decode the bytes of a text file whose encoding nobody stated.

A byte order mark settles it; else UTF-16 and UTF-32 show in their zeros, UTF-8 in being valid,
and what is left is GB18030, Big5 or Windows-1252: whichever gives characters that people use.
"""

from __future__ import annotations

import codecs

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 100_000  # bytes that are looked at
ZEROS = 0.01  # share of zero bytes above which text is UTF-16 or UTF-32; Chinese has few
DAMAGED = 50  # whole characters for each broken one, at least, in damaged UTF-8
LEAST_COMMON = 0.85  # share of the Han characters that everyday Chinese takes from level 1
# Level 1 of GB 2312 and of Big5: some 3,755 and 5,401 characters in daily use, by lead byte.
_LEVEL_ONE = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
_FALLBACK = "windows-1252"


def decode(content: bytes) -> str:
    """The text of `content`; bytes that fit no encoding become the replacement character."""
    encoding = encoding_of(content)
    return content.decode(encoding, errors="replace").removeprefix("\ufeff")


def encoding_of(content: bytes) -> str:
    """Python's name for the likeliest encoding of `content`."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    sample = content[:SAMPLE]
    if sample.count(0) > ZEROS * len(sample):
        return _wide(sample)
    guess = sample.decode("utf-8", errors="replace")
    broken = guess.count("\ufffd")
    whole = sum(character > "\x7f" for character in guess) - broken
    # a few bytes may be damaged, and the sample may end inside a character
    return "utf-8" if broken <= 1 + whole // DAMAGED and whole >= broken else _legacy(sample)


def _wide(sample: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: where in each four bytes the zeros are."""
    zeros = [sample[place::4].count(0) for place in range(4)]
    most = 0.9 * len(sample) / 4
    if zeros[2] > most and zeros[3] > most:
        return "utf-32-le"
    if zeros[0] > most and zeros[1] > most:
        return "utf-32-be"
    return "utf-16-be" if zeros[0] + zeros[2] > zeros[1] + zeros[3] else "utf-16-le"


def _legacy(sample: bytes) -> str:
    common = {encoding: _common_share(sample, encoding) for encoding in _LEVEL_ONE}
    best = max(common, key=lambda encoding: common[encoding])
    return best if common[best] >= LEAST_COMMON else _FALLBACK


def _common_share(sample: bytes, encoding: str) -> float:
    """Share of the two-byte characters that are in daily use; 0 where the bytes do not fit."""
    pairs = common = index = 0
    while index < len(sample) - 1:
        lead, trail = sample[index], sample[index + 1]
        if lead < 0x80:
            index += 1
            continue
        try:
            sample[index : index + 2].decode(encoding)
        except UnicodeDecodeError:
            return 0.0
        if not 0xA1 <= lead <= 0xA3:  # punctuation and symbols tell nothing
            pairs += 1
            # both bytes of GB 2312 are high; a low one is a rare character of its extensions
            common += lead in _LEVEL_ONE[encoding] and (encoding == "big5" or trail >= 0xA1)
        index += 2
    return common / pairs if pairs else 0.0
