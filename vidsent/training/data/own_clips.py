"""A user's own clips: a folder with a table `labels.csv` that says who shows what.

Columns: `file`, relative to the folder; `person`, any name; `label`, one of the seven emotions;
and, if wanted, `split`, "train" or "test". Whoever is in the test split is never learned from.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import logging
from pathlib import Path
from typing import NamedTuple

from vidsent.core import weights
from vidsent.core.emotions import LABELS
from vidsent.core.errors import ClipError, DataError
from vidsent.faces.alignment import FRAMING
from vidsent.faces.detection import FILE, FaceDetector
from vidsent.training.data.face_clips import (
    MIN_ACTORS,
    RATE_HZ,
    FaceClip,
    cached,
    longest_track,
    make_clip,
)

log = logging.getLogger(__name__)

TABLE = "labels.csv"
COLUMNS = ("file", "person", "label")
TRAIN, TEST = "train", "test"
MIN_LABELS = 2


class Row(NamedTuple):
    """One checked line of the table."""

    file: str
    person: str
    label: str
    split: str


def load_clips(folder: Path, cache: Path) -> list[FaceClip]:
    """The clips of `folder`, cut once and then read from the folder `cache`.

    Clips without a face are left out and logged. Raises DataError, which names the line, when
    the table is missing or wrong, a file is missing or no video, or too few people are left.
    """
    rows = read_table(folder)
    key = f"{weights.version(FILE)} {FRAMING} rate {RATE_HZ} {_state(folder, rows)}"
    clips = cached(cache / "own.npz", key, lambda: _cut(folder, rows))
    check(clips)
    return clips


def read_table(folder: Path) -> list[Row]:
    """The lines of `labels.csv`, each checked; raises DataError that names the first bad one."""
    path = folder / TABLE
    if not path.is_file():
        raise DataError(
            f"There is no {TABLE} in {folder}: it names the clips, with the columns "
            f"{', '.join(COLUMNS)} and, if wanted, split."
        )
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                raise DataError(f"{path} lacks the column {lacking[0]}: name it in its first line.")
            return [_row(folder, reader.line_num, line) for line in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is no table in UTF-8: save it as CSV, UTF-8.") from error


def check(clips: list[FaceClip]) -> None:
    """Raise DataError when nothing could be learned from these clips and tested on others."""
    learned = [clip for clip in clips if clip.split != TEST]
    people, labels = ({getattr(clip, name) for clip in learned} for name in ("group", "label"))
    if len(people) < MIN_ACTORS:
        raise DataError(
            f"The clips with a face show {len(people)} persons; at least {MIN_ACTORS} are "
            "needed, because a model is tested on persons it has not seen."
        )
    if len(labels) < MIN_LABELS:
        raise DataError(f"The clips show {len(labels)} emotion; at least {MIN_LABELS} are needed.")
    both = people & {clip.group for clip in clips if clip.split == TEST}
    if both:
        raise DataError(f"{min(both)} is in both splits: a person belongs to train or to test.")


def _row(folder: Path, line: int, given: dict[str | None, str | None]) -> Row:
    """One line of the table; raises DataError when a value cannot be right."""
    at = f"Line {line} of {folder / TABLE}"
    file, person, label, split = ((given.get(k) or "").strip() for k in (*COLUMNS, "split"))
    for name, value in zip(COLUMNS, (file, person, label), strict=True):
        if not value:
            raise DataError(f"{at} has no {name}.")
    if label.lower() not in LABELS:
        near = difflib.get_close_matches(label.lower(), LABELS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"choose of {', '.join(LABELS)}."
        raise DataError(f"{at} has the label {label!r}: {hint}")
    if split.lower() not in ("", TRAIN, TEST):
        raise DataError(f"{at} has the split {split!r}: write train, test or nothing.")
    if not (folder / file).is_file():
        raise DataError(f"{at} names {file}, which is not in {folder}.")
    return Row(file, person, label.lower(), split.lower() or TRAIN)


def _cut(folder: Path, rows: list[Row]) -> list[FaceClip]:
    detector, clips = FaceDetector.shared(), []
    for row in rows:
        try:
            crops = longest_track(folder / row.file, detector, side=None)
        except ClipError as error:
            raise DataError(f"{row.file}, named in {folder / TABLE}: {error}") from error
        if not crops:
            log.warning("no face found in %s: left out", row.file)
            continue
        clips.append(make_clip(row.file, row.person, row.split, LABELS.index(row.label), crops))
    if not clips:
        raise DataError(f"No face was found in any clip of {folder}.")
    return clips


def _state(folder: Path, rows: list[Row]) -> str:
    """Changes when the table or a file does."""
    files = [(*row, (folder / row.file).stat()) for row in rows]
    told = [(*each[:-1], each[-1].st_size, each[-1].st_mtime_ns) for each in files]
    return hashlib.sha256(repr(told).encode()).hexdigest()
