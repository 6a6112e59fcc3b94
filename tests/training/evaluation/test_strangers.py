"""Rows of strangers' faces: what is right is counted, and tones of skin are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from vidsent.training.data.affect_faces import AffectFaces
from vidsent.training.data.corpora import Corpus, one_hot
from vidsent.training.evaluation import left_out
from vidsent.training.evaluation.strangers import spoiled, stranger_rows, tone

SKINS = {"light": (235, 200, 180), "medium": (190, 145, 115), "dark": (90, 60, 45)}


def _faces(count: int) -> AffectFaces:
    """Plain faces in the three tones, whose brightness in a corner is ten times their label."""
    labels = np.arange(count) % 7
    images = np.zeros((count, 96, 96, 3), np.uint8)
    for index, skin in enumerate(SKINS.values()):
        images[index::3] = skin
    images[:, :8, :8] = 10 * labels[:, None, None, None]
    return AffectFaces(images, labels, np.array([f"{k}.jpg" for k in range(count)]))


def _read(faces: np.ndarray) -> np.ndarray:
    """Reads the corner, and is right wherever it is still there."""
    labels = np.clip(np.round(faces[:, 2, 2] / 10).astype(int), 0, 6)
    return 0.93 * one_hot(labels) + 0.01


def test_what_is_right_is_counted_by_label_and_by_tone() -> None:
    rows = stranger_rows(_faces(84), _read)
    assert rows["affect_uar"].value == rows["affect_recall_fear"].value == 1
    assert rows["affect_ece"].value == pytest.approx(0.06, abs=1e-3)
    assert [rows[f"affect_uar_{name}"].n for name in SKINS] == [28, 28, 28]
    assert {"affect_uar_24px", "affect_uar_40px", "affect_uar_blurred"} < set(rows)


def test_tones_stand_in_order_and_grey_has_none() -> None:
    tones = [tone(np.full((96, 96, 3), skin, np.uint8)) for skin in SKINS.values()]
    assert all(found is not None for found in tones)
    assert tones == sorted(tones, key=lambda found: -(found or 0))
    assert tone(np.full((96, 96, 3), 120, np.uint8)) is None


def test_spoiled_faces_have_less_detail() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (2, 96, 96)).astype(np.uint8)
    for _, faces, _ in spoiled(noise):
        assert faces.shape == noise.shape and faces.std() < 0.7 * noise.std()


def test_a_corpus_has_the_recall_of_each_of_its_emotions() -> None:
    labels = np.array([0, 0, 3, 3, 5])
    corpus = Corpus("ck_plus", np.zeros((5, 96, 96), np.uint8), one_hot(labels))
    without = one_hot(np.array([0, 1, 3, 3, 5]))
    row = left_out.row(corpus, without, one_hot(labels))
    assert row["uar"]["value"] == pytest.approx(2.5 / 3, abs=1e-4)
    assert row["uar_with"]["value"] == 1 and row["ece_with"] == 0
    assert row["recall"]["anger"] == 0.5 and row["recall"]["disgust"] is None
    shown = left_out.cells(row)
    assert len(shown) == len(left_out.COLUMNS) and shown[0] == "ck_plus"
