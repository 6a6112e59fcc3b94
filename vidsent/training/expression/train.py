"""The command `train expression`: a CNN, a temporal model, calibration, and weights to ship."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from vidsent.core import device as devices
from vidsent.core import weights
from vidsent.core.emotions import LABELS
from vidsent.core.errors import DataError
from vidsent.faces.expression import ExpressionCNN, ExpressionNetwork, TemporalModel, as_input
from vidsent.faces.reader import CNN_FILE, GRU_FILE
from vidsent.training import runs
from vidsent.training.calibration import fit_for_prior
from vidsent.training.data.corpora import (
    AFFECT,
    CKPLUS,
    FERPLUS,
    Corpus,
    Validation,
    for_calibration,
    read_training,
    read_validation,
)
from vidsent.training.data.face_clips import load_all
from vidsent.training.data.sources import gather
from vidsent.training.expression.cnn import STAGE as CNN
from vidsent.training.expression.cnn import train_cnn
from vidsent.training.expression.cnn_options import CnnOptions, options_for
from vidsent.training.expression.temporal import STAGE as TEMPORAL
from vidsent.training.expression.temporal import TemporalOptions, train_temporal
from vidsent.training.networks import backbones
from vidsent.training.networks.features import encode, read_stills
from vidsent.training.options import SystemOptions
from vidsent.training.runs import load_record, read_weights, save_record

log = logging.getLogger(__name__)

CNN_RECORD = f"{CNN}.json"
RECORD_FILE = "expression.json"
SHIPPED = SystemOptions()
CORPORA = {
    AFFECT: "affect_faces",
    FERPLUS: "FER2013 faces with the vote distributions of FER+",
    CKPLUS: "CK+",
}


def train_expression(
    data: Path | None,
    out: Path,
    *,
    device: str = "auto",
    seed: int = 0,
    epochs: int | None = None,
    limit: int | None = None,
    start: Path | None = None,
    ship: bool = False,
    system: SystemOptions = SHIPPED,
) -> None:
    """Train a CNN and a temporal model on the sets under `data` and export both into `out`.

    Resumes what `out` holds. `epochs` is of each stage, `limit` the number of images and clips
    of each set (for a smoke run); None trains in full. `start` is a file of CNN weights to train
    further instead of none. `system` says what is trained; without `data`, its clips are
    all there is: the CNN stays as it is and nothing is calibrated. `ship` puts the result into
    assets/weights. Raises DataError when data or `start` is missing or does not fit, when `out`
    holds a run of other options, or when the system cannot ship; ModelError for a bad device.
    """
    chosen = devices.choose(device)
    system = _checked(system, data, start, ship)
    cnn_options, temporal = _options(system, seed, epochs, limit, start)
    about = {
        "system": _plain(system),
        "cnn": cnn_options.to_dict(),
        "temporal": asdict(temporal),
    }
    runs.check(out, about)
    train: list[Corpus] = []
    val, sets = Validation([], []), {}
    if data is not None:
        sets = load_all(data, out / "faces", limit)
        train = read_training(data, sets, limit)
        val = read_validation(data, sets, limit)
    stills = [corpus for corpus in train if corpus.name != CKPLUS]
    sources = gather(sets, system.clips, out / "faces", stills)
    runs.begin(out, about)
    if system.keep_cnn or not train:
        cnn = kept_cnn(system, start, out).to(chosen).to(memory_format=torch.channels_last).eval()
    else:
        cnn = train_cnn(train, val, out, cnn_options, chosen)
    model = train_temporal(sources, out, cnn, temporal, chosen)
    if (corpus := for_calibration(val, system.left_out)) is not None:
        calibrate(cnn, model, corpus, chosen)
    files = export(out, cnn, model, about)
    if ship:
        for file in files:
            weights.register(file)
            log.info("shipped %s", file.name)


def kept_cnn(system: SystemOptions, start: Path | None, out: Path) -> ExpressionNetwork:
    """The CNN that is used as it is: that of `start`, or the shipped one.

    The record of its training, where one lies beside `start`, becomes that of this run too.
    Raises DataError when `start` holds no whole network of ours.
    """
    if start is not None:
        if not backbones.is_ours(read_weights(start)):
            raise DataError(f"{start} does not know our labels: train it, without --keep-cnn.")
        if (told := start.parent / CNN_RECORD).exists():
            save_record(out / CNN_RECORD, load_record(told))
        return backbones.make(system.backbone, start)
    cnn = ExpressionCNN()
    cnn.load_state_dict(weights.load_tensors(CNN_FILE).tensors)
    return cnn


def calibrate(
    cnn: ExpressionNetwork, model: TemporalModel, corpus: Corpus, device: torch.device
) -> None:
    """Set the temperature so that the model's confidence in a held image means accuracy, where
    emotions are as common as the prior says."""
    outputs = encode(cnn, as_input(torch.from_numpy(corpus.images)), device)
    model.temperature.fill_(1.0)
    fitted = fit_for_prior(read_stills(model, outputs), corpus.labels)
    model.temperature.fill_(1 / fitted.scale)
    log.info("temperature %.3f", float(model.temperature))


def export(
    out: Path, cnn: ExpressionNetwork, model: TemporalModel, options: Mapping[str, Any]
) -> tuple[Path, ...]:
    """Write the models and the record of their training into `out`; returns the files.

    One that learns nothing has its temperature alone.
    """
    about = {"labels": ",".join(LABELS), "options": json.dumps(options)}
    cnn_data, temporal_data = trained_on(options["system"])
    files = [out / CNN_FILE, out / temporal_file(model.name), out / RECORD_FILE]
    _save(files[0], cnn, {**about, "model": type(cnn).__name__, "trained_on": cnn_data})
    _save(files[1], model, {**about, "model": type(model).__name__, "trained_on": temporal_data})
    stages = {name: out / f"{name}.json" for name in (CNN, TEMPORAL)}
    save_record(files[2], {k: load_record(path) for k, path in stages.items() if path.exists()})
    return tuple(files)


def trained_on(system: Mapping[str, Any]) -> tuple[str, str]:
    """What the CNN and the temporal model of such a system learned from, in words."""
    learned = [told for name, told in CORPORA.items() if name != system["left_out"]]
    acted = "a user's own clips" if system["clips"] else "Java-SED"
    return ", ".join(learned), f"{acted} video, KERC 2020, CK+, and faces of affect_faces and FER+"


def temporal_file(name: str) -> str:
    """The file of the temporal model `name`, in a run folder; "gru" gives that which ships."""
    return GRU_FILE.replace("gru", name)


def _save(path: Path, model: nn.Module, about: dict[str, str]) -> None:
    """Matrices as float16, which costs no accuracy; norms and counts as they are."""
    tensors = {name: _halved(tensor) for name, tensor in model.state_dict().items()}
    save_file(tensors, path, metadata=about)


def _halved(tensor: Tensor) -> Tensor:
    small = tensor.half() if tensor.is_floating_point() and tensor.dim() > 1 else tensor
    return small.contiguous().cpu()


def _plain(system: SystemOptions) -> dict[str, Any]:
    """As records keep it: files and folders by their names."""
    return {
        **asdict(system),
        **{k: path.name if (path := getattr(system, k)) else "" for k in ("clips", "anchor")},
    }


def _checked(
    system: SystemOptions, data: Path | None, start: Path | None, ship: bool
) -> SystemOptions:
    """`system` with what follows from the rest; raises DataError for what cannot go together."""
    if data is None and system.clips is None:
        raise DataError("Name the data folder with --data, or your own clips with --clips.")
    if ship and (odd := system.unlike_shipped()):
        raise DataError(
            f"Not shipped with {' and '.join(odd)}: clips are read by our own CNN and GRU, "
            "trained on all corpora and Java-SED. Leave out --ship."
        )
    system = replace(system, keep_cnn=system.keep_cnn or data is None)
    if system.keep_cnn and start is None and system.backbone != SHIPPED.backbone:
        raise DataError(f"No {system.backbone} ships with vidsent: name its weights with --start.")
    if system.anchor is not None:
        backbones.make(system.backbone, system.anchor)
    backbones.freeze(backbones.make(system.backbone, start), system.freeze)  # before long work
    return system


def _options(
    system: SystemOptions, seed: int, epochs: int | None, limit: int | None, start: Path | None
) -> tuple[CnnOptions, TemporalOptions]:
    """The options of both stages, cut down where the caller asks for it."""
    cnn = replace(options_for(system, start), seed=seed, limit=limit)
    temporal = TemporalOptions(
        seed=seed, limit=limit, model=system.temporal, window=system.window, augment=system.augment
    )
    if epochs is not None:
        cnn, temporal = replace(cnn, epochs=epochs), replace(temporal, epochs=epochs)
    if limit is not None:
        cut = ("steps", "stills", "acted", "still", "rising", "rated")
        smaller: dict[str, Any] = {name: min(getattr(temporal, name), limit) for name in cut}
        temporal = replace(temporal, **smaller)
        cnn = replace(cnn, steps=min(cnn.steps, limit), batch=min(cnn.batch, limit))
    return cnn, temporal
