"""Photographs with labelled faces: read, brought to one style of box, split once and for all.

Two labellers drew boxes: people (brow to chin) and a reference detector (forehead to chin, with
landmarks). Training needs one style, so a face that only people labelled gets the box that the
reference would have drawn, by the median difference of the faces that both labelled. Parts of
the photographs are cut out here as well: a face, a square without one, a square of anything.
"""

from __future__ import annotations

import csv
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from vidsent.core.errors import DataError
from vidsent.faces.boxes import iou
from vidsent.faces.detector_network import LANDMARKS

SETS = ("mask", "mask2", "video", "portrait", "background")
BLOCK = 20  # neighbouring file numbers stay together: frames of one video, crops of one photograph
FOLDS = 5  # every fifth block is held out, the one after it chooses thresholds
SAME_FACE = 0.35  # IoU of the boxes of two styles around one face
MIN_SIDE = 24  # pixels; measures count smaller faces neither as missed nor as false
MASKED = ("1", "con_mascarilla", "mascarilla_mal_puesta")  # tags; the last sits badly
POINTS = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
MARGIN = 0.15  # of a box's side, around it, that is still the face
TRIES = 30  # squares tried for a part without a face
MIN_BACKGROUND = 72  # pixels, smallest such part

Shifts = dict[tuple[str, bool], np.ndarray]  # (4,) by set and mask


@dataclass(frozen=True)
class Photo:
    """An image (H, W, 3) uint8 RGB and the N faces that either labeller found in it.

    boxes (N, 4) float32 x, y, width, height in the reference's style; landmarks (N, 5, 2)
    float32, NaN where only people labelled; masked (N,) bool, true where people say so; tagged
    (N,) bool, whether people labelled the face at all.
    """

    name: str
    image: np.ndarray
    boxes: np.ndarray
    landmarks: np.ndarray
    masked: np.ndarray
    tagged: np.ndarray

    @property
    def set(self) -> str:
        return self.name.split("/")[0]


def split_of(name: str) -> str:
    """ "test" for a fifth of all file numbers, "val" for another tenth, "train" for the rest."""
    block = int(Path(name).stem) // BLOCK
    if block % FOLDS == 0:
        return "test"
    return "val" if block % (2 * FOLDS) == 1 else "train"


def read_photos(data: Path, split: str, limit: int | None = None) -> list[Photo]:
    """Photographs of `split` under `data`/facedet; raises DataError when the set is missing.

    `limit` keeps only the first so many of each kind, for a smoke run.
    """
    folder = data / "facedet"
    if not (folder / "images.zip").is_file():
        raise DataError(f"{folder}/images.zip is missing: --data names the folder that holds it.")
    labels = _labels(folder / "boxes.csv")
    shifts, none = _shifts(labels), _one([])
    photos: list[Photo] = []
    taken: Counter[str] = Counter()
    with zipfile.ZipFile(folder / "images.zip") as archive:
        for name in sorted(archive.namelist()):
            kind = name.split("/")[0]
            if not name.endswith(".jpg") or kind not in SETS or split_of(name) != split:
                continue
            taken[kind] += 1
            if limit is None or taken[kind] <= limit:
                photos.append(_photo(name, _image(archive, name), labels.get(name, none), shifts))
    return photos


def _image(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """One image of the archive, (H, W, 3) uint8 RGB."""
    image = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise DataError(f"{name} in {archive.filename} could not be decoded as an image.")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def same_faces(human: np.ndarray, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the boxes (M, 4) and (K, 4) of two labellers that lie around the same face."""
    overlap = iou(human, reference)
    rows, columns = linear_sum_assignment(-overlap)
    same = overlap[rows, columns] >= SAME_FACE
    return rows[same], columns[same]


class _Labels(NamedTuple):
    """The rows of one image, as they stand in the file."""

    human: np.ndarray
    masked: np.ndarray
    reference: np.ndarray
    landmarks: np.ndarray


def _labels(path: Path) -> dict[str, _Labels]:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            rows[row["image"]].append(row)
    return {name: _one(group) for name, group in rows.items()}


def _one(rows: list[dict[str, str]]) -> _Labels:
    human = [row for row in rows if row["labelled_by"] == "human"]
    reference = [row for row in rows if row["labelled_by"] == "reference"]
    points = [[[float(r[f"{p}_x"]), float(r[f"{p}_y"])] for p in POINTS] for r in reference]
    return _Labels(
        _boxes(human),
        np.array([row["tag"] in MASKED for row in human], bool),
        _boxes(reference),
        np.array(points, np.float32).reshape(-1, LANDMARKS, 2),
    )


def _boxes(rows: list[dict[str, str]]) -> np.ndarray:
    return np.array([[float(r[k]) for k in "xywh"] for r in rows], np.float32).reshape(-1, 4)


def _shifts(labels: dict[str, _Labels]) -> Shifts:
    """By set and mask, how a person's box differs from the reference's: medians (4,).

    Shifts of the corner by the side of the box, then the logarithms of the ratios of the sides;
    images of the test split have no say.
    """
    seen: dict[tuple[str, bool], list[np.ndarray]] = defaultdict(list)
    for name, each in labels.items():
        if split_of(name) == "test":
            continue
        for one, other in zip(*same_faces(each.human, each.reference), strict=True):
            mine, theirs = each.human[one], each.reference[other]
            shift = (theirs[:2] - mine[:2]) / mine[2:], np.log(theirs[2:] / mine[2:])
            seen[name.split("/")[0], bool(each.masked[one])].append(np.concatenate(shift))
    return {key: np.median(values, axis=0) for key, values in seen.items()}


def _photo(name: str, image: np.ndarray, labels: _Labels, shifts: Shifts) -> Photo:
    rows, columns = same_faces(labels.human, labels.reference)
    masked, tagged = np.zeros((2, len(labels.reference)), bool)
    masked[columns], tagged[columns] = labels.masked[rows], True
    alone = np.setdiff1d(np.arange(len(labels.human)), rows)
    keys = [(name.split("/")[0], bool(masked)) for masked in labels.masked[alone]]
    shift = np.array([shifts.get(key, np.zeros(4)) for key in keys]).reshape(-1, 4)
    corners, sides = np.hsplit(labels.human[alone], 2)
    moved = np.hstack([corners + shift[:, :2] * sides, sides * np.exp(shift[:, 2:])])
    unknown = np.full((len(alone), LANDMARKS, 2), np.nan, np.float32)
    return Photo(
        name,
        np.ascontiguousarray(image),
        np.concatenate([labels.reference, moved]).astype(np.float32),
        np.concatenate([labels.landmarks, unknown]).astype(np.float32),
        np.concatenate([masked, labels.masked[alone]]),
        np.concatenate([tagged, np.ones(len(alone), bool)]),
    )


def random_square(image: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    """A random square of `side` pixels out of `image`, enlarged or shrunk to fill it."""
    scale = side / min(image.shape[:2]) * rng.uniform(1.0, 2.2)
    size = max(side, round(image.shape[1] * scale)), max(side, round(image.shape[0] * scale))
    scaled = _resized(image, size)
    x, y = rng.integers(0, size[0] - side + 1), rng.integers(0, size[1] - side + 1)
    return scaled[y : y + side, x : x + side].copy()


def crop_face(
    photo: Photo, face: int, longer: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A face with little around it, its box `longer` pixels long: patch, box, landmarks.

    Some come grey and coarse, as faces of emotion data sets do.
    """
    x, y, width, height = photo.boxes[face]
    margins = rng.uniform(-0.05, 0.4, 4) * [width, height, width, height]
    left, top = np.maximum([x - margins[0], y - margins[1]], 0).astype(int)
    right = int(min(x + width + margins[2], photo.image.shape[1]))
    bottom = int(min(y + height + margins[3], photo.image.shape[0]))
    patch = photo.image[top : max(bottom, top + 2), left : max(right, left + 2)]
    scale = longer / max(width, height)
    size = max(2, round(patch.shape[1] * scale)), max(2, round(patch.shape[0] * scale))
    if rng.random() < 0.4:
        coarse = max(24, int(rng.normal(50, 8)))
        grey = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY)
        grey = cv2.resize(grey, (coarse, coarse), interpolation=cv2.INTER_AREA)
        patch = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    ratio = np.array(size) / [max(right - left, 2), max(bottom - top, 2)]
    corner = np.array([left, top], np.float32)
    box = np.concatenate([([x, y] - corner) * ratio, ([x + width, y + height] - corner) * ratio])
    return _resized(patch, size), box, (photo.landmarks[face] - corner) * ratio


def background_crop(photo: Photo, rng: np.random.Generator) -> Photo | None:
    """The largest square without a face that a few tries find: clothes, hands, streets, or None.

    What a detector takes for a face lies near faces: prints on shirts, backs of heads.
    """
    height, width = photo.image.shape[:2]
    low = photo.boxes[:, :2] - MARGIN * photo.boxes[:, 2:]
    high = photo.boxes[:, :2] + (1 + MARGIN) * photo.boxes[:, 2:]
    best = (0, 0, 0)
    for _ in range(TRIES):
        side = int(rng.uniform(0.2, 0.9) * min(height, width))
        x, y = int(rng.integers(0, width - side + 1)), int(rng.integers(0, height - side + 1))
        free = ((low >= [x + side, y + side]) | (high <= [x, y])).any(1).all()
        if free and side > best[2]:
            best = (x, y, side)
    x, y, side = best
    if side < MIN_BACKGROUND:
        return None
    image = photo.image[y : y + side, x : x + side]
    return _photo(photo.name, image, _one([]), {})


def _resized(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The image with `size`, width and height, enlarged or shrunk as suits."""
    how = cv2.INTER_AREA if size[0] < image.shape[1] else cv2.INTER_LINEAR
    return cv2.resize(image, size, interpolation=how)
