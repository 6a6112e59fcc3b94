"""Finished runs of `train expression`, read back from the folders that hold them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vidsent.core.errors import DataError
from vidsent.faces.expression import ExpressionNetwork, TemporalModel
from vidsent.faces.reader import CNN_FILE
from vidsent.training import backbones, temporal_models
from vidsent.training.cnn import STAGE as CNN
from vidsent.training.export import RECORD_FILE, temporal_file
from vidsent.training.options import SMALL_RESNET, Bench
from vidsent.training.record import OPTIONS_FILE, load_record, read_weights

log = logging.getLogger(__name__)


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
        cnn = "CNN" if self.bench.backbone == SMALL_RESNET else self.bench.backbone
        over = {"gru": " + GRU", "lstm": f" + LSTM, windows of {self.bench.window}"}
        title = cnn + over.get(self.bench.temporal, " alone")
        if self.bench.freeze:
            title += f", {self.bench.freeze} blocks frozen"
        elif cnn.startswith("vgg16") and self.started:
            title += ", fine-tuned"
        own = self.bench.labels == "fer2013"
        return title + (", trained and validated on FER2013's own labels" if own else "")


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
