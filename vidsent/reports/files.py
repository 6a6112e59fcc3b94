"""Files that outlive the page: an analysis as JSON and CSV, and how such files are written.

Each file is written beside its final name and then moved there, so that no reader ever meets
half a file. Choosing names and folders is the caller's; `file_stem` makes a safe name.
"""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis, Line, Word
from vidsent.lines.danmaku_folding import density
from vidsent.timeline.shot_list import numbers

DECIMALS = 4
LONGEST_STEM = 200  # bytes; file systems stop at 255
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+')  # on some system or other


def file_stem(clip_name: str) -> str:
    """A name for files about a clip: its own without its ending, and fit for any file system."""
    stem = UNSAFE.sub("_", Path(clip_name).stem).encode()[:LONGEST_STEM].decode(errors="ignore")
    return stem.strip(" .-") or "clip"


def write_json(analysis: Analysis, path: Path) -> None:
    """Everything that was found; `Analysis.from_json` reads it back."""
    write_text(path, analysis.to_json() + "\n")


def write_csv(analysis: Analysis, path: Path) -> None:
    """One row per time of the grid; empty cells where nothing was seen.

    Holds numbers and English labels only, nothing that came with the clip: so a spreadsheet
    finds no formula in it, and as plain ASCII it needs no byte order mark, which would end
    up in the name of the first column for everyone but Excel.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(_columns(analysis))
    writer.writerows(_rows(analysis))
    write_text(path, table.getvalue())


def pieces(line: Line) -> Iterator[tuple[str, Word | None]]:
    """The text of a line cut at its emotional words: (text, None) or (text, word)."""
    end = 0
    for word in sorted(line.words, key=lambda word: word.start):
        if word.start < end:
            continue
        if word.start > end:
            yield line.text[end : word.start], None
        yield line.text[word.start : word.end], word
        end = word.end
    if end < len(line.text):
        yield line.text[end:], None


def _columns(analysis: Analysis) -> list[str]:
    timeline = analysis.timeline
    columns = ["t_s", "label", *LABELS, "valence", "arousal", "intensity", "disagreement"]
    columns.append("shot")
    for channel in timeline.channels:
        columns += [f"{channel.name}_label", f"{channel.name}_weight"]
    return columns + (["danmaku_per_s"] if timeline.channel("danmaku") else [])


def _rows(analysis: Analysis) -> Iterator[list[Any]]:
    timeline = analysis.timeline
    curves = (timeline.valence, timeline.arousal, timeline.intensity, timeline.disagreement)
    crowd = density(analysis.lines, timeline.t_s) if timeline.channel("danmaku") else None
    shot = numbers(analysis)
    for index, t_s in enumerate(timeline.t_s):
        row = [_cell(t_s), _label(timeline.probs[index])]
        row += [_cell(value) for value in timeline.probs[index]]
        row += [*(_cell(curve[index]) for curve in curves), str(shot[index])]
        for channel in timeline.channels:
            row += [_label(channel.probs[index]), _cell(channel.weight[index])]
        yield row if crowd is None else [*row, _cell(crowd[index])]


def _cell(value: float) -> str:
    return f"{value:.{DECIMALS}f}" if np.isfinite(value) else ""


def _label(probs: np.ndarray) -> str:
    """The likeliest label of (7,) probabilities, empty where nothing was seen."""
    return "" if np.isnan(probs).any() else LABELS[int(probs.argmax())]


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text so that `path` is either what it was or complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        # a file's name may not be UTF-8; Python then holds it as lone surrogates
        partial_path.write_bytes(text.encode("utf-8", "replace"))
        os.replace(partial_path, path)
    finally:
        partial_path.unlink(missing_ok=True)
