"""Write what `evaluate` measured into a Markdown file, so that no number is typed by hand.

A table lives between two comments that name it; the text around them is the author's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError

COLUMNS = ("metric", "value", "95 % interval", "n", "protocol")


def write_results(
    path: Path,
    name: str,
    metrics: Mapping[str, Mapping[str, Any]],
    day: date | None = None,
    *,
    confusion: Sequence[Sequence[int]] | None = None,
) -> None:
    """Replace the table `name` of the Markdown file at `path` by one of `metrics`.

    `metrics` is what `evaluate` returns: {metric: {"value", "low", "high", "n", "protocol"}}.
    Where any of them has a "baseline", the table has a column of that name; "-" stands for none.
    A `confusion` matrix, counts (7, 7) whose rows are the truth, follows as a table of its own.
    Raises DataError when only one of the two markers is there.
    """
    parts = [_table(metrics)] + ([] if confusion is None else [confusion_table(confusion)])
    write_table(path, name, "\n\n".join(parts), day=day)


def write_table(path: Path, name: str, table: str, note: str = "", day: date | None = None) -> None:
    """Replace the table `name` of the Markdown file at `path` by `table`, dated, with a note.

    A file without the table gets it at its end, and a missing file is begun. Raises DataError
    when only one of the two markers is there.
    """
    begin, end = _markers(name)
    text = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
    if (begin in text) != (end in text):
        raise DataError(f"{path} holds only one of {begin} and {end}: put the other one back.")
    dated = f"Measured on {(day or date.today()).isoformat()}. {note}".rstrip()
    block = f"{begin}\n{table}\n\n{dated}\n{end}"
    if begin in text:
        before, rest = text.split(begin, 1)
        text = before + block + rest.split(end, 1)[1]
    else:
        text = f"{text.rstrip()}\n\n{block}\n"
    path.write_text(text, encoding="utf-8")


def read_table(path: Path, name: str, columns: Sequence[str]) -> list[list[str]]:
    """The cells of the table `name` in the file at `path`, none where it has other columns."""
    begin, end = _markers(name)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if begin not in text or end not in text:
        return []
    block = text.split(begin, 1)[1].split(end, 1)[0]
    lines = [line for line in block.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return rows[2:] if rows[:1] == [list(columns)] else []


def _markers(name: str) -> tuple[str, str]:
    """The comments that a table lives between."""
    return f"<!-- begin {name} -->", f"<!-- end {name} -->"


def confusion_table(counts: Sequence[Sequence[int]]) -> str:
    """Counts (7, 7) as Markdown: each row a true label, each column an answer."""
    rows = [[label, *map(str, row)] for label, row in zip(LABELS, counts, strict=True)]
    return markdown(["true, by answer", *LABELS], rows)


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table of these cells."""
    return "\n".join([_line(columns), "|---" * len(columns) + "|", *map(_line, rows)])


def _table(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    columns = list(COLUMNS)
    rows = [_cells(name, metric) for name, metric in metrics.items()]
    if any("baseline" in metric for metric in metrics.values()):
        columns.insert(2, "baseline")
        for row, metric in zip(rows, metrics.values(), strict=True):
            row.insert(2, number(metric.get("baseline")))
    return markdown(columns, rows)


def _cells(name: str, metric: Mapping[str, Any]) -> list[str]:
    return [
        name,
        number(metric["value"]),
        f"{metric['low']:.3f} to {metric['high']:.3f}",
        f"{metric['n']:,}",
        metric["protocol"].replace("|", "/"),
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def number(value: float | None) -> str:
    """A value as the table shows it; "-" where it was not measured."""
    return "-" if value is None else f"{value:.3f}"


def interval(metric: Mapping[str, Any]) -> str:
    """A metric and its interval in one cell."""
    return f"{metric['value']:.3f} ({metric['low']:.3f} to {metric['high']:.3f})"
