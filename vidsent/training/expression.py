"""The command `train expression`: CNN, GRU, calibration, and weights that are fit to ship."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from vidsent import device as devices
from vidsent import weights
from vidsent.emotions import LABELS
from vidsent.errors import DataError
from vidsent.expression import ExpressionCNN, ExpressionGRU, as_input
from vidsent.reader import CNN_FILE, GRU_FILE
from vidsent.training import held_out
from vidsent.training.aligned import align_split
from vidsent.training.calibration import fit_temperature
from vidsent.training.cnn import CnnOptions, Faces, fine_tuning, train_cnn
from vidsent.training.courses import encode
from vidsent.training.fer import FerSplit, read_split
from vidsent.training.record import load_record, save_record
from vidsent.training.temporal import TemporalOptions, train_temporal

log = logging.getLogger(__name__)

RECORD_FILE = "expression.json"
LIMITED = 4  # pictures read for each that a smoke run keeps; some have no label
CNN_DATA = "FER2013 faces with the vote distributions of FER+, as tiles and aligned"
GRU_DATA = "Java-SED video, CK+, KERC 2020 and FER2013 faces with FER+ votes"


def train_expression(
    data: Path,
    out: Path,
    *,
    device: str = "auto",
    seed: int = 0,
    epochs: int | None = None,
    limit: int | None = None,
    start: Path | None = None,
    ship: bool = False,
) -> None:
    """Train the CNN and the GRU on the sets under `data` and export both into `out`.

    Resumes what `out` holds. `epochs` is of each stage, `limit` the number of pictures and clips
    of each set (for a smoke run); None trains in full. `start` is a file of CNN weights to train
    further instead of none. `ship` puts the result into assets/weights. Raises DataError when
    data or `start` is missing, ModelError for a bad device.
    """
    chosen = devices.choose(device)
    cnn_options, gru_options = _options(seed, epochs, limit, start)
    train, val = (_faces(data, out, kind, limit) for kind in ("train", "val"))
    cnn = train_cnn(train, val, out, cnn_options, chosen)
    gru = train_temporal(data, train.aligned, out, cnn, gru_options, chosen)
    calibrate(cnn, gru, val.aligned, chosen)
    options = {"cnn": cnn_options.to_dict(), "gru": asdict(gru_options)}
    files = export(out, cnn, gru, options)
    if ship:
        for file in files:
            weights.register(file)
            log.info("shipped %s", file.name)


def _faces(data: Path, out: Path, kind: str, limit: int | None) -> Faces:
    tiles = read_split(data / "fer2013", kind)
    if limit is not None:
        tiles = tiles.first(LIMITED * limit)
    return Faces(tiles, align_split(tiles, data, kind, out / "faces"))


def calibrate(
    cnn: ExpressionCNN, gru: ExpressionGRU, split: FerSplit, device: torch.device
) -> None:
    """Set the GRU's temperature so that its confidence in a held picture means accuracy."""
    labels = split.majority()
    kept = labels >= 0
    course = encode(cnn, as_input(torch.from_numpy(split.images[kept])), device)
    gru.temperature.fill_(1.0)
    log_probs = held_out.read_stills(gru, course)
    gru.temperature.fill_(fit_temperature(log_probs, torch.from_numpy(labels[kept])))
    log.info("temperature %.3f", float(gru.temperature))


def _options(
    seed: int, epochs: int | None, limit: int | None, start: Path | None
) -> tuple[CnnOptions, TemporalOptions]:
    """The options of both stages, cut down where the caller asks for it."""
    if start is not None and not start.is_file():
        raise DataError(f"There are no weights to start from at {start}.")
    cnn = CnnOptions() if start is None else fine_tuning(start)
    cnn, gru = replace(cnn, seed=seed, limit=limit), TemporalOptions(seed=seed, limit=limit)
    if epochs is not None:
        cnn, gru = replace(cnn, epochs=epochs), replace(gru, epochs=epochs)
    if limit is not None:
        gru = replace(gru, steps=min(gru.steps, limit), stills=min(gru.stills, limit))
    return cnn, gru


def export(
    out: Path, cnn: ExpressionCNN, gru: ExpressionGRU, options: dict[str, Any]
) -> tuple[Path, ...]:
    """Write both models and the record of their training into `out`; returns the files."""
    about = {"labels": ",".join(LABELS), "options": json.dumps(options)}
    files = out / CNN_FILE, out / GRU_FILE, out / RECORD_FILE
    _save(files[0], cnn, {**about, "model": "ExpressionCNN", "trained_on": CNN_DATA})
    _save(files[1], gru, {**about, "model": "ExpressionGRU", "trained_on": GRU_DATA})
    stages = {stage: load_record(out / f"{stage}.json") for stage in ("cnn", "temporal")}
    save_record(files[2], stages)
    return files


def _save(path: Path, model: nn.Module, about: dict[str, str]) -> None:
    """Matrices as float16, which costs no accuracy; norms and counts as they are."""
    tensors = {name: _halved(tensor) for name, tensor in model.state_dict().items()}
    save_file(tensors, path, metadata=about)


def _halved(tensor: Tensor) -> Tensor:
    small = tensor.half() if tensor.is_floating_point() and tensor.dim() > 1 else tensor
    return small.contiguous().cpu()
