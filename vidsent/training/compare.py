"""The command `compare expression`: finished runs of several systems side by side.

Every run folder under one folder gives a row: what it costs and how well it does on data that
no training saw. Nothing here reads a test split or trains.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vidsent import device as devices
from vidsent.bench import SMALL_RESNET, Bench
from vidsent.errors import DataError
from vidsent.expression import CROP_SIZE, ExpressionNetwork, TemporalModel, as_input
from vidsent.reader import CNN_FILE
from vidsent.training import backbones, metrics, temporal_models
from vidsent.training.cnn import STAGE as CNN
from vidsent.training.courses import encode
from vidsent.training.export import RECORD_FILE, temporal_file
from vidsent.training.fer import NO_LABEL, FerSplit, read_split
from vidsent.training.record import OPTIONS_FILE, load_record, read_weights
from vidsent.training.timing import THREADS, TURNS, best_times, threads

log = logging.getLogger(__name__)

BATCH = 16
COLUMNS = (
    "system",
    "run",
    "epochs",
    "parameters",
    "ms a face",
    "FER+ validation accuracy",
    "95 % interval",
    "Java-SED UAR",
    "95 % interval",
)
PROTOCOL = (
    "Epochs are those of the CNN in that run, after what it was begun with. "
    f"Parameters and milliseconds are of the CNN and its temporal model together, {BATCH} faces "
    f"of one track at once, {THREADS} threads, the best of {TURNS} turns. FER+: majority label of "
    "the validation split, CNN alone, tiles as they are. {folds}; one answer a clip, the mean of "
    "the probabilities over it at 10 pictures a second; clips drawn again for the interval."
)


@dataclass(frozen=True)
class Run:
    """A finished run: its folder's name, its options, its models and the record of its test."""

    folder: str
    bench: Bench
    started: bool  # from weights that were there before
    cnn: ExpressionNetwork
    model: TemporalModel
    record: Mapping[str, Any]  # temporal.json
    epochs: int | None  # of the CNN, in this run or in the one that it is kept from

    def read(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Crops (N, 1, 48, 48) in [0, 1] as one track: what `TemporalModel.along` gives."""
        return self.model.along(*self.cnn.read(crops))

    def title(self) -> str:
        """The system by the names that people give it."""
        name = "CNN" if self.bench.backbone == SMALL_RESNET else self.bench.backbone
        if self.bench.freeze:
            name += f", {self.bench.freeze} blocks frozen"
        elif name.startswith("vgg16") and self.started:
            name += ", fine-tuned"
        first = (
            ", trained and validated on FER2013's own labels"
            if self.bench.labels == "fer2013"
            else ""
        )
        over = {"gru": " + GRU", "lstm": f" + LSTM, windows of {self.bench.window}"}
        return name + over.get(self.bench.temporal, " alone") + first


@dataclass(frozen=True)
class System:
    """A system that the project's sources name, and which runs are of it."""

    title: str
    fits: Callable[[Run], bool]


SYSTEMS = (
    System("CNN alone", lambda run: run.bench.backbone == SMALL_RESNET),  # in the record of each
    System("CNN + LSTM on sliding windows", lambda run: _ours(run, "lstm")),
    System("CNN + GRU", lambda run: _ours(run, "gru")),
    System("VGG16 with frozen layers", lambda run: _vgg(run) and run.bench.freeze > 0),
    System("VGG16 fine-tuned", lambda run: _vgg(run) and run.started and not run.bench.freeze),
    System("ResNet-18", lambda run: run.bench.backbone == "resnet18"),
    System("MobileNet", lambda run: run.bench.backbone.startswith("mobilenet")),
)


def compare_expression(
    data: Path, out: Path, *, device: str = "auto"
) -> tuple[list[dict[str, Any]], str]:
    """A row for each system under `out`, and how the numbers were taken.

    Systems that the sources name and nothing was trained for are logged. Raises DataError when
    `out` holds no finished run, or data is missing.
    """
    runs = read_runs(out)
    for system in SYSTEMS:
        if not any(system.fits(run) for run in runs):
            log.warning("%s: no finished run in %s, left out", system.title, out)
    val, chosen = read_split(data / "fer2013", "val"), devices.choose(device)
    speeds = milliseconds(runs)
    accuracies = [accuracy(run, val, chosen).to_dict() for run in runs]
    rows = [
        row
        for run, speed, measured in zip(runs, speeds, accuracies, strict=True)
        for row in _rows(run, speed, measured, runs)
    ]
    folds = rows[0]["java_sed_uar"]["protocol"].split(";")[0]
    notes = [PROTOCOL.format(folds=folds), *_on_fer2013(runs, data, chosen)]
    return rows, " ".join(notes)


def read_runs(out: Path) -> list[Run]:
    """The finished runs in the folders of `out`, by name; others are logged.

    Raises DataError when there is none.
    """
    runs = []
    for folder in sorted(path for path in out.glob("*") if path.is_dir()):
        if not (folder / RECORD_FILE).exists():
            log.warning("%s: no finished run, left out", folder)
        elif "java_sed_uar" not in load_record(folder / "temporal.json"):
            log.warning("%s: not tested on Java-SED, left out", folder)
        else:
            runs.append(_read(folder))
    if not runs:
        raise DataError(
            f"No finished run in {out}: train each system into a folder of its own there, as in "
            f"`train expression --temporal lstm --out {out / 'cnn_lstm'}`."
        )
    return runs


def _on_fer2013(runs: Sequence[Run], data: Path, device: torch.device) -> list[str]:
    """For each system that learned FER2013's own labels, how well it does on their test split."""
    if not (own := [run for run in runs if run.bench.labels == "fer2013"]):
        return []
    test = read_split(data / "fer2013", "test")
    found = [(run.folder, accuracy(run, test, device)) for run in own]
    return [
        f"{name} on FER2013's test split with its own labels: {metric.value:.3f} "
        f"[{metric.low:.3f}, {metric.high:.3f}], n = {metric.n:,}."
        for name, metric in found
    ]


def accuracy(run: Run, val: FerSplit, device: torch.device) -> metrics.Metric:
    """Share of the tiles that get their majority label, or FER2013's first label where the run
    learned those."""
    hard = run.bench.labels == "fer2013"
    truth = (val.hard() if hard else val).majority()
    kept = truth != NO_LABEL
    crops = as_input(torch.from_numpy(val.images[kept]))
    said = encode(run.cnn.to(device), crops, device).logits.argmax(1).numpy()
    run.cnn.cpu()
    protocol = f"{'FER2013' if hard else 'FER+'} labels of the validation split; tiles as they are"
    return metrics.bootstrap(metrics.accuracy, truth[kept], said, protocol=protocol)


@torch.inference_mode()
def milliseconds(runs: Sequence[Run]) -> list[tuple[float, float]]:
    """What one face costs on the CPU, with the CNN of each run alone and with all of it.

    The systems take turns, so that what else the machine does meets them alike.
    """
    crops = torch.rand(BATCH, 1, CROP_SIZE, CROP_SIZE)
    crops = crops.contiguous(memory_format=torch.channels_last)
    calls = [call for run in runs for call in (run.cnn.read, run.read)]
    with threads():
        spent = [float(each[0]) / BATCH for each in best_times([crops], calls)]
    return list(zip(spent[::2], spent[1::2], strict=True))


def cells(row: Mapping[str, Any]) -> list[str]:
    """One row of `compare_expression` as the table shows it, in the order of `COLUMNS`."""
    epochs = "-" if row["epochs"] is None else str(row["epochs"])
    size, cost = f"{row['parameters']:,}", f"{row['ms']:.2f}"
    shown = [row["system"], row["run"], epochs, size, cost]
    for name in ("ferplus_val_accuracy", "java_sed_uar"):
        metric = row[name]
        interval = "-" if metric is None else f"{metric['low']:.3f} to {metric['high']:.3f}"
        shown += ["-" if metric is None else f"{metric['value']:.3f}", interval]
    return shown


def _rows(
    run: Run, speed: tuple[float, float], measured: dict[str, Any], runs: Sequence[Run]
) -> list[dict[str, Any]]:
    """The row of a run; of its CNN alone, where no run has that; of tuned features, if any."""
    count = sum(each.numel() for part in (run.cnn, run.model) for each in part.parameters())
    row: dict[str, Any] = {
        "system": run.title(),
        "run": run.folder,
        "epochs": run.epochs,
        "parameters": count,
        "ms": round(speed[1], 3),
        "ferplus_val_accuracy": measured,
        "java_sed_uar": run.record["java_sed_uar"][run.model.name],
    }
    rows = [row]
    ours = [each for each in runs if each.bench.backbone == SMALL_RESNET]
    if run in ours[:1] and not any(each.bench.temporal == "none" for each in ours):
        alone = {"system": "CNN alone", "java_sed_uar": run.record["java_sed_uar"]["cnn"]}
        size = sum(each.numel() for each in run.cnn.parameters())
        rows.insert(0, {**row, **alone, "parameters": size, "ms": round(speed[0], 3)})
    if "fine_tuned" in run.record:
        found = run.record["fine_tuned"]["uar"][run.model.name]
        title = f"{row['system']}, features tuned in each fold"
        rows.append({**row, "system": title, "ferplus_val_accuracy": None, "java_sed_uar": found})
    return rows


def _read(folder: Path) -> Run:
    """A finished run; one from before there was a choice is of the shipped system."""
    options = load_record(folder / OPTIONS_FILE) if (folder / OPTIONS_FILE).exists() else {}
    told = options.get("bench", {})
    known = {name: told[name] for name in Bench.__dataclass_fields__ if name in told}
    bench = Bench(**{**known, "clips": None})
    cnn = backbones.make(bench.backbone, folder / CNN_FILE).eval()
    model = temporal_models.make(bench.temporal, cnn.width, bench.window).eval()
    model.load_state_dict(read_weights(folder / temporal_file(model.name)))
    started = bool(options.get("cnn", {}).get("start"))
    record = load_record(folder / "temporal.json")
    learned = load_record(folder / RECORD_FILE).get(CNN, {})
    epochs = len(learned["history"]) if "history" in learned else None
    cnn.to(memory_format=torch.channels_last)
    return Run(folder.name, bench, started, cnn, model, record, epochs)


def _ours(run: Run, temporal: str) -> bool:
    return run.bench.backbone == SMALL_RESNET and run.bench.temporal == temporal


def _vgg(run: Run) -> bool:
    return run.bench.backbone.startswith("vgg16")
