"""Names of speakers before what they say, told by their coming back: "John: ...", 小明：...

A word before a colon may be part of a sentence ("Listen: I love you"); a name stands there
again and again. Names in capitals or brackets need no such proof; `markup` takes them away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

REPEATED = 2  # rows that begin with it make it a name

# One to three words in capitals ("Speaker 1", "Mrs. Jones"), or up to six Han characters.
_NAME = re.compile(
    r"(?P<name>(?:[^\W\d_a-zß-ÿ][\w.'’-]{0,15})(?:\s(?:[^\W\d_a-zß-ÿ][\w.'’-]{0,15}|\#?\d{1,2})){0,2}"
    r"|[\u3400-\u9fff·]{1,6}[\dA-Z]?)\s?[:：](?!//)\s*"
)


def find_names(rows: Iterable[str]) -> frozenset[str]:
    """What stands before a colon at the start of `REPEATED` rows or more."""
    found = Counter(match["name"] for row in rows if (match := _NAME.match(row)))
    return frozenset(name for name, count in found.items() if count >= REPEATED)


def without_name(row: str, names: frozenset[str]) -> str:
    """The row without the name that it begins with, where that is one of `names`."""
    match = _NAME.match(row)
    return row[match.end() :] if match and match["name"] in names else row
