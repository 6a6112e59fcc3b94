"""Rows of a cue in a language that nobody here reads, beside one in a language that is read.

Fansubs show Chinese above Japanese, or Chinese beside Korean; read as one line, the other language
would decide what the line is. Japanese shares its Han characters with Chinese, so that rows are
taken apart only where a file has such pairs throughout.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from vidsent.lines.cues import Cue

LEAST_PAIRED = 0.5  # of the cues with several rows, where a file has two languages
KANA_SHARE = 0.2  # of Han and kana, above which a row is Japanese; あ alone is a Chinese writer's

_HAN, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3041-\u30fa\uff66-\uff9d]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")


def without_foreign_rows(cues: Sequence[Cue], skipped: Counter[str]) -> list[Cue]:
    """The cues with the rows that are read, where a file has two languages in one cue.

    `skipped` gains the rows that were taken out as "subtitle_rows_foreign".
    """
    several = [cue for cue in cues if len(cue.rows) > 1]
    paired = sum(len(_read(cue.rows)) < len(cue.rows) for cue in several)
    if not paired or paired < LEAST_PAIRED * len(several):
        return list(cues)
    kept = [cue._replace(rows=_read(cue.rows)) for cue in cues]
    skipped["subtitle_rows_foreign"] += sum(len(cue.rows) for cue in cues) - sum(
        len(cue.rows) for cue in kept
    )
    return kept


def _read(rows: list[str]) -> list[str]:
    """The rows without the foreign ones; all of them where all are foreign."""
    return [row for row in rows if not _is_foreign(row)] or rows


def _is_foreign(row: str) -> bool:
    """Whether a row is Japanese, or in letters that are neither Latin nor Han."""
    hans, kanas, latins = (len(each.findall(row)) for each in (_HAN, _KANA, _LATIN))
    if kanas:
        return kanas >= KANA_SHARE * (hans + kanas)
    letters = sum(map(str.isalpha, row))
    return letters > 2 * (hans + latins)
