"""Read the faces and the lines that meet in pairs, each as inference reads it.

Training pairs are of FER+ validation tiles and lines of dev splits, on which neither the CNN nor
the BERT were trained; test pairs are of the test splits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from vidsent.core.emotions import LABELS
from vidsent.faces import alignment
from vidsent.faces.expression import CROP_SIZE, as_input
from vidsent.faces.reader import ExpressionReader
from vidsent.language.line_reader import with_table
from vidsent.language.text_model import TextModel
from vidsent.language.word_table import shipped
from vidsent.training.data.fer import TILE, FerSplit, read_split
from vidsent.training.data.texts import read_texts
from vidsent.training.fusion.pairs import Faces, Lines, match
from vidsent.training.networks.features import encode, read_stills

SETS = {"en": "goemotions_ekman", "zh": "smp2020_zh"}
SPLITS = {"train": ("val", "dev"), "test": ("test", "test")}  # of the faces, of the lines
SHRUNK = 0.3  # share of the tiles that are shown as smaller faces, which are read less well
SMALLEST = alignment.SMALLEST  # pixels to which they are shrunk at most


def read_pairs(
    data: Path,
    split: str,
    reader: ExpressionReader,
    model: TextModel,
    seed: int,
    limit: int | None = None,
) -> tuple[Faces, Lines]:
    """N faces and N lines of split "train" or "test", the k-th of both with the same label.

    `limit` uses only so many tiles and as many lines. Raises DataError when data is missing.
    """
    rng = np.random.default_rng(seed)
    of_faces, of_lines = SPLITS[split]
    tiles = read_split(data / "fer2013", of_faces)
    texts, labels = zip(
        *(read_texts(data, name)[of_lines].single() for name in SETS.values()), strict=True
    )
    chosen, lines = match(tiles.majority(), labels, rng)
    if limit is not None and limit < len(chosen):
        some = rng.choice(len(chosen), limit, replace=False)
        chosen, lines = chosen[some], lines[some]
    languages = np.repeat(list(SETS), list(map(len, labels)))[lines].tolist()
    every = list(chain(*texts))
    return (
        read_faces(tiles, chosen, reader, rng),
        read_lines([every[k] for k in lines], languages, np.concatenate(labels)[lines], model),
    )


def read_faces(
    tiles: FerSplit, chosen: np.ndarray, reader: ExpressionReader, rng: np.random.Generator
) -> Faces:
    """The chosen tiles, some of them shrunk, held for a second each before CNN and GRU."""
    shown, quality = zip(*(_shown(tiles.images[k], rng) for k in chosen), strict=True)
    outputs = encode(reader.cnn, as_input(torch.from_numpy(np.stack(shown))), reader.device)
    probs = read_stills(reader.gru, outputs).exp().numpy()
    return Faces(probs, outputs.features.numpy(), tiles.majority()[chosen], np.array(quality))


def read_lines(
    texts: Sequence[str], languages: Sequence[str], labels: np.ndarray, model: TextModel
) -> Lines:
    """What the text model reads in texts, and its features."""
    probs = with_table(model.read(texts, languages).probs, texts, languages, shipped())
    return Lines(probs, model.embed(texts), labels)


def clip_faces(clips: Sequence[Mapping[str, Any]]) -> Faces:
    """Held-out answers of the GRU on whole clips, as a training run's record keeps them."""
    labels = np.array([LABELS.index(clip["label"]) for clip in clips])
    probs = np.array([clip["gru"] for clip in clips], np.float32)
    return Faces(probs / probs.sum(1, keepdims=True), None, labels, np.ones(len(labels)))


def _shown(tile: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """A tile as a crop of its face or of a smaller one, and its quality as inference rates it."""
    side = TILE
    if rng.random() < SHRUNK:
        side = int(rng.integers(SMALLEST, TILE))
        tile = cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA)
    face = cv2.resize(tile, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_LINEAR)
    # a face of that many pixels has its landmarks that near to each other
    return face, alignment.face_quality(face, alignment.TEMPLATE * (side / CROP_SIZE)).value
