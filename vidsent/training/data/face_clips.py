"""Faces over time to train the GRU on: acted clips, film scenes and rising expressions.

Every set becomes a list of `FaceClip`, cut from its frames by the functions that inference
uses and kept in the run folder, so that decoding happens once. This module knows no model.
"""

from __future__ import annotations

import csv
import logging
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vidsent.core import weights
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.alignment import FRAMING, align, face_quality
from vidsent.faces.appearance import describe
from vidsent.faces.detection import FILE, THRESHOLD, FaceDetector, search_side
from vidsent.faces.tracking import Tracker
from vidsent.media.video import frames
from vidsent.training.data.aligned_faces import align_image, center_crop

log = logging.getLogger(__name__)

JAVA_SED_SIDE = 384  # pixels at which the acted clips, 360 wide, are searched
RATE_HZ = 10.0  # of cached acted clips, as clips are analysed; training plays them at 5 to 30
NO_LABEL = -1
JAVA_SED = "Java-SED"
MIN_ACTORS = 3  # of whom one is left out to test on
KERC_SHARE = 0.84  # middle of a KERC image that holds as much face as a detector's box
KERC_MIDDLE, KERC_HALF = 5.0, 5.0  # raters' scale 0..10 to [-1, 1]
CKPLUS_NAME = re.compile(r"(?P<label>\w+)/(?P<subject>S\d+)_(?P<take>\d+)_(?P<frame>\d+)\.png")


@dataclass(frozen=True)
class FaceClip:
    """One face over time.

    crops: (T, 96, 96) uint8 grey, in order of time; T >= 1.
    group: the person, or the clip where that is unknown; never on both sides of a split.
    label: index of the emotion of the whole clip, or -1.
    affect: (2,) float32 valence and arousal of the whole clip in [-1, 1], or NaN.
    """

    name: str
    group: str
    split: str  # as the set's authors divide it, or ""
    label: int
    affect: np.ndarray
    crops: np.ndarray


def read_java_sed(folder: Path, detector: FaceDetector, limit: int | None = None) -> list[FaceClip]:
    """Java-SED clips, one actor each; those without a face are left out and logged.

    Raises DataError when `index.csv` is missing.
    """
    clips = []
    for row in _some(_rows(folder / "index.csv"), limit):
        crops = longest_track(folder / row["file"], detector)
        if not crops:
            log.warning("no face found in %s: left out", row["file"])
            continue
        label = LABELS.index(row["emotion"])
        clips.append(make_clip(row["file"], row["actor"], "", label, crops))
    return clips


def read_kerc(folder: Path, detector: FaceDetector, limit: int | None = None) -> list[FaceClip]:
    """KERC 2020 film faces with mean valence and arousal of 27 raters; splits train and val.

    Raises DataError when the table or the archive is missing.
    """
    clips = []
    with _archive(folder / "kerc2020_faces_112.zip") as archive:
        for row in _some(_rows(folder / "kerc2020.csv"), limit):
            names = row["frames"].split(";")
            crops = [align_image(_image(archive, n), detector, _kerc_crop) for n in names]
            rated = np.array([float(row["valence"]), float(row["arousal"])], np.float32)
            affect = (rated - KERC_MIDDLE) / KERC_HALF
            clips.append(make_clip(row["clip"], row["clip"], row["split"], NO_LABEL, crops, affect))
    return clips


def read_ckplus(path: Path, detector: FaceDetector) -> list[FaceClip]:
    """CK+ sequences of their last three frames, from onset to apex; contempt is left out.

    Raises DataError when the archive is missing.
    """
    takes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    with _archive(path) as archive:
        for name in sorted(archive.namelist()):
            match = CKPLUS_NAME.fullmatch(name)
            if match and match["label"] in LABELS:
                takes[match["label"], match["subject"], match["take"]].append(name)
        clips = []
        for (label, subject, take), names in takes.items():
            crops = [align_image(_image(archive, name), detector, center_crop) for name in names]
            clips.append(make_clip(f"{subject}_{take}", subject, "", LABELS.index(label), crops))
        return clips


def load_all(
    data: Path, cache: Path, limit: int | None = None, with_java: bool = True
) -> dict[str, list[FaceClip]]:
    """The three sets under `data`, each decoded once and then read from the folder `cache`.

    Java-SED can be left out, where other clips take its place.
    """
    cut = f"{weights.version(FILE)} {FRAMING} rate {RATE_HZ} limit {limit}"
    detector = FaceDetector.shared()
    readers: dict[str, Callable[[], list[FaceClip]]] = {
        "java_sed": lambda: read_java_sed(data / "java_sed_video", detector, limit),
        "kerc": lambda: read_kerc(data, detector, limit),
        "ckplus": lambda: read_ckplus(data / "ckplus48.zip", detector),
    }
    if not with_java:
        del readers["java_sed"]
    return {name: cached(cache / f"{name}.npz", cut, read) for name, read in readers.items()}


def cached(path: Path, key: str, read: Callable[[], list[FaceClip]]) -> list[FaceClip]:
    """What `read` gives, kept at `path`; read anew when `key`, the way of cutting, changed."""
    if path.exists():
        with np.load(path) as stored:
            if str(stored["key"]) == key:
                return _unpack(stored)
    clips = read()
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, key=key, **_pack(clips))
    return clips


def longest_track(
    path: Path, detector: FaceDetector, side: int | None = JAVA_SED_SIDE
) -> list[np.ndarray]:
    """Crops of the face that is seen most often; those that cannot be read are left out.

    Frames are searched at `side` pixels, or where it is None as the analysis of a clip does.
    Raises ClipError when the file is no clip.
    """
    tracker, crops = Tracker(), defaultdict[int, list[np.ndarray]](list)
    for frame in frames(path, RATE_HZ):
        searched = search_side(max(frame.image.shape)) if side is None else side
        found = detector.detect(frame.image, searched, THRESHOLD)
        looks = np.array([describe(frame.image, box) for box in found.boxes], np.float32)
        owners = tracker.update(frame.t_s, found.boxes, found.scores, looks)
        for track, landmarks in zip(owners, found.landmarks, strict=True):
            face = align(frame.image, landmarks)
            if track is not None and face_quality(face, landmarks).value > 0:
                crops[track.id].append(face)
    return max(crops.values(), key=len, default=[])


def make_clip(
    name: str,
    group: str,
    split: str,
    label: int,
    crops: list[np.ndarray],
    affect: np.ndarray | None = None,
) -> FaceClip:
    """A clip of T >= 1 crops (96, 96) uint8; without `affect` its valence and arousal are NaN."""
    unknown = np.full(2, np.nan, np.float32)
    return FaceClip(
        name, group, split, label, unknown if affect is None else affect, np.stack(crops)
    )


def _kerc_crop(image: np.ndarray) -> np.ndarray:
    """The middle of an image, which holds hair and background as well."""
    return center_crop(image, KERC_SHARE)


def _image(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """One image of the archive, (H, W, 3) uint8 RGB."""
    image = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise DataError(f"{name} in {archive.filename} could not be decoded as an image.")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.exists():
        raise DataError(f"{table} is missing: check the folder given with --data.")
    with table.open(newline="") as file:
        return list(csv.DictReader(file))


def _some(rows: list[dict[str, str]], limit: int | None) -> list[dict[str, str]]:
    """At most `limit` rows, drawn alike from all; tables are sorted by person and emotion."""
    drawn = np.random.default_rng(0).permutation(len(rows))[:limit]
    return [rows[index] for index in sorted(drawn)]


def _archive(path: Path) -> zipfile.ZipFile:
    if not path.exists():
        raise DataError(f"{path} is missing: check the folder given with --data.")
    return zipfile.ZipFile(path)


def _pack(clips: list[FaceClip]) -> dict[str, Any]:
    return {
        "text": np.array([[clip.name, clip.group, clip.split] for clip in clips]),
        "label": np.array([clip.label for clip in clips]),
        "affect": np.stack([clip.affect for clip in clips]),
        "length": np.array([len(clip.crops) for clip in clips]),
        "crops": np.concatenate([clip.crops for clip in clips]),
    }


def _unpack(stored: np.lib.npyio.NpzFile) -> list[FaceClip]:
    crops = np.split(stored["crops"], np.cumsum(stored["length"])[:-1])
    texts, labels = stored["text"].tolist(), stored["label"].tolist()
    return [
        FaceClip(name, group, split, label, affect, each)
        for (name, group, split), label, affect, each in zip(
            texts, labels, stored["affect"], crops, strict=True
        )
    ]
