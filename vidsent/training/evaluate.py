"""The command `evaluate expression`: the shipped weights on data that no choice has seen.

Only this module reads the test splits. Weights come the way inference gets them.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import torch

from vidsent.core import weights
from vidsent.faces.detection import FaceDetector
from vidsent.faces.expression import as_input
from vidsent.faces.reader import ExpressionReader
from vidsent.reports import evaluation_results
from vidsent.reports.evaluation_results import EXPRESSION_RECORD, EvaluationResult
from vidsent.training import held_out, metrics, per_label, scene_rows, tile_rows
from vidsent.training.aligned import in_photographs
from vidsent.training.ambiguity import ambiguity_rows
from vidsent.training.by_actor import by_actor, recorded
from vidsent.training.courses import Course, encode, encode_clips
from vidsent.training.expression_speed import speed_rows
from vidsent.training.facedet import read_photos
from vidsent.training.fer import NO_LABEL, FerSplit, read_split
from vidsent.training.metrics import Metric
from vidsent.training.rising import rising_rows
from vidsent.training.scene_rows import MISSED, SMALL_EVERY, Pasted, paste_all
from vidsent.training.sequences import read_ckplus, read_kerc

log = logging.getLogger(__name__)


def evaluate_expression(data: Path, *, device: str = "auto") -> EvaluationResult:
    """Every measure of the shipped CNN and GRU, the main ones first, and what is drawn of them.

    Raises DataError when data is missing, ModelError when the weights are or the device is.
    """
    reader = ExpressionReader(device)
    test = read_split(data / "fer2013", "test")
    log.info("reading %d faces", len(test.images))
    cut = _encode(reader, in_photographs(test.images, data))
    alone, held = cut.logits.softmax(1).numpy(), _held(reader, cut)
    given = _probs(reader, test.images)
    main, by_size, curve = _in_scenes(reader, test, given, data)
    counts = _confusion(test, alone)
    found = {
        **tile_rows.recognition_rows(test, alone, given),
        **main,
        **_over_time(reader, data),
        **by_size,
        **tile_rows.variant_rows(test, lambda tiles: _probs(reader, tiles)),
        **ambiguity_rows(test, held),
        **_rising(reader, data),
        **tile_rows.by_label_rows(counts),
        **speed_rows(test.images),
    }
    tables = {
        "confusion": counts.tolist(),
        "report": per_label.report(counts),
        "reliability": curve,
    }
    rows = {name: metric.to_dict() for name, metric in found.items()}
    return evaluation_results.result_of("expression", rows, tables)


def _encode(reader: ExpressionReader, tiles: np.ndarray) -> Course:
    return encode(reader.cnn, as_input(torch.from_numpy(tiles)), reader.device)


def _probs(reader: ExpressionReader, tiles: np.ndarray) -> np.ndarray:
    """What the CNN alone says of tiles (N, 48, 48) uint8: (N, 7)."""
    return _encode(reader, tiles).logits.softmax(1).numpy()


def _held(reader: ExpressionReader, course: Course) -> np.ndarray:
    """What the GRU says of N single pictures, each held for a second: (N, 7)."""
    return held_out.read_stills(reader.gru, course).exp().numpy()


def _confusion(test: FerSplit, probs: np.ndarray) -> np.ndarray:
    kept = test.majority() != NO_LABEL
    return metrics.confusion(test.majority()[kept], probs[kept].argmax(1))


def _in_scenes(
    reader: ExpressionReader, test: FerSplit, given: np.ndarray, data: Path
) -> tuple[dict[str, Metric], dict[str, Metric], list[dict[str, float | int]]]:
    """Measures on tiles pasted into scenes, the same by size of the face, and reliability."""
    backgrounds = [p.image for p in read_photos(data, "test") if not len(p.boxes)]
    log.info("finding them in scenes")
    large = paste_all(test.images, backgrounds, scene_rows.FACES)
    seen = _encode(reader, large.crops)
    probs, held = seen.logits.softmax(1).numpy(), _held(reader, seen)
    rows = scene_rows.scene_rows(test, given, large, probs, held)
    small = paste_all(test.images[::SMALL_EVERY], backgrounds, scene_rows.SMALL_FACES)
    answers = _answers(large, probs), _answers(small, _probs(reader, small.crops))
    truth = test.majority()
    by_size = scene_rows.size_rows(
        np.concatenate([truth, truth[::SMALL_EVERY]]),
        np.concatenate([large.sides, small.sides]),
        np.concatenate(answers),
    )
    return rows, by_size, scene_rows.reliability(test, large, held)


def _answers(pasted: Pasted, probs: np.ndarray) -> np.ndarray:
    return np.where(pasted.found, probs.argmax(1), MISSED)


def _over_time(reader: ExpressionReader, data: Path) -> dict[str, Metric]:
    """UAR on unseen actors from the record that ships beside the weights, and KERC's ratings."""
    record = json.loads(weights.read_bytes(EXPRESSION_RECORD))
    clips = record["temporal"]["java_sed_clips"]
    kerc = [clip for clip in read_kerc(data, FaceDetector.shared()) if clip.split == "val"]
    examples = encode_clips(reader.cnn, kerc, 0, torch.Generator(), reader.device)
    valence, arousal = held_out.affect(reader.gru, examples)
    return {
        "java_sed_uar": recorded(held_out.recognition(clips, "gru")),
        "java_sed_uar_clip_alone": recorded(held_out.recognition(clips, "gru" + held_out.ALONE)),
        "java_sed_uar_cnn": recorded(held_out.recognition(clips, "cnn")),
        "kerc_ccc_valence": valence,
        "kerc_ccc_arousal": arousal,
        **{
            f"java_sed_uar_actor_{actor}": recorded(metric)
            for actor, metric in by_actor(clips, "gru").items()
        },
    }


def _rising(reader: ExpressionReader, data: Path) -> dict[str, Metric]:
    """Whether intensity rises along CK+ sequences, by the CNN alone."""
    clips = read_ckplus(data / "ckplus48.zip", FaceDetector.shared())
    return rising_rows(
        [_probs(reader, clip.crops) for clip in clips],
        np.array([clip.label for clip in clips]),
        [clip.group for clip in clips],
    )
