"""The command `evaluate expression`: the shipped weights on data that no choice has seen.

Only this module reads the test splits. Weights come the way inference gets them.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from vidsent.core import weights
from vidsent.core.emotions import intensity
from vidsent.faces.detection import FaceDetector
from vidsent.faces.expression import as_input
from vidsent.faces.reader import ExpressionReader
from vidsent.reports import evaluation_results
from vidsent.reports.evaluation_results import EXPRESSION_RECORD, EvaluationResult
from vidsent.training import metrics
from vidsent.training.data import affect_faces, fer
from vidsent.training.data.aligned_faces import align_tiles
from vidsent.training.data.face_clips import read_ckplus, read_kerc
from vidsent.training.data.face_photos import read_photos
from vidsent.training.data.fer import NO_LABEL, FerSplit, read_split
from vidsent.training.evaluation import class_report
from vidsent.training.evaluation import expression_rows as rows
from vidsent.training.evaluation.strangers import stranger_rows
from vidsent.training.evaluation.timing import expression_speed
from vidsent.training.expression import held_out
from vidsent.training.expression.clip_features import encode_clips
from vidsent.training.metrics import Metric, bootstrap_counts
from vidsent.training.networks.features import CnnOutputs, encode, read_stills

log = logging.getLogger(__name__)

RECORDED = "; read from the record of the training run, which retrains the GRU for every fold"


def evaluate_expression(data: Path, *, device: str = "auto") -> EvaluationResult:
    """Every measure of the shipped CNN and GRU, the main ones first, and what is drawn of them.

    Raises DataError when data is missing, ModelError when the weights are or the device is.
    """
    reader = ExpressionReader(device)
    test = read_split(data / "fer2013", "test")
    log.info("reading %d faces", len(test.images))
    alone = _probs(reader, align_tiles(test.images, data))
    on_tiles = _probs(reader, test.images)
    main, by_size, curve = _in_scenes(reader, test, on_tiles, data)
    labelled = test.majority() != NO_LABEL
    counts = metrics.confusion(test.majority()[labelled], alone[labelled].argmax(1))
    strangers = affect_faces.read_split(data / affect_faces.FOLDER, "test")
    found = {
        **stranger_rows(strangers, lambda faces: _probs(reader, faces)),
        **rows.recognition_rows(test, alone, on_tiles),
        **main,
        **_over_time(reader, data),
        **by_size,
        **rows.variant_rows(test, lambda tiles: _probs(reader, tiles)),
        **_rising(reader, data),
        **class_report.label_rows(counts, "ferplus", rows.ALONE),
        **expression_speed(fer.enlarged(test.images)),
    }
    tables = {
        "confusion": counts.tolist(),
        "report": class_report.report(counts),
        "reliability": curve,
    }
    plain = {name: metric.to_dict() for name, metric in found.items()}
    return evaluation_results.result_of("expression", plain, tables)


def _encode(reader: ExpressionReader, faces: np.ndarray) -> CnnOutputs:
    return encode(reader.cnn, as_input(torch.from_numpy(fer.enlarged(faces))), reader.device)


def _probs(reader: ExpressionReader, faces: np.ndarray) -> np.ndarray:
    """What the CNN alone says of crops or tiles (N, S, S) uint8: (N, 7)."""
    return _encode(reader, faces).logits.softmax(1).numpy()


def _in_scenes(
    reader: ExpressionReader, test: FerSplit, on_tiles: np.ndarray, data: Path
) -> tuple[dict[str, Metric], dict[str, Metric], list[dict[str, float | int]]]:
    """Measures on tiles pasted into scenes, the same by size of the face, and reliability."""
    backgrounds = [p.image for p in read_photos(data, "test") if not len(p.boxes)]
    log.info("finding them in scenes")
    large = rows.paste_all(test.images, backgrounds, rows.FACES)
    seen = _encode(reader, large.crops)
    probs, held = seen.logits.softmax(1).numpy(), read_stills(reader.gru, seen).exp().numpy()
    small = rows.paste_all(test.images[:: rows.SMALL_EVERY], backgrounds, rows.SMALL_FACES)
    truth = test.majority()
    by_size = rows.size_rows(
        np.concatenate([truth, truth[:: rows.SMALL_EVERY]]),
        np.concatenate([large.sides, small.sides]),
        np.concatenate([large.answers(probs), small.answers(_probs(reader, small.crops))]),
    )
    found = rows.scene_rows(test, on_tiles, large, probs, held)
    return found, by_size, rows.reliability(test, large, held)


def _over_time(reader: ExpressionReader, data: Path) -> dict[str, Metric]:
    """UAR on unseen actors from the record that ships beside the weights, and KERC's ratings."""
    clips = json.loads(weights.read_bytes(EXPRESSION_RECORD))["temporal"]["java_sed_clips"]
    kerc = [clip for clip in read_kerc(data, FaceDetector.shared()) if clip.split == "val"]
    examples = encode_clips(reader.cnn, kerc, 0, reader.device)
    valence, arousal = held_out.affect_ccc(reader.gru, examples)
    actors = held_out.uar_by_actor(clips, "gru")
    return {
        "java_sed_uar": _recorded(held_out.clip_uar(clips, "gru")),
        "java_sed_uar_clip_alone": _recorded(held_out.clip_uar(clips, "gru" + held_out.ALONE)),
        "java_sed_uar_cnn": _recorded(held_out.clip_uar(clips, "cnn")),
        "kerc_ccc_valence": valence,
        "kerc_ccc_arousal": arousal,
        **{f"java_sed_uar_actor_{actor}": _recorded(row) for actor, row in actors.items()},
    }


def _recorded(metric: Metric) -> Metric:
    """A metric of predictions that the training run wrote down, which it says."""
    return replace(metric, protocol=metric.protocol + RECORDED)


def _rising(reader: ExpressionReader, data: Path) -> dict[str, Metric]:
    """Whether intensity rises along CK+ sequences, by the CNN alone."""
    clips = read_ckplus(data / "ckplus48.zip", FaceDetector.shared())
    intensities = [intensity(_probs(reader, clip.crops)) for clip in clips]
    return {"ckplus_intensity_rises": rising_row(intensities, [clip.group for clip in clips])}


def rising_row(series: list[np.ndarray], subjects: list[str]) -> Metric:
    """Share of the N series (T,) that never fall; `subjects` (N,) are drawn for the interval."""
    people, owner = np.unique(subjects, return_inverse=True)
    rises = np.array([not (np.diff(each) < 0).any() for each in series], np.float64)
    taken, good = np.bincount(owner), np.bincount(owner, rises)
    protocol = (
        f"share of {len(series)} CK+ sequences, their last three frames, onset to apex, contempt "
        "left out, in which the intensity does not fall from frame to frame; CNN alone, because "
        f"CK+ is in the GRU's training data; {len(people)} subjects drawn again for the interval"
    )
    found = bootstrap_counts(
        lambda counts: float(counts @ good / (counts @ taken)), len(people), protocol=protocol
    )
    return replace(found, n=len(series))
