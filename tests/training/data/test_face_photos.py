"""Labels of two people's styles become one, and the split never parts what belongs together."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.training.tiny import encoded
from vidsent.core.errors import DataError
from vidsent.training.data.face_photos import (
    BLOCK,
    POINTS,
    Photo,
    read_photos,
    same_faces,
    split_of,
)

TRAIN, TEST, VAL = 2 * BLOCK, 0, BLOCK  # file numbers of each split
HEADER = ["image", "set", "labelled_by", "x", "y", "w", "h", "score", "tag"]

Box = tuple[float, float, float, float]


class Writer:
    """Photographs of 100 x 80 pixels, red on the left, with the labels that a test plants."""

    def __init__(self, data: Path) -> None:
        self.data, self._names, self._rows = data, set[str](), list[list[object]]()

    def person(self, name: str, box: Box, tag: str = "0") -> None:
        self.empty(name)
        self._rows.append([name, name.split("/")[0], "human", *box, "", tag, *[""] * 10])

    def reference(self, name: str, box: Box) -> None:
        self.empty(name)
        points = np.arange(10) + box[0]
        self._rows.append([name, name.split("/")[0], "reference", *box, 0.9, "", *points])

    def empty(self, name: str) -> None:
        self._names.add(name)

    def read(self, split: str, limit: int | None = None) -> list[Photo]:
        folder = self.data / "facedet"
        folder.mkdir(exist_ok=True)
        image = np.zeros((80, 100, 3), np.uint8)
        image[:, :50, 2] = 255  # red for OpenCV
        with zipfile.ZipFile(folder / "images.zip", "w") as archive:
            for name in self._names:
                archive.writestr(name, encoded(image, ".jpg"))
        with (folder / "boxes.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER + [f"{point}_{axis}" for point in POINTS for axis in "xy"])
            writer.writerows(self._rows)
        return read_photos(self.data, split, limit)


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path)


def test_neighbouring_numbers_stay_in_one_split_and_a_fifth_is_held_out() -> None:
    splits = [split_of(f"mask/{number:04}.jpg") for number in range(100 * BLOCK)]
    blocks = [splits[start : start + BLOCK] for start in range(0, len(splits), BLOCK)]
    assert all(len(set(block)) == 1 for block in blocks)
    assert splits.count("test") == len(splits) / 5
    assert splits.count("val") == len(splits) / 10
    assert splits.count("train") == len(splits) * 7 / 10
    assert {split_of("mask/0000.jpg"), split_of("video/0000.jpg")} == {"test"}


def test_each_split_reads_its_own_photographs_with_red_as_red(writer: Writer) -> None:
    for number in (TRAIN, TEST, VAL):
        writer.empty(f"portrait/{number:04}.jpg")
    writer.empty("unknown/0040.jpg")
    for split, number in (("train", TRAIN), ("test", TEST), ("val", VAL)):
        (photo,) = writer.read(split)
        assert photo.name == f"portrait/{number:04}.jpg"
        assert photo.set == "portrait"
        assert photo.image.shape == (80, 100, 3)
        assert photo.image[40, 10].argmax() == 0
        assert photo.image[40, 10, 0] > 200
        assert photo.boxes.shape == (0, 4)
        assert photo.landmarks.shape == (0, 5, 2)


def test_a_limit_is_of_each_kind(writer: Writer) -> None:
    for number in range(TRAIN, TRAIN + 4):
        writer.empty(f"mask/{number:04}.jpg")
        writer.empty(f"background/{number:04}.jpg")
    names = [photo.name for photo in writer.read("train", limit=2)]
    assert names == [
        f"{kind}/{TRAIN + k:04}.jpg" for kind in ("background", "mask") for k in (0, 1)
    ]


def test_a_face_of_both_is_one_face_in_the_reference_s_style(writer: Writer) -> None:
    name = f"mask/{TRAIN:04}.jpg"
    writer.person(name, (10, 14, 20, 22), tag="1")
    writer.reference(name, (10, 10, 20, 26))
    writer.reference(name, (60, 10, 20, 26))
    (photo,) = writer.read("train")
    assert photo.boxes.tolist() == [[10, 10, 20, 26], [60, 10, 20, 26]]
    assert photo.masked.tolist() == [True, False]
    assert photo.landmarks[0].ravel().tolist() == list(range(10, 20))
    assert photo.tagged.tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "tag", "masked"),
    [
        (f"mask/{TRAIN:04}.jpg", "1", True),
        (f"mask/{TRAIN:04}.jpg", "0", False),
        (f"mask2/{TRAIN:04}.jpg", "con_mascarilla", True),
        (f"mask2/{TRAIN:04}.jpg", "mascarilla_mal_puesta", True),
        (f"mask2/{TRAIN:04}.jpg", "sin_mascarilla", False),
        (f"video/{TRAIN:04}.jpg", "kpts", False),
    ],
)
def test_masks_are_known_by_the_tags_of_each_set(
    name: str, tag: str, masked: bool, writer: Writer
) -> None:
    writer.person(name, (10, 10, 20, 20), tag)
    assert writer.read("train")[0].masked.tolist() == [masked]


def test_a_face_that_only_people_saw_gets_the_box_that_the_reference_would_draw(
    writer: Writer,
) -> None:
    for number in range(TRAIN, TRAIN + 5):  # the reference begins a quarter higher
        name = f"mask/{number:04}.jpg"
        side = 20 + 2 * (number - TRAIN)
        writer.person(name, (10, 20, side, side))
        writer.reference(name, (10, 20 - side / 4, side, side * 1.25))
    lone = f"mask/{TRAIN + 5:04}.jpg"
    writer.person(lone, (40, 40, 16, 16))
    photo = writer.read("train")[-1]
    assert photo.boxes == pytest.approx(np.array([[40, 36, 16, 20]]), abs=1e-4)
    assert np.isnan(photo.landmarks).all()
    assert photo.tagged.tolist() == [True]


def test_masked_and_bare_faces_are_moved_each_by_their_own_difference(writer: Writer) -> None:
    for tag, wider in (("0", 1.0), ("1", 1.5)):
        for k in range(3):
            name = f"mask/{TRAIN + 3 * int(tag) + k:04}.jpg"
            writer.person(name, (10, 10, 20, 20), tag)
            writer.reference(name, (10, 10, 20 * wider, 20))
    lone = f"mask/{TRAIN + 9:04}.jpg"
    writer.person(lone, (50, 50, 20, 20), "0")
    writer.person(lone, (10, 50, 20, 20), "1")
    assert writer.read("train")[-1].boxes[:, 2] == pytest.approx([20, 30])


def test_the_test_split_has_no_say_in_the_difference(writer: Writer) -> None:
    for name, higher in ((f"mask/{TRAIN:04}.jpg", 4), (f"mask/{TEST:04}.jpg", 8)):
        writer.person(name, (10, 20, 20, 20))
        writer.reference(name, (10, 20 - higher, 20, 20))
    writer.person(f"mask/{TEST + 1:04}.jpg", (10, 20, 20, 20))
    assert writer.read("test")[-1].boxes[0] == pytest.approx([10, 16, 20, 20])


def test_pairs_are_one_to_one() -> None:
    human = np.array([[0, 0, 10, 10], [2, 0, 10, 10]], np.float32)
    rows, columns = same_faces(human, human[:1])
    assert rows.tolist() == [0]
    assert columns.tolist() == [0]
    assert not len(same_faces(human, np.zeros((0, 4), np.float32))[0])


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"images\.zip"):
        read_photos(tmp_path, "train")
