"""Faces as the tracks of a video tell them: photographs shown as slow pans.

A photograph has one look at each face, a video has many. So each photograph is shown as a second
or three of video, moved and enlarged a little and with the noise of a sensor, and the tracks are
held against its labels; photographs without a face tell of false tracks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vidsent.faces.appearance import LENGTH, describe
from vidsent.faces.boxes import iou
from vidsent.faces.detection import WEAKEST, FaceDetector, search_side
from vidsent.faces.tracking import SURE, Track, Tracker
from vidsent.training.data.face_photos import MIN_SIDE, SAME_FACE, Photo
from vidsent.training.metrics import Metric, bootstrap_counts

RATE_HZ = 10.0
FACE_S, EMPTY_S = 1.3, 3.0  # length of a pan with faces, and of one without
FACE_PAN = (0.06, 0.02)  # enlarged by up to this share, moved by up to this share of the sides
EMPTY_PAN = (0.25, 0.1)
NOISE = 2.0  # grey levels, standard deviation
SETS = {"portrait": ("portrait",), "wild": ("mask", "mask2")}
SPLIT = "facedet test split"


@dataclass(frozen=True)
class Shown:
    """One photograph that was shown: its faces (G, 4) in the first frame, and the tracks."""

    kind: str
    faces: np.ndarray
    tracks: tuple[Track, ...]
    seconds: float


def track_rows(photos: Sequence[Photo], detector: FaceDetector, seed: int = 0) -> dict[str, Metric]:
    """Recall of faces by tracks, and false tracks a minute; each also without steadiness.

    Rows that end in `_sure_alone` count only tracks of which one detection reached the score SURE.
    """
    generator = np.random.default_rng(seed)
    shown = [show(photo, detector, generator) for photo in photos]
    rows = {}
    for suffix, is_person in {"": _is_person, "_sure_alone": _is_sure}.items():
        how = "" if not suffix else f"; only tracks with a detection of score {SURE}"
        for name, sets in SETS.items():
            part = [each for each in shown if each.kind in sets and len(each.faces)]
            if part:
                rows[f"track_recall_{name}{suffix}"] = _recall(part, is_person, name, how)
        empty = [each for each in shown if each.kind == "background"]
        if empty:
            rows[f"false_tracks_per_minute{suffix}"] = _false_tracks(empty, is_person, how)
    return rows


def show(photo: Photo, detector: FaceDetector, generator: np.random.Generator) -> Shown:
    """Track the faces of a photograph that is shown as a pan."""
    empty = photo.set == "background"
    frames = pan(
        photo.image, EMPTY_S if empty else FACE_S, EMPTY_PAN if empty else FACE_PAN, generator
    )
    tracker, first = Tracker(), np.eye(2, 3)
    side = search_side(max(photo.image.shape[:2]))
    for number, (image, transform) in enumerate(frames):
        first = transform if number == 0 else first
        found = detector.detect(image, side, WEAKEST)
        looks = [describe(image, box) for box in found.boxes]
        descriptors = np.array(looks, np.float32).reshape(-1, LENGTH)
        tracker.update(number / RATE_HZ, found.boxes, found.scores, descriptors)
    large = photo.boxes[photo.boxes[:, 2:].max(1, initial=0) > MIN_SIDE]
    faces = large * first[0, 0]
    faces[:, :2] += first[:, 2]
    return Shown(photo.set, faces, tuple(tracker.tracks), (number + 1) / RATE_HZ)


def pan(
    image: np.ndarray, seconds: float, most: tuple[float, float], generator: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Frames (H, W, 3) uint8 at `RATE_HZ`, each with its transform (2, 3) of the photograph.

    `most`: by which share it is enlarged at most on the way, and by which share of its sides moved.
    """
    height, width = image.shape[:2]
    zoom, count = generator.uniform(0, most[0]), round(seconds * RATE_HZ)
    move = generator.uniform(-most[1], most[1], 2) * (width, height)
    for share in np.linspace(0, 1, count):
        scale = 1 + zoom * share
        left, top = (1 - scale) * np.array([width, height]) / 2 + move * share
        transform = np.array([[scale, 0, left], [0, scale, top]])
        moved = cv2.warpAffine(image, transform, (width, height), borderMode=cv2.BORDER_REFLECT)
        noise = generator.normal(0, NOISE, (height, width, 1))
        yield np.clip(np.rint(moved + noise), 0, 255).astype(np.uint8), transform


def _is_person(track: Track) -> bool:
    return not (track.is_doubtful or track.is_brief)


def _is_sure(track: Track) -> bool:
    return track.best_score >= SURE and not track.is_brief


def _recall(
    shown: Sequence[Shown], is_person: Callable[[Track], bool], name: str, how: str
) -> Metric:
    hits = np.array([_found(each, is_person).sum() for each in shown])
    faces = np.array([len(each.faces) for each in shown])
    protocol = (
        f"share of {faces.sum():,} faces that have a track; {SPLIT}, {name}; photographs shown as "
        f"slow pans of {FACE_S:g} s{how}"
    )
    return bootstrap_counts(
        lambda counts: float(counts @ hits / (counts @ faces)), len(shown), protocol=protocol
    )


def _found(shown: Shown, is_person: Callable[[Track], bool]) -> np.ndarray:
    """Which faces (G,) have a track of a person; one that begins late is measured where it does."""
    people = [track for track in shown.tracks if is_person(track)]
    if not people:
        return np.zeros(len(shown.faces), bool)
    return iou(shown.faces, np.stack([track.boxes[0] for track in people])).max(1) >= SAME_FACE


def _false_tracks(shown: Sequence[Shown], is_person: Callable[[Track], bool], how: str) -> Metric:
    false = np.array([sum(map(is_person, each.tracks)) for each in shown])
    minutes = np.array([each.seconds for each in shown]) / 60
    protocol = (
        f"{false.sum()} tracks in {minutes.sum():.1f} min; {SPLIT}, photographs without a face, "
        f"shown as pans of {EMPTY_S:g} s{how}"
    )
    return bootstrap_counts(
        lambda counts: float(counts @ false / (counts @ minutes)), len(shown), protocol=protocol
    )
