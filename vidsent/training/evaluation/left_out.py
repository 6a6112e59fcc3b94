"""`compare expression --leave-out`: what a CNN that never saw a corpus gets on it.

Each corpus that the CNN learns from was left out of a run of its own; Java-SED is left out of
every run. Test splits where there are some, else all faces of the corpus.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vidsent.core import device as devices
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.detection import FaceDetector
from vidsent.faces.expression import ExpressionNetwork, as_input
from vidsent.faces.reader import CNN_FILE
from vidsent.training import metrics
from vidsent.training.data import corpora, fer
from vidsent.training.data.corpora import AFFECT, CKPLUS, JAVA_SED, Corpus
from vidsent.training.data.face_clips import read_ckplus, read_java_sed
from vidsent.training.evaluation.metric_tables import interval, number
from vidsent.training.networks import backbones
from vidsent.training.networks.features import encode
from vidsent.training.runs import OPTIONS_FILE, load_record

log = logging.getLogger(__name__)

TABLE = "expression left out"
COLUMNS = ("corpus", "n", "UAR without it", "UAR with it", "ECE with it", *LABELS)
NOTE = (
    "UAR of the CNN alone with its 95 % interval, by a network that did not learn from the corpus "
    "(*without it*) and by the one that ships; then the recall of each emotion without it. "
    "affect_faces and FER+: their test splits, FER+'s tiles as they are; CK+: the apex of all "
    "sequences; Java-SED: all clips, the mean of the probabilities over each, never learned from "
    "by the CNN. Emotions that a corpus does not have are empty."
)


def compare_left_out(data: Path, out: Path, *, device: str = "auto") -> list[dict[str, Any]]:
    """A row for each corpus, of the runs in the folders of `out`.

    One run leaves nothing out; a corpus for which no run is there is logged and left out. Raises
    DataError when no such run is there or data is missing.
    """
    chosen, networks = devices.choose(device), read_networks(out)
    if "" not in networks:
        raise DataError(f"No run in {out} learned from all corpora: train one there first.")
    rows = []
    for corpus in tested_corpora(data):
        if corpus.name not in networks:
            log.warning("%s: no run in %s leaves it out", corpus.name, out)
            continue
        without, whole = (probs(networks[name], corpus, chosen) for name in (corpus.name, ""))
        rows.append(row(corpus, without, whole))
    faces, lengths, labels = _java_sed(data)
    means = np.stack(
        [part.mean(0) for part in np.split(probs(networks[""], faces, chosen), lengths[:-1])]
    )
    clips = Corpus(JAVA_SED, np.empty(0), corpora.one_hot(labels))
    return [*rows, row(clips, means, None)]


def row(corpus: Corpus, without: np.ndarray, whole: np.ndarray | None) -> dict[str, Any]:
    """Measures of probabilities (N, 7) by the CNN that never saw the corpus and the whole one."""
    truth, answers = corpus.labels, without.argmax(1)
    counts = metrics.confusion(truth, answers)
    found: dict[str, Any] = {
        "corpus": corpus.name,
        "n": len(truth),
        "uar": _uar(truth, without),
        "uar_with": None if whole is None else _uar(truth, whole),
        "ece_with": metrics.ece(truth, without if whole is None else whole),
    }
    shares = counts.diagonal() / np.maximum(counts.sum(1), 1)
    found["recall"] = {
        label: float(share) if counts[index].any() else None
        for index, (label, share) in enumerate(zip(LABELS, shares, strict=True))
    }
    return found


def cells(row: Mapping[str, Any]) -> list[str]:
    """A row as the table shows it, in the order of `COLUMNS`."""
    whole = "-" if row["uar_with"] is None else interval(row["uar_with"])
    recalls = [number(share) for share in row["recall"].values()]
    return [
        row["corpus"],
        f"{row['n']:,}",
        interval(row["uar"]),
        whole,
        number(row["ece_with"]),
        *recalls,
    ]


def read_networks(out: Path) -> dict[str, ExpressionNetwork]:
    """The CNN of each run in the folders of `out`, by the corpus that it left out."""
    found = {}
    for folder in sorted(path for path in out.glob("*") if (path / CNN_FILE).exists()):
        system = load_record(folder / OPTIONS_FILE)["system"]
        network = backbones.make(system["backbone"], folder / CNN_FILE).eval()
        found[system.get("left_out", "")] = network.to(memory_format=torch.channels_last)
    return found


def tested_corpora(data: Path) -> list[Corpus]:
    """What the corpora that are learned from are tested on."""
    ckplus = read_ckplus(data / "ckplus48.zip", FaceDetector.shared())
    apexes = np.stack([clip.crops[-1] for clip in ckplus])
    labels = np.array([clip.label for clip in ckplus])
    return [
        corpora.affect(data / AFFECT, "test"),
        corpora.fer_plus(fer.read_split(data / "fer2013", "test"), votes=False),
        Corpus(CKPLUS, apexes, corpora.one_hot(labels)),
    ]


def probs(cnn: ExpressionNetwork, corpus: Corpus, device: torch.device) -> np.ndarray:
    """What the CNN says of each face, (N, 7)."""
    faces = as_input(torch.from_numpy(corpus.images))
    said: np.ndarray = encode(cnn.to(device), faces, device).logits.softmax(1).numpy()
    return said


def _java_sed(data: Path) -> tuple[Corpus, np.ndarray, np.ndarray]:
    """All faces of Java-SED, where each clip ends among them, and the clips' labels."""
    clips = read_java_sed(data / "java_sed_video", FaceDetector.shared())
    lengths = np.array([len(clip.crops) for clip in clips])
    labels = np.array([clip.label for clip in clips])
    faces = np.concatenate([clip.crops for clip in clips])
    corpus = Corpus(JAVA_SED, faces, corpora.one_hot(np.repeat(labels, lengths)))
    return corpus, lengths.cumsum(), labels


def _uar(truth: np.ndarray, probs: np.ndarray) -> dict[str, Any]:
    return metrics.bootstrap(metrics.uar, truth, probs.argmax(1), protocol=NOTE).to_dict()
