"""Clips of faces: what is kept, what is left out, and that they are cut once."""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from tests.clips import write_clip
from tests.training import tiny
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.alignment import align
from vidsent.faces.detection import THRESHOLD, FaceDetector
from vidsent.media.video import frames
from vidsent.training.data.face_clips import (
    JAVA_SED_SIDE,
    FaceClip,
    cached,
    load_all,
    read_ckplus,
    read_java_sed,
    read_kerc,
)


def test_java_sed_clips_hold_the_face_as_inference_cuts_it(tmp_path: Path) -> None:
    tiny.java_sed(tmp_path / "java", actors=1)
    detector = FaceDetector.shared()
    clips = read_java_sed(tmp_path / "java", detector)
    assert [(clip.group, LABELS[clip.label]) for clip in clips] == [
        ("01", "neutral"),
        ("01", "sadness"),
    ]
    images = [frame.image for frame in frames(tmp_path / "java" / clips[0].name, 20)]
    assert len(clips[0].crops) == 5  # the first of the six images is black
    landmarks = detector.detect(images[-1], JAVA_SED_SIDE, THRESHOLD).landmarks[0]
    assert np.array_equal(clips[0].crops[-1], align(images[-1], landmarks))


def test_a_clip_without_a_face_is_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tiny.java_sed(tmp_path / "java", actors=1)
    write_clip(tmp_path / "java" / "01-01-01_01.mp4")
    with caplog.at_level(logging.WARNING):
        clips = read_java_sed(tmp_path / "java", FaceDetector.shared())
    assert [clip.name for clip in clips] == ["01-01-02_01.mp4"]
    assert "01-01-01_01.mp4" in caplog.text


def test_kerc_ratings_become_minus_one_to_one(tmp_path: Path) -> None:
    tiny.kerc(tmp_path, train=6, val=5)
    clips = read_kerc(tmp_path, FaceDetector.shared())
    assert [clip.split for clip in clips] == ["train"] * 6 + ["val"] * 5
    assert [len(clip.crops) for clip in clips[:4]] == [1, 2, 3, 1]
    valence, arousal = np.array([clip.affect for clip in clips]).T
    assert valence == pytest.approx(np.arange(11) / 5 - 1)
    assert arousal == pytest.approx(-valence)
    assert all(clip.label == -1 for clip in clips)


def test_a_kerc_image_without_a_face_keeps_its_middle(tmp_path: Path) -> None:
    tiny.kerc(tmp_path, train=1, val=0)
    framed = np.full((112, 112, 3), 200, np.uint8)
    framed[:6], framed[-6:], framed[:, :6], framed[:, -6:] = 0, 0, 0, 0
    (tmp_path / "kerc2020_faces_112.zip").unlink()
    with zipfile.ZipFile(tmp_path / "kerc2020_faces_112.zip", "w") as archive:
        archive.writestr("v0-face_0.jpg", tiny.encoded(framed, ".png"))
    (clip,) = read_kerc(tmp_path, FaceDetector.shared())
    assert clip.crops.min() == 200


def test_ckplus_runs_to_the_peak_by_subject_without_contempt(tmp_path: Path) -> None:
    tiny.ckplus(tmp_path / "ck.zip", subjects=3)
    clips = read_ckplus(tmp_path / "ck.zip", FaceDetector.shared())
    assert {LABELS[clip.label] for clip in clips} == {"disgust", "surprise"}
    assert {clip.group for clip in clips} == {"S000", "S001", "S002"}
    for clip in clips:
        assert (np.diff(clip.crops.mean(axis=(1, 2))) > 50).all()  # tiny's frames brighten


@pytest.mark.parametrize("missing", ["java_sed_video/index.csv", "kerc2020.csv", "ckplus48.zip"])
def test_missing_data_is_named(tmp_path: Path, missing: str) -> None:
    tiny.java_sed(tmp_path / "java_sed_video", actors=1)
    tiny.kerc(tmp_path, train=1, val=1)
    tiny.ckplus(tmp_path / "ckplus48.zip", subjects=1)
    (tmp_path / missing).unlink()
    with pytest.raises(DataError, match=Path(missing).name):
        load_all(tmp_path, tmp_path / "faces")


def test_a_damaged_image_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ck.zip", "w") as archive:
        archive.writestr("fear/S000_000_00000001.png", b"no image")
    with pytest.raises(DataError, match="S000_000_00000001"):
        read_ckplus(tmp_path / "ck.zip", FaceDetector.shared())


def test_faces_are_cut_once_and_again_when_the_way_of_cutting_changed(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    cuts: list[int] = []

    def cut() -> list[FaceClip]:
        cuts.append(1)
        return [
            FaceClip(
                name=f"clip {length}",
                group="actor",
                split="train",
                label=length,
                affect=np.array([0.5, np.nan], np.float32),
                crops=generator.integers(0, 255, (length, 96, 96)).astype(np.uint8),
            )
            for length in (1, 3, 2)
        ]

    path = tmp_path / "faces" / "set.npz"
    first = cached(path, "margin 1.0", cut)
    second = cached(path, "margin 1.0", cut)
    assert len(cuts) == 1
    for one, other in zip(first, second, strict=True):
        assert (one.name, one.group, one.split, one.label) == (
            other.name,
            other.group,
            other.split,
            other.label,
        )
        assert np.array_equal(one.crops, other.crops)
        assert np.array_equal(one.affect, other.affect, equal_nan=True)
    cached(path, "margin 1.2", cut)
    assert len(cuts) == 2


def test_the_tiny_face_is_found() -> None:
    """Guards the tests above: without a face they would prove nothing."""
    face = cv2.resize(astronaut()[:256, 96:352], (128, 128), interpolation=cv2.INTER_AREA)
    assert len(FaceDetector.shared().detect(face).boxes) == 1
