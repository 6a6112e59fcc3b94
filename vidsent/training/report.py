"""Write what `evaluate` measured into a Markdown file, so that no number is typed by hand.

A table lives between two comments that name it; the text around them is the author's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from vidsent.errors import DataError

HEADER = "| metric | value | 95 % interval | n | protocol |\n|---|---|---|---|---|"


def write_results(
    path: Path, name: str, metrics: Mapping[str, Mapping[str, Any]], day: date | None = None
) -> None:
    """Replace the table `name` of the Markdown file at `path` by one of `metrics`.

    `metrics` is what `evaluate` returns: {metric: {"value", "low", "high", "n", "protocol"}}.
    A file without the table gets it at its end, and a missing file is begun. Raises DataError
    when only one of the two markers is there.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    text = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
    if (begin in text) != (end in text):
        raise DataError(f"{path} holds only one of {begin} and {end}: put the other one back.")
    table = f"{begin}\n{_table(metrics, day or date.today())}\n{end}"
    if begin in text:
        before, rest = text.split(begin, 1)
        text = before + table + rest.split(end, 1)[1]
    else:
        text = f"{text.rstrip()}\n\n{table}\n"
    path.write_text(text, encoding="utf-8")


def _table(metrics: Mapping[str, Mapping[str, Any]], day: date) -> str:
    rows = [
        f"| {name} | {m['value']:.3f} | {m['low']:.3f} to {m['high']:.3f} | {m['n']:,} "
        f"| {m['protocol'].replace('|', '/')} |"
        for name, m in metrics.items()
    ]
    return "\n".join([HEADER, *rows, "", f"Measured on {day.isoformat()}."])
