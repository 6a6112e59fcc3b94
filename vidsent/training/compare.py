"""The command `compare expression`: finished runs of several systems side by side.

Every run folder under one folder gives a row: what it costs and how well it does on data that
no training saw. Nothing here trains; a test split is read for runs on FER2013's own labels only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import torch

from vidsent.core import device as devices
from vidsent.faces.expression import CROP_SIZE, as_input
from vidsent.training import metrics
from vidsent.training.courses import encode
from vidsent.training.fer import NO_LABEL, FerSplit, read_split
from vidsent.training.finished_runs import Run, read_runs
from vidsent.training.options import SMALL_RESNET
from vidsent.training.report import interval, read_table
from vidsent.training.timing import THREADS, TURNS, best_times, threads

log = logging.getLogger(__name__)

TABLE = "expression systems"
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
    "FER2013 test accuracy, 95 % interval, n",
    "measured",
)
RUN = COLUMNS.index("run")
PROTOCOL = (
    "Epochs are those of the CNN in that run, after what it was begun with. "
    f"Parameters and milliseconds are of the CNN and its temporal model together, {BATCH} faces "
    f"of one track at once, {THREADS} threads, the best of {TURNS} turns. FER+: majority label of "
    "the validation split, CNN alone, tiles as they are. {folds}; one answer a clip, the mean of "
    "the probabilities over it at 10 pictures a second; clips drawn again for the interval. "
    "FER2013's test split, its own labels: of CNNs that learned those. Milliseconds of one day "
    "compare with each other only."
)


@dataclass(frozen=True)
class System:
    """A system that the project's sources name, and which runs are of it."""

    title: str
    fits: Callable[[Run], bool]


SYSTEMS = (
    System("CNN alone", lambda run: _ours(run)),  # in the record of each
    System("CNN + LSTM on sliding windows", lambda run: _ours(run, "lstm")),
    System("CNN + GRU", lambda run: _ours(run, "gru")),
    System("VGG16 with frozen layers", lambda run: _vgg(run) and run.bench.freeze > 0),
    System("VGG16 fine-tuned", lambda run: _vgg(run) and run.started and not run.bench.freeze),
    System("ResNet-18", lambda run: run.bench.backbone == "resnet18"),
    System("MobileNet", lambda run: "mobilenet" in run.bench.backbone),
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
    on_test = _on_fer2013(runs, data, chosen)
    rows = [
        {**row, "fer2013_test_accuracy": on_test.get(run.folder), "measured": str(date.today())}
        for run, speed, measured in zip(runs, speeds, accuracies, strict=True)
        for row in _rows(run, speed, measured, runs)
    ]
    folds = rows[0]["java_sed_uar"]["protocol"].split(";")[0]
    return rows, PROTOCOL.format(folds=folds)


def _on_fer2013(runs: Sequence[Run], data: Path, device: torch.device) -> dict[str, dict[str, Any]]:
    """For each run that learned FER2013's own labels, how well it does on their test split."""
    if not (own := [run for run in runs if _hard(run)]):
        return {}
    test = read_split(data / "fer2013", "test")
    return {run.folder: accuracy(run, test, device).to_dict() for run in own}


def accuracy(run: Run, val: FerSplit, device: torch.device) -> metrics.Metric:
    """Share of the tiles that get their majority label, or FER2013's first label where the run
    learned those."""
    hard = _hard(run)
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
        bounds = "-" if metric is None else f"{metric['low']:.3f} to {metric['high']:.3f}"
        shown += ["-" if metric is None else f"{metric['value']:.3f}", bounds]
    test = row["fer2013_test_accuracy"]
    return [*shown, "-" if test is None else f"{interval(test)}, {test['n']:,}", row["measured"]]


def with_earlier(path: Path, cells: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """These rows after those that the table in the file at `path` has of other runs.

    A run takes hours and its folder goes; what was measured of it stays, under its own date.
    """
    runs = {row[RUN] for row in cells}
    earlier = read_table(path, TABLE, COLUMNS)
    return [*(row for row in earlier if row[RUN] not in runs), *cells]


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
    ours = [each for each in runs if _ours(each)]
    if run in ours[:1] and not any(each.bench.temporal == "none" for each in ours):
        alone = {"system": "CNN alone", "java_sed_uar": run.record["java_sed_uar"]["cnn"]}
        size = sum(each.numel() for each in run.cnn.parameters())
        rows.insert(0, {**row, **alone, "parameters": size, "ms": round(speed[0], 3)})
    if "fine_tuned" in run.record:
        found = run.record["fine_tuned"]["uar"][run.model.name]
        title = f"{row['system']}, features tuned in each fold"
        rows.append({**row, "system": title, "ferplus_val_accuracy": None, "java_sed_uar": found})
    return rows


def _ours(run: Run, temporal: str = "") -> bool:
    """Of the shipped backbone, on the shipped labels, with that temporal model, or with any."""
    ours = run.bench.backbone == SMALL_RESNET and not _hard(run)
    return ours and temporal in ("", run.bench.temporal)


def _hard(run: Run) -> bool:
    return run.bench.labels == "fer2013"


def _vgg(run: Run) -> bool:
    return run.bench.backbone.startswith("vgg16")
