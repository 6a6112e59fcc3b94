"""The command `compare expression`: finished runs of several systems side by side.

Every run folder under one folder gives a row: what it costs and how well it does on data that
no training saw. Nothing here trains, and no test split is read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vidsent.core import device as devices
from vidsent.core.errors import DataError
from vidsent.faces.detection import FaceDetector
from vidsent.faces.expression import CROP_SIZE, ExpressionNetwork, TemporalModel
from vidsent.faces.reader import CNN_FILE
from vidsent.training.data.corpora import LEARNED, Validation, read_validation
from vidsent.training.data.face_clips import read_ckplus
from vidsent.training.evaluation.report import read_table
from vidsent.training.evaluation.timing import THREADS, TURNS, best_times, threads
from vidsent.training.expression.cnn import STAGE as CNN
from vidsent.training.expression.train import RECORD_FILE, temporal_file
from vidsent.training.expression.validation import MEAN, recall_by_corpus
from vidsent.training.networks import backbones, temporal
from vidsent.training.options import SMALL_RESNET, SystemOptions
from vidsent.training.runs import OPTIONS_FILE, load_record, read_weights

log = logging.getLogger(__name__)

TABLE = "expression systems"
BATCH = 16
COLUMNS = (
    "system",
    "run",
    "epochs",
    "parameters",
    "ms a face",
    "mean UAR of the CNN, validation",
    "affect_faces",
    "FER+",
    "CK+",
    "Java-SED UAR",
    "95 % interval",
    "measured",
)
RUN = COLUMNS.index("run")
PROTOCOL = (
    "Epochs are those of the CNN in that run, after what it was begun with. "
    f"Parameters and milliseconds are of the CNN and its temporal model together, {BATCH} faces "
    f"of one track at once, {THREADS} threads, the best of {TURNS} turns. UAR of the CNN alone "
    "on the validation faces of each corpus. {folds}; one answer a clip, the mean of the "
    "probabilities over it at 10 frames a second; clips drawn again for the interval. Milliseconds "
    "of one day compare with each other only."
)


@dataclass(frozen=True)
class FinishedRun:
    """A finished run: its folder's name, its options, its models and the record of its test."""

    folder: str
    system: SystemOptions
    started: bool  # from weights that were there before
    cnn: ExpressionNetwork
    model: TemporalModel
    record: Mapping[str, Any]  # temporal.json
    epochs: int | None  # of the CNN, in this run or in the one that it is kept from

    @property
    def shipped_backbone(self) -> bool:
        """Whether it is of the backbone that ships, on the corpora of what ships."""
        return self.system.backbone == SMALL_RESNET and not self.system.left_out

    def read(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Crops (N, 1, 48, 48) in [0, 1] as one track: what `TemporalModel.along` gives."""
        return self.model.along(*self.cnn.read(crops))

    def title(self) -> str:
        """The system by the names that people give it."""
        cnn = "CNN" if self.system.backbone == SMALL_RESNET else self.system.backbone
        over = {"gru": " + GRU", "lstm": f" + LSTM, windows of {self.system.window}"}
        title = cnn + over.get(self.system.temporal, " alone")
        if self.system.freeze:
            title += f", {self.system.freeze} blocks frozen"
        elif cnn.startswith("vgg16") and self.started:
            title += ", fine-tuned"
        return title + (f", without {self.system.left_out}" if self.system.left_out else "")


SYSTEMS: dict[str, Callable[[FinishedRun], bool]] = {  # that the project's sources name
    "CNN alone": lambda run: run.shipped_backbone,  # in the record of each
    "CNN + LSTM on sliding windows": lambda run: (
        run.shipped_backbone and run.system.temporal == "lstm"
    ),
    "CNN + GRU": lambda run: run.shipped_backbone and run.system.temporal == "gru",
    "VGG16 with frozen layers": lambda run: _vgg(run) and run.system.freeze > 0,
    "VGG16 fine-tuned": lambda run: _vgg(run) and run.started and not run.system.freeze,
    "ResNet-18": lambda run: run.system.backbone == "resnet18",
    "MobileNet": lambda run: "mobilenet" in run.system.backbone,
}


def compare_expression(
    data: Path, out: Path, *, device: str = "auto"
) -> tuple[list[dict[str, Any]], str]:
    """A row for each system under `out`, and how the numbers were taken.

    Systems that the sources name and nothing was trained for are logged. Raises DataError when
    `out` holds no finished run, or data is missing.
    """
    runs = read_runs(out)
    for title, fits in SYSTEMS.items():
        if not any(map(fits, runs)):
            log.warning("%s: no finished run in %s, left out", title, out)
    chosen = devices.choose(device)
    clips = {"ckplus": read_ckplus(data / "ckplus48.zip", FaceDetector.shared())}
    val = read_validation(data, clips)
    speeds = milliseconds(runs)
    recalls = [recall(run, val, chosen) for run in runs]
    rows = [
        {**row, "measured": str(date.today())}
        for run, speed, measured in zip(runs, speeds, recalls, strict=True)
        for row in _rows(run, speed, measured, runs)
    ]
    folds = rows[0]["java_sed_uar"]["protocol"].split(";")[0]
    return rows, PROTOCOL.format(folds=folds)


def read_runs(out: Path) -> list[FinishedRun]:
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


def recall(run: FinishedRun, val: Validation, device: torch.device) -> dict[str, float]:
    """UAR of the CNN alone on the validation faces of each corpus, and their mean."""
    found = recall_by_corpus(run.cnn.to(device), val, device)
    run.cnn.cpu()
    return found


@torch.inference_mode()
def milliseconds(runs: Sequence[FinishedRun]) -> list[tuple[float, float]]:
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
    shown = [row["system"], row["run"], epochs, f"{row['parameters']:,}", f"{row['ms']:.2f}"]
    shown += [f"{row['validation_uar'][name]:.3f}" for name in (MEAN, *LEARNED)]
    metric = row["java_sed_uar"]
    shown += [f"{metric['value']:.3f}", f"{metric['low']:.3f} to {metric['high']:.3f}"]
    return [*shown, row["measured"]]


def with_earlier(path: Path, cells: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """These rows after those that the table in the file at `path` has of other runs.

    A run takes hours and its folder goes; what was measured of it stays, under its own date.
    """
    runs = {row[RUN] for row in cells}
    earlier = read_table(path, TABLE, COLUMNS)
    return [*(row for row in earlier if row[RUN] not in runs), *cells]


def _rows(
    run: FinishedRun,
    speed: tuple[float, float],
    measured: dict[str, float],
    runs: Sequence[FinishedRun],
) -> list[dict[str, Any]]:
    """The row of a run, and of its CNN alone, where no run has that."""
    size = sum(each.numel() for each in run.cnn.parameters())
    row: dict[str, Any] = {
        "system": run.title(),
        "run": run.folder,
        "epochs": run.epochs,
        "parameters": size + sum(each.numel() for each in run.model.parameters()),
        "ms": round(speed[1], 3),
        "validation_uar": measured,
        "java_sed_uar": run.record["java_sed_uar"][run.model.name],
    }
    ours = [each for each in runs if each.shipped_backbone]
    if run not in ours[:1] or any(each.system.temporal == "none" for each in ours):
        return [row]
    alone = {"system": "CNN alone", "java_sed_uar": run.record["java_sed_uar"]["cnn"]}
    return [{**row, **alone, "parameters": size, "ms": round(speed[0], 3)}, row]


def _read(folder: Path) -> FinishedRun:
    options = load_record(folder / OPTIONS_FILE)
    told = options["system"]
    known = {name: told[name] for name in SystemOptions.__dataclass_fields__ if name in told}
    system = SystemOptions(**{**known, "clips": None, "anchor": None})
    cnn = backbones.make(system.backbone, folder / CNN_FILE).eval()
    model = temporal.make(system.temporal, cnn.width, system.window).eval()
    model.load_state_dict(read_weights(folder / temporal_file(model.name)))
    history = load_record(folder / RECORD_FILE).get(CNN, {}).get("history")
    return FinishedRun(
        folder.name,
        system,
        bool(options.get("cnn", {}).get("start")),
        cnn.to(memory_format=torch.channels_last),
        model,
        load_record(folder / "temporal.json"),
        None if history is None else len(history),
    )


def _vgg(run: FinishedRun) -> bool:
    return run.system.backbone.startswith("vgg16")
