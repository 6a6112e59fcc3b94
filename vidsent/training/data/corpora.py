"""The corpora of faces that the expression CNN learns from and is chosen by, as plain arrays.

Every face is grey, 96 by 96, aligned as inference aligns it; smaller ones are enlarged. What is
for validation is kept apart: a part of affect_faces by name, FER+'s validation split, a fifth of
CK+'s subjects, two of Java-SED's actors. Java-SED is never learned from by the CNN.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vidsent.core.emotions import NUM_LABELS
from vidsent.training.data import affect_faces, fer
from vidsent.training.data.face_clips import FaceClip
from vidsent.training.data.fer import NO_LABEL, FerSplit

AFFECT, FERPLUS, CKPLUS, JAVA_SED = "affect_faces", "fer_plus", "ck_plus", "java_sed"
LEARNED = (AFFECT, FERPLUS, CKPLUS)
CKPLUS_EVERY = 5  # one of so many of CK+'s subjects is for validation
JAVA_SED_ACTORS = ("03", "08")  # for validation


@dataclass(frozen=True)
class Corpus:
    """N faces of one corpus.

    images: (N, 96, 96) uint8, grey.
    targets: (N, 7) float32, rows sum to 1; raters' shares where there are several.
    """

    name: str
    images: np.ndarray
    targets: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """What most raters say, (N,) int64."""
        found: np.ndarray = self.targets.argmax(1)
        return found

    def drawn(self, count: int | None) -> Corpus:
        """At most `count` of the faces, drawn alike from all."""
        chosen = np.random.default_rng(0).permutation(len(self.images))[:count]
        return replace(self, images=self.images[chosen], targets=self.targets[chosen])


class Validation(NamedTuple):
    """What the CNN is chosen by: faces of each corpus, and clips of Java-SED."""

    corpora: list[Corpus]
    clips: list[FaceClip]


def for_calibration(val: Validation, left_out: str = "") -> Corpus | None:
    """By whose faces confidence is made to mean accuracy; None where nothing is learned from.

    Those of the most strangers: FER+'s are easier, and would promise more than holds elsewhere.
    """
    found = {corpus.name: corpus for corpus in val.corpora if corpus.name != left_out}
    return found.get(AFFECT, found.get(FERPLUS))


def read_training(
    data: Path, clips: dict[str, list[FaceClip]], limit: int | None = None
) -> list[Corpus]:
    """What the CNN learns from, at most `limit` faces of each; raises DataError where one lacks.

    `clips` are those of `face_clips.load_all`.
    """
    read = [
        affect(data / AFFECT, "train"),
        fer_plus(fer.read_split(data / "fer2013", "train"), votes=True),
        ck_plus(clips["ckplus"], held_out=False),
    ]
    return [corpus.drawn(limit) for corpus in read]


def read_validation(
    data: Path, clips: dict[str, list[FaceClip]], limit: int | None = None
) -> Validation:
    """What the CNN is chosen by; see `read_training`."""
    read = [
        affect(data / AFFECT, "val"),
        fer_plus(fer.read_split(data / "fer2013", "val"), votes=False),
        ck_plus(clips["ckplus"], held_out=True),
    ]
    acted = [clip for clip in clips.get("java_sed", []) if clip.group in JAVA_SED_ACTORS]
    return Validation([corpus.drawn(limit) for corpus in read if len(corpus.images)], acted[:limit])


def affect(folder: Path, split: str) -> Corpus:
    """A split of affect_faces."""
    read = affect_faces.read_split(folder, split)
    return Corpus(AFFECT, read.grey(), one_hot(read.labels))


def fer_plus(split: FerSplit, *, votes: bool) -> Corpus:
    """Faces of FER+ whose majority is an emotion, with the votes or with that majority."""
    majority = split.majority()
    kept = majority != NO_LABEL
    targets = split.distribution() if votes else one_hot(np.maximum(majority, 0))
    return Corpus(FERPLUS, fer.enlarged(split.images[kept]), targets[kept])


def ck_plus(clips: Sequence[FaceClip], *, held_out: bool) -> Corpus:
    """CK+'s last frames: for training all three of a sequence, for validation the apex."""
    chosen = [clip for clip in clips if _for_validation(clip) == held_out]
    faces = [clip.crops[-1:] if held_out else clip.crops for clip in chosen]
    labels = np.repeat([clip.label for clip in chosen], [len(each) for each in faces])
    blank = np.zeros((0, *clips[0].crops.shape[1:]), np.uint8)
    return Corpus(CKPLUS, np.concatenate([blank, *faces]), one_hot(labels.astype(np.int64)))


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Labels (N,) as certain shares (N, 7) float32."""
    return np.eye(NUM_LABELS, dtype=np.float32)[labels]


def _for_validation(clip: FaceClip) -> bool:
    return zlib.crc32(clip.group.encode()) % CKPLUS_EVERY == 0
