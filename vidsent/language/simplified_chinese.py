"""Traditional Chinese as simplified, character by character, so that places in a text stay.

The models learned from simplified text alone. The table is OpenCC's; of several readings of a
character the first, commonest one is taken.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


def simplified(text: str) -> str:
    """`text` with simplified characters, as long as before."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    import opencc

    path = Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt"
    rows = (line.split() for line in path.read_text("utf-8").splitlines())
    return {ord(row[0]): row[1] for row in rows if len(row) > 1 and len(row[0]) == len(row[1]) == 1}
