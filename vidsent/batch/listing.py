"""Which clips a batch is about, and the words that lie beside them.

A folder is searched with all below it; a list is a text file or a CSV table that names clips.
Nothing is opened here but the list.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vidsent.core.errors import DataError

CLIPS = re.compile(
    r".*\.(3g2|3gp|asf|avi|dv|flv|gif|h264|hevc|ivf|m2ts|m4v|mj2|mkv|mov|mp4|mpe?g|mts|mxf|nut|ogv"
    r"|rm|rmvb|ts|webm|wmv|wtv)",
    re.IGNORECASE | re.DOTALL,
)
BESIDE = (".srt", ".vtt", ".ass", ".ssa", ".ttml", ".xml")  # of words beside a clip; first wins
COLUMNS = ("clip", "subtitles")  # of a CSV list


@dataclass(frozen=True)
class Item:
    """One clip to analyse: its name in the tables, and its files as absolute paths."""

    name: str  # relative to the folder, or as the list names it
    path: str
    subtitles: str | None = None


def list_items(source: Path, beside: bool = True, leave_out: Path | None = None) -> list[Item]:
    """The clips of a folder or of a list, each pair of clip and words once, in a fixed order.

    With `beside` a clip that is given no words takes those of `subtitles_beside`. What lies in
    the folder `leave_out` is passed over. Raises DataError where there is no such folder or list,
    or where the list cannot be read.
    """
    if source.is_dir():
        found: Iterable[Item] = _of_folder(source, leave_out)
    elif source.is_file() and CLIPS.fullmatch(source.name):
        found = [Item(source.name, _absolute(source))]
    elif source.is_file():
        found = _of_list(source)
    else:
        raise DataError(f"There is no folder and no list {source}. Check the name.")
    items = (_with_words(item) if beside else item for item in found)
    return list({(item.path, item.subtitles): item for item in items}.values())


def subtitles_beside(clip: Path) -> Path | None:
    """The file of words beside a clip: "clip.srt", else one with a tag such as "clip.en.srt".

    Endings count in the order of `BESIDE`, then names in that of the alphabet.
    """
    for ending in BESIDE:
        if (plain := clip.with_suffix(ending)).is_file():
            return plain
    start = f"{clip.stem}."
    try:
        tagged = [
            each
            for each in sorted(clip.parent.iterdir())
            if each.name.startswith(start) and each.suffix.lower() in BESIDE
        ]
    except OSError:
        return None
    tagged = [each for each in tagged if "." not in each.stem[len(start) :] and each.is_file()]
    return min(tagged, key=lambda each: BESIDE.index(each.suffix.lower()), default=None)


def _with_words(item: Item) -> Item:
    words = None if item.subtitles else subtitles_beside(Path(item.path))
    return Item(item.name, item.path, _absolute(words)) if words else item


def _of_folder(folder: Path, leave_out: Path | None) -> Iterator[Item]:
    left_out = leave_out.resolve() if leave_out else None
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (Path(parent) / name).resolve() != left_out
        )
        for name in sorted(files):  # macOS leaves files such as ._clip.mp4 that are none
            path = Path(parent) / name
            if CLIPS.fullmatch(name) and not name.startswith("."):
                yield Item(path.relative_to(folder).as_posix(), _absolute(path))


def _of_list(source: Path) -> Iterator[Item]:
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"The list {source} cannot be read as UTF-8 text. Name a folder, or a text file with "
            "one clip a line."
        ) from error
    rows = _of_table(source, text) if source.suffix.lower() == ".csv" else _of_lines(text)
    for clip, words in rows:
        path = source.parent / clip
        subtitles = _absolute(source.parent / words) if words else None
        yield Item(Path(clip).as_posix(), _absolute(path), subtitles)


def _of_table(source: Path, text: str) -> Iterator[tuple[str, str]]:
    table = csv.DictReader(text.splitlines())
    if COLUMNS[0] not in (table.fieldnames or ()):
        raise DataError(
            f"The table {source} has no column `clip`. Its first line must be `clip,subtitles`; "
            "the second column may be missing or empty."
        )
    for row in table:
        clip, words = ((row.get(name) or "").strip() for name in COLUMNS)
        if clip:
            yield clip, words


def _of_lines(text: str) -> Iterator[tuple[str, str]]:
    """One clip a line, and after a tab its words; what follows # at the start is a remark."""
    for line in text.splitlines():
        clip, _, words = line.partition("\t")
        if clip.strip() and not clip.startswith("#"):
            yield clip.strip(), words.strip()


def _absolute(path: Path) -> str:
    return os.path.abspath(path)
