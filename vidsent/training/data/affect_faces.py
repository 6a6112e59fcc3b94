"""affect_faces: colour faces of strangers, aligned on a black ground, read from contact sheets.

`index.csv` names sheet, tile, split, label and name; tile k of a sheet is at row k // 50,
column k % 50, 96 by 96 pixels. A part of the train split, drawn by a hash of the names,
serves for validation. This module does not augment.
"""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.expression import CROP_SIZE

FOLDER = "affect_faces"
COLUMNS = 50  # tiles in one row of a sheet
TILE = CROP_SIZE  # pixels, side of a tile
VALIDATION = 10  # one face of so many in the train split is for validation


@dataclass(frozen=True)
class AffectFaces:
    """One split.

    images: (N, 96, 96, 3) uint8 RGB, black outside the face.
    labels: (N,) int64, places in `LABELS`.
    names: (N,) str, of the files that the faces were.
    """

    images: np.ndarray
    labels: np.ndarray
    names: np.ndarray

    def grey(self) -> np.ndarray:
        """The same faces as the CNN takes them, (N, 96, 96) uint8."""
        return np.stack([cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in self.images])


def read_split(folder: Path, split: str) -> AffectFaces:
    """Read "train", "val" or "test"; raises DataError when a file is missing or does not fit."""
    table = folder / "index.csv"
    if not table.exists():
        raise DataError(f"{table} is missing: check the folder given with --data.")
    with table.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if _split(row) == split]
    sheets = {name: _sheet(folder / f"sheet{name}.webp") for name in {row["sheet"] for row in rows}}
    return AffectFaces(
        images=np.stack([_tile(sheets[row["sheet"]], int(row["tile"])) for row in rows]),
        labels=np.array([LABELS.index(row["label"]) for row in rows], np.int64),
        names=np.array([row["name"] for row in rows]),
    )


def _split(row: dict[str, str]) -> str:
    """The split of a row, with validation taken from its authors' train split."""
    held_out = zlib.crc32(row["name"].encode()) % VALIDATION == 0
    return "val" if row["split"] == "train" and held_out else row["split"]


def _sheet(path: Path) -> np.ndarray:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise DataError(f"{path} is missing or could not be decoded as an image.")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def _tile(sheet: np.ndarray, index: int) -> np.ndarray:
    row, column = divmod(index, COLUMNS)
    tile = sheet[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
    if tile.shape != (TILE, TILE, 3):
        raise DataError(f"A sheet of {FOLDER} is too small for its tile {index}.")
    return tile
