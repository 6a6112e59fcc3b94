"""Write what was measured into a Markdown file, so that no number is typed by hand.

A table lives between two comments that name it; the text around them is the author's.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import torch

from vidsent.core import device
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.training.evaluation.metric_tables import interval, markdown, tables

__all__ = ["confusion_table", "interval", "markdown", "read_table", "write_results", "write_table"]


def write_results(
    path: Path,
    name: str,
    metrics: Mapping[str, Mapping[str, Any]],
    day: date | None = None,
    *,
    on: str | None = None,
    confusion: Sequence[Sequence[int]] | None = None,
) -> None:
    """Replace the table `name` of the Markdown file at `path` by one of `metrics`.

    `metrics` is what `evaluate` returns: {metric: {"value", "low", "high", "n", "protocol"}}.
    `metric_tables` says what stands where. A `confusion` matrix, counts (7, 7) whose rows are the
    truth, follows as a table of its own.
    Raises DataError when only one of the two markers is there.
    """
    parts = [tables(metrics)] + ([] if confusion is None else [confusion_table(confusion)])
    write_table(path, name, "\n\n".join(parts), day=day, on=on)


def write_table(
    path: Path,
    name: str,
    table: str,
    note: str = "",
    day: date | None = None,
    *,
    on: str | None = None,
) -> None:
    """Replace the table `name` of the Markdown file at `path` by `table`, with a note below it.

    `day` is when it was measured and `on` what machine: today and this one where not given. A file
    without the table gets it at its end, and a missing file is begun. Raises DataError when only
    one of the two markers is there.
    """
    begin, end = _markers(name)
    text = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
    if (begin in text) != (end in text):
        raise DataError(f"{path} holds only one of {begin} and {end}: put the other one back.")
    when = (day or date.today()).isoformat()
    dated = f"Measured on {when}, {on or machine()}. {note}".rstrip()
    block = f"{begin}\n{table}\n\n{dated}\n{end}"
    if begin in text:
        before, rest = text.split(begin, 1)
        text = before + block + rest.split(end, 1)[1]
    else:
        text = f"{text.rstrip()}\n\n{block}\n"
    path.write_text(text, encoding="utf-8")


def machine() -> str:
    """This machine as a table tells it: processors, their kind, whether they multiply bfloat16."""
    able = "with" if device.supports_bfloat16(torch.device("cpu")) else "without"
    return f"{os.cpu_count()} cores ({platform.machine()}, {able} bfloat16)"


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
