"""Training data in miniature, laid out as the real sets are, with planted labels."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import cv2
import numpy as np
from skimage.data import astronaut

from tests.clips import write_pictures
from vidsent.core.emotions import LABELS
from vidsent.training.data.fer import COLUMNS, VOTES

SIDE = 48  # pixels
ACTED = ("neutral", "sadness", "happiness", "surprise", "fear", "anger")


def everything(folder: Path) -> Path:
    """Every set that `train expression` reads, a few cases each."""
    for split, count in (("train", 40), ("val", 21), ("test", 21)):
        fer_split(folder / "fer2013", split, count)
        show_faces(folder / "fer2013" / f"{split}.png")
    affect_faces(folder / "affect_faces", train=60, test=14)
    java_sed(folder / "java_sed_video", actors=4)
    kerc(folder, train=6, val=4)
    ckplus(folder / "ckplus48.zip", subjects=3)
    facedet(folder / "facedet")
    return folder


def fer_split(folder: Path, split: str, count: int) -> np.ndarray:
    """A split whose tile k shows level k of grey and bears label k % 7; its votes (N, 10)."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = -(-count // COLUMNS)
    sheet = np.zeros((rows * SIDE, COLUMNS * SIDE), np.uint8)
    noise = np.random.default_rng(0).integers(0, 60, (count, SIDE, SIDE))
    votes = np.zeros((count, len(VOTES)), int)
    for tile in range(count):
        top, left = tile // COLUMNS * SIDE, tile % COLUMNS * SIDE
        sheet[top : top + SIDE, left : left + SIDE] = noise[tile] + tile % 7 * 25
        votes[tile, tile % 7], votes[tile, (tile + 1) % 7] = 8, 2
    cv2.imwrite(str(folder / f"{split}.png"), sheet)
    write_table(folder / f"{split}.csv", votes, [LABELS[tile % 7] for tile in range(count)])
    return votes


def affect_faces(folder: Path, train: int, test: int) -> None:
    """One sheet of noise whose tile k has the red level 30 * (k % 7) and bears label k % 7."""
    folder.mkdir(parents=True)
    count = train + test
    side, columns = 2 * SIDE, 50
    sheet = np.zeros((-(-count // columns) * side, columns * side, 3), np.uint8)
    rows = ["sheet,tile,split,label,name"]
    for tile in range(count):
        top, left = tile // columns * side, tile % columns * side
        noise = np.random.default_rng(tile).integers(0, 60, (side, side, 3))
        sheet[top : top + side, left : left + side] = noise
        sheet[top : top + side, left : left + side, 2] = 30 * (tile % 7)
        split = "train" if tile < train else "test"
        rows.append(f"0,{tile},{split},{LABELS[tile % 7]},{tile}.jpg")
    cv2.imwrite(str(folder / "sheet0.webp"), sheet, [cv2.IMWRITE_WEBP_QUALITY, 101])
    (folder / "index.csv").write_text("\n".join(rows) + "\n")


def show_faces(sheet: Path) -> None:
    """Every tile of the sheet becomes a real face (Eileen Collins, NASA), a little different."""
    levels = cv2.imread(str(sheet), cv2.IMREAD_GRAYSCALE)
    assert levels is not None
    portrait = cv2.cvtColor(astronaut()[40:200, 145:305], cv2.COLOR_RGB2GRAY)
    face = cv2.resize(portrait, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    tiled = np.tile(face, (levels.shape[0] // SIDE, COLUMNS))
    cv2.imwrite(str(sheet), (0.8 * tiled + 0.2 * levels).astype(np.uint8))


def write_table(path: Path, votes: np.ndarray, labels: list[str]) -> None:
    """The table of a FER2013 split: one row a tile."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["tile", "fer2013_label", *(f"votes_{name}" for name in VOTES)])
        for tile, (label, row) in enumerate(zip(labels, votes, strict=True)):
            writer.writerow([tile, label, *row.tolist()])


def java_sed(folder: Path, actors: int) -> None:
    """Two clips an actor of one real face (Eileen Collins, NASA), after a black first image."""
    folder.mkdir(parents=True)
    face = cv2.resize(astronaut()[:256, 96:352], (128, 128), interpolation=cv2.INTER_AREA)
    lines = ["file,actor,sentence,emotion"]
    for actor in range(actors):
        for take in range(2):
            emotion = ACTED[(2 * actor + take) % len(ACTED)]
            name = f"{actor + 1:02}-01-{take + 1:02}_01.mp4"
            images = [np.zeros_like(face), *[np.roll(face, step, axis=1) for step in range(5)]]
            write_pictures(folder / name, images, np.arange(6) / 10)
            lines.append(f"{name},{actor + 1:02},01,{emotion}")
    (folder / "index.csv").write_text("\n".join(lines) + "\n")


def kerc(folder: Path, train: int, val: int) -> None:
    """Clips of one to three images whose valence rises and arousal falls with their number."""
    lines = ["clip,split,valence,arousal,stress,frames"]
    with zipfile.ZipFile(folder / "kerc2020_faces_112.zip", "w") as archive:
        for clip in range(train + val):
            names = [f"v{clip}-face_{k}.jpg" for k in range(1 + clip % 3)]
            for name in names:
                archive.writestr(name, encoded(np.full((112, 112, 3), 20 * clip, np.uint8), ".jpg"))
            split = "train" if clip < train else "val"
            lines.append(f"{clip},{split},{clip},{10 - clip},5,{';'.join(names)}")
    (folder / "kerc2020.csv").write_text("\n".join(lines) + "\n")


def ckplus(path: Path, subjects: int) -> None:
    """One sequence of three images a subject and label, contempt among the labels."""
    with zipfile.ZipFile(path, "w") as archive:
        for subject in range(subjects):
            for take, label in enumerate(("disgust", "contempt", "surprise")):
                for frame in range(3):
                    image = np.full((SIDE, SIDE), 60 * frame + take, np.uint8)
                    name = f"{label}/S{subject:03}_{take:03}_{frame:08}.png"
                    archive.writestr(name, encoded(image, ".png"))


def facedet(folder: Path) -> None:
    """Portraits of one real face (Eileen Collins, NASA) and face-free images, ten blocks of
    file numbers, so that every split has some; people and the reference agree but for style."""
    folder.mkdir(parents=True)
    portrait = cv2.resize(astronaut()[:280, 80:360], (250, 250), interpolation=cv2.INTER_AREA)
    x, y, width, height = 75, 40, 100, 130  # pixels of the face in the portrait
    points = [[106, 96], [146, 95], [127, 117], [111, 133], [146, 131]]
    names = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
    columns = [f"{name}_{axis}" for name in names for axis in "xy"]
    rows = [["image", "set", "labelled_by", *"xywh", "score", "tag", *columns]]
    generator = np.random.default_rng(0)
    with zipfile.ZipFile(folder / "images.zip", "w") as archive:
        for number in range(0, 200, 20):
            for name, image in (
                ("mask", portrait),
                ("portrait", portrait),
                ("background", generator.integers(0, 255, (120, 160, 3), dtype=np.uint8)),
            ):
                file = f"{name}/{number:04}.jpg"
                archive.writestr(file, encoded(image[..., ::-1], ".jpg"))
                if name == "background":
                    continue
                flat = [str(value) for point in points for value in point]
                rows.append([file, name, "reference", x, y, width, height, 0.9, "", *flat])
                if name == "mask":  # brow to chin
                    brow = [x, y + 20, width, height - 20]
                    rows.append([file, name, "human", *brow, "", 0, *[""] * 10])
    with (folder / "boxes.csv").open("w", newline="") as table:
        csv.writer(table).writerows(rows)


def encoded(image: np.ndarray, extension: str) -> bytes:
    """The bytes of an image file."""
    return cv2.imencode(extension, image)[1].tobytes()
