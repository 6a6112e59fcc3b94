"""FER2013 faces with the FER+ votes (Barsoum et al. 2016), read from contact sheets.

A split is `<split>.csv` beside `<split>.png` or `.webp`: tile k of the sheet is at row
k // 150, column k % 150, 48 by 48 pixels. This module does not augment.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.core.errors import DataError
from vidsent.faces.expression import CROP_SIZE

COLUMNS = 150  # tiles in one row of a sheet
TILE = 48  # pixels, side of a tile
OTHER_VOTES = ("contempt", "unknown", "not_a_face")
VOTES = LABELS + OTHER_VOTES  # the ten choices that FER+ raters had, our order first
# As FER+'s own file lists them: of two with as many votes, argmax over its columns takes the first.
FILED = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", *OTHER_VOTES)
CONTEMPT = VOTES.index("contempt")  # of no emotion of ours, but of FER+'s eight
NO_LABEL = -1


@dataclass(frozen=True)
class FerSplit:
    """One official split.

    images: (N, 48, 48) uint8, grey.
    votes: (N, 10) float32, FER+ votes in the order of `VOTES`, single votes dropped.
    fer2013: (N,) int64, the older label of the seven, or -1 where the file has none.
    """

    images: np.ndarray
    votes: np.ndarray
    fer2013: np.ndarray

    def first(self, count: int) -> FerSplit:
        """The same split cut down to its first images."""
        return FerSplit(self.images[:count], self.votes[:count], self.fer2013[:count])

    def hard(self) -> FerSplit:
        """The same images with FER2013's own label in place of the votes, where there is one."""
        votes = np.zeros_like(self.votes)
        kept = np.flatnonzero(self.fer2013 != NO_LABEL)
        votes[kept, self.fer2013[kept]] = 1.0
        return FerSplit(self.images, votes, self.fer2013)

    def distribution(self, majority: float = 0.0) -> np.ndarray:
        """FER+ votes for the seven emotions as probabilities, (N, 7) float32; rows of 0 where none.

        So much of them as `majority` says goes to the label with most votes alone.
        """
        seven = self.votes[:, :NUM_LABELS]
        votes = seven / np.maximum(seven.sum(1, keepdims=True), 1.0)
        most = self.majority()[:, None] == np.arange(NUM_LABELS)
        share = majority * most.any(1, keepdims=True)
        return ((1 - share) * votes + share * most).astype(np.float32)

    def majority(self) -> np.ndarray:
        """Majority emotion of the seven (N,), -1 where the majority is something else.

        Ties go to the first in the order of FER+'s file, `FILED`; contempt, unknown,
        not-a-face and images without a vote that two raters share are left out.
        """
        filed = np.array([VOTES.index(name) for name in FILED])
        first = filed[self.votes[:, filed].argmax(1)]
        usable = (self.votes.max(1) > 0) & (first < NUM_LABELS)
        return np.where(usable, first, NO_LABEL)

    def absolute_majority(self) -> np.ndarray:
        """What more than half of the votes say (N,), contempt (`CONTEMPT`) among it, else -1.

        So the authors' own code labels the faces it tests on, and published figures count
        (github.com/microsoft/FERPlus, src/ferplus.py, mode "majority").
        """
        first = self.votes.argmax(1)
        most = self.votes.max(1) > 0.5 * self.votes.sum(1)
        return np.where(most & (first <= CONTEMPT), first, NO_LABEL)


def read_split(folder: Path, split: str) -> FerSplit:
    """Read split "train", "val" or "test" of the FER2013 folder.

    Raises DataError when the table or its sheet is missing or does not fit.
    """
    table = folder / f"{split}.csv"
    sheet = next(
        (p for p in (folder / f"{split}.png", folder / f"{split}.webp") if p.exists()), None
    )
    if not table.exists() or sheet is None:
        raise DataError(
            f"No FER2013 split '{split}' in {folder}: {table.name} and a sheet are needed."
        )
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    votes = np.array([[float(row[f"votes_{name}"]) for name in VOTES] for row in rows], np.float32)
    labels = [
        LABELS.index(row["fer2013_label"]) if row["fer2013_label"] else NO_LABEL for row in rows
    ]
    return FerSplit(
        images=_tiles(sheet, len(rows)),
        votes=np.where(votes > 1, votes, 0),  # Barsoum et al.: one dissenting vote is noise
        fer2013=np.array(labels, np.int64),
    )


def enlarged(tiles: np.ndarray) -> np.ndarray:
    """Square grey tiles (N, S, S) uint8 at the size of a crop, (N, 96, 96)."""
    size = (CROP_SIZE, CROP_SIZE)
    blank = np.zeros((0, *size), np.uint8)
    large = [cv2.resize(tile, size, interpolation=cv2.INTER_CUBIC)[None] for tile in tiles]
    return np.concatenate([blank, *large])


def _tiles(sheet: Path, count: int) -> np.ndarray:
    """Cut `count` tiles out of a contact sheet; (count, 48, 48) uint8."""
    image = cv2.imread(str(sheet), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise DataError(f"{sheet} could not be decoded as an image.")
    rows = image.shape[0] // TILE
    if rows * COLUMNS < count or image.shape[1] != COLUMNS * TILE:
        raise DataError(
            f"{sheet} is {image.shape[1]}x{image.shape[0]}: too small for {count} tiles."
        )
    grid = image.reshape(rows, TILE, COLUMNS, TILE).swapaxes(1, 2)
    return np.ascontiguousarray(grid.reshape(-1, TILE, TILE)[:count])
