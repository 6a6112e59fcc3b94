"""Faces of every corpus come at one size with their labels, and nobody is on both sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training import tiny
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.expression import CROP_SIZE
from vidsent.training.data import affect_faces, corpora
from vidsent.training.data.face_clips import FaceClip
from vidsent.training.data.fer import read_split


def _clips(subjects: int) -> list[FaceClip]:
    """A sequence of three crops of each subject, whose last is the brightest."""
    crops = np.arange(3, dtype=np.uint8)[:, None, None] * np.ones((1, 96, 96), np.uint8)
    unknown = np.full(2, np.nan, np.float32)
    return [
        FaceClip(f"S{k:03}_001", f"S{k:03}", "", k % 6, unknown, crops) for k in range(subjects)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """affect_faces in miniature."""
    made = tmp_path_factory.mktemp("data") / "affect_faces"
    tiny.affect_faces(made, train=60, test=14)
    return made


def test_splits_of_affect_faces_share_no_face_and_keep_their_labels(folder: Path) -> None:
    splits = {name: affect_faces.read_split(folder, name) for name in ("train", "val", "test")}
    names = np.concatenate([split.names for split in splits.values()])
    assert len(names) == len(set(names)) == 74
    assert len(splits["test"].names) == 14
    assert 0 < len(splits["val"].names) < 15
    for split in splits.values():
        assert split.images.shape[1:] == (CROP_SIZE, CROP_SIZE, 3)
        np.testing.assert_array_equal(split.images[:, 40, 40, 0] // 30, split.labels)
        assert split.grey().shape == split.images.shape[:3]


def test_a_missing_sheet_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text((folder / "index.csv").read_text())
    with pytest.raises(DataError, match="sheet0"):
        affect_faces.read_split(tmp_path, "train")
    with pytest.raises(DataError, match=r"index\.csv"):
        affect_faces.read_split(tmp_path / "absent", "train")


def test_ferplus_has_votes_for_training_and_majorities_else(tmp_path: Path) -> None:
    tiny.fer_split(tmp_path, "train", 14)
    split = read_split(tmp_path, "train")
    votes, hard = (corpora.fer_plus(split, votes=each) for each in (True, False))
    assert votes.images.shape == (14, CROP_SIZE, CROP_SIZE)
    assert votes.targets[0].max() == pytest.approx(0.8)
    assert hard.targets[0].max() == 1
    np.testing.assert_array_equal(votes.labels, np.arange(14) % len(LABELS))


def test_ckplus_learns_sequences_and_is_chosen_by_the_apex_of_other_people() -> None:
    clips = _clips(30)
    train, val = (corpora.ck_plus(clips, held_out=each) for each in (False, True))
    assert len(train.images) + 3 * len(val.images) == 90
    assert (val.images == 2).all()
    assert 0 < len(val.images) < 15


def test_some_of_a_corpus_are_drawn_from_all_of_it(folder: Path) -> None:
    whole = corpora.affect(folder, "train")
    some = whole.drawn(20)
    assert len(some.images) == len(some.targets) == 20
    assert len(set(some.labels)) > 3
    assert len(whole.drawn(None).images) == len(whole.images)
