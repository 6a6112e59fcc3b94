"""The command `train expression`: a CNN, a temporal model, calibration, and weights to ship."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch

from vidsent.core import device as devices
from vidsent.core import weights
from vidsent.core.errors import DataError
from vidsent.faces.expression import ExpressionCNN, ExpressionNetwork, TemporalModel, as_input
from vidsent.faces.reader import CNN_FILE
from vidsent.training import backbones, fine_tuning, held_out
from vidsent.training.aligned import Faces, align_split
from vidsent.training.calibration import fit_temperature
from vidsent.training.cnn import STAGE as CNN
from vidsent.training.cnn import train_cnn
from vidsent.training.cnn_options import CnnOptions, options_for
from vidsent.training.courses import encode
from vidsent.training.export import RECORD_FILE, export, stages
from vidsent.training.fer import FerSplit, read_split
from vidsent.training.fine_tuning import FineTuning
from vidsent.training.options import Bench
from vidsent.training.record import (
    OPTIONS_FILE,
    check_options,
    load_record,
    read_weights,
    save_record,
)
from vidsent.training.sources import gather
from vidsent.training.temporal import STAGE as TEMPORAL
from vidsent.training.temporal import train_temporal
from vidsent.training.temporal_options import TemporalOptions

log = logging.getLogger(__name__)

LIMITED = 4  # pictures read for each that a smoke run keeps; some have no label
CNN_RECORD = f"{CNN}.json"
SHIPPED = Bench()


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
    bench: Bench = SHIPPED,
) -> None:
    """Train a CNN and a temporal model on the sets under `data` and export both into `out`.

    Resumes what `out` holds. `epochs` is of each stage, `limit` the number of pictures and clips
    of each set (for a smoke run); None trains in full. `start` is a file of CNN weights to train
    further instead of none. `bench` says which system is trained; without `data`, its clips are
    all there is: the CNN stays as it is and nothing is calibrated. `ship` puts the result into
    assets/weights. Raises DataError when data or `start` is missing or does not fit, when `out`
    holds a run of other options, or when the system cannot ship; ModelError for a bad device.
    """
    chosen = devices.choose(device)
    bench = _checked(bench, data, start, ship)
    options = _options(bench, seed, epochs, limit, start)
    about = {
        "bench": _plain(bench),
        "cnn": options.cnn.to_dict(),
        "temporal": asdict(options.temporal),
    }
    check_options(out, about, former={"bench": _plain(SHIPPED)})
    train = val = None
    if data is not None:
        train, val = (_faces(data, out, kind, limit, bench.labels) for kind in ("train", "val"))
    stills = train.aligned if train is not None else None
    sources = gather(data, bench.clips, out / "faces", stills, limit)
    save_record(out / OPTIONS_FILE, about)
    if bench.keep_cnn or train is None or val is None:
        cnn = kept_cnn(bench, start, out).to(chosen).to(memory_format=torch.channels_last).eval()
    else:
        cnn = train_cnn(train, val, out, options.cnn, chosen)
    model = train_temporal(sources, out, cnn, options.temporal, chosen)
    if val is not None:
        calibrate(cnn, model, val.aligned, chosen)
    files = export(out, cnn, model, about)
    if bench.fine_tune:
        measured = fine_tuning.measure(sources, out, cnn, options.tuning, options.temporal, chosen)
        _add_to_record(out, measured)
    if ship:
        for file in files:
            weights.register(file)
            log.info("shipped %s", file.name)


def _plain(bench: Bench) -> dict[str, Any]:
    """As records keep it: files and folders by their names."""
    return {
        **asdict(bench),
        "clips": bench.clips.name if bench.clips else "",
        "teachers": [teacher.name for teacher in bench.teachers],
    }


def _checked(bench: Bench, data: Path | None, start: Path | None, ship: bool) -> Bench:
    """`bench` with what follows from the rest; raises DataError for what cannot go together."""
    if data is None and bench.clips is None:
        raise DataError("Name the data folder with --data, or your own clips with --clips.")
    if ship and (odd := bench.unlike_shipped()):
        raise DataError(
            f"Not shipped with {' and '.join(odd)}: clips are read by our own CNN and GRU, "
            "trained on FER+ and Java-SED. Leave out --ship."
        )
    bench = replace(bench, keep_cnn=bench.keep_cnn or data is None)
    if bench.keep_cnn and start is None and bench.backbone != SHIPPED.backbone:
        raise DataError(f"No {bench.backbone} ships with vidsent: name its weights with --start.")
    if bench.anchor and (start is None or not backbones.is_ours(read_weights(start))):
        raise DataError("--anchor needs weights that know our labels: name them with --start.")
    backbones.freeze(backbones.make(bench.backbone, start), bench.freeze)  # before hours of work
    return bench


def _faces(data: Path, out: Path, kind: str, limit: int | None, labels: str) -> Faces:
    tiles = read_split(data / "fer2013", kind)
    if limit is not None:
        tiles = tiles.first(LIMITED * limit)
    if labels == "fer2013":
        tiles = tiles.hard()
    return Faces(tiles, align_split(tiles, data, kind, out / "faces"))


def kept_cnn(bench: Bench, start: Path | None, out: Path) -> ExpressionNetwork:
    """The CNN that is used as it is: that of `start`, or the shipped one.

    The record of its training, where one lies beside `start`, becomes that of this run too.
    Raises DataError when `start` holds no whole network of ours.
    """
    if start is not None:
        if not backbones.is_ours(read_weights(start)):
            raise DataError(f"{start} does not know our labels: train it, without --keep-cnn.")
        if (told := start.parent / CNN_RECORD).exists():
            save_record(out / CNN_RECORD, load_record(told))
        return backbones.make(bench.backbone, start)
    cnn = ExpressionCNN()
    cnn.load_state_dict(weights.load_tensors(CNN_FILE).tensors)
    return cnn


def calibrate(
    cnn: ExpressionNetwork, model: TemporalModel, split: FerSplit, device: torch.device
) -> None:
    """Set the temperature so that the model's confidence in a held picture means accuracy."""
    labels = split.majority()
    kept = labels >= 0
    course = encode(cnn, as_input(torch.from_numpy(split.images[kept])), device)
    model.temperature.fill_(1.0)
    log_probs = held_out.read_stills(model, course)
    model.temperature.fill_(fit_temperature(log_probs, torch.from_numpy(labels[kept])))
    log.info("temperature %.3f", float(model.temperature))


class _Options(NamedTuple):
    cnn: CnnOptions
    temporal: TemporalOptions
    tuning: FineTuning


def _options(
    bench: Bench, seed: int, epochs: int | None, limit: int | None, start: Path | None
) -> _Options:
    """The options of every stage, cut down where the caller asks for it."""
    cnn = replace(options_for(bench, start), seed=seed, limit=limit)
    temporal = TemporalOptions(
        seed=seed, limit=limit, model=bench.temporal, window=bench.window, augment=bench.augment
    )
    if epochs is not None:
        cnn, temporal = replace(cnn, epochs=epochs), replace(temporal, epochs=epochs)
    if limit is not None:
        cut = ("steps", "stills", "acted", "still", "rising", "rated")
        smaller: dict[str, Any] = {name: min(getattr(temporal, name), limit) for name in cut}
        temporal = replace(temporal, **smaller)
    tuning = FineTuning(bench.fine_tune, freeze=bench.freeze, augment=bench.augment, seed=seed)
    return _Options(cnn, temporal, tuning)


def _add_to_record(out: Path, tuned: dict[str, Any]) -> None:
    """Enter what `fine_tuning.measure` found into the records of this run."""
    path = out / f"{TEMPORAL}.json"
    save_record(path, {**load_record(path), "fine_tuned": tuned})
    save_record(out / RECORD_FILE, stages(out))
