"""What `evaluate` measured of a shipped model, kept beside the weights for the page to show.

`assets/results/<model>.json` holds the metrics, what is drawn beside them, the day, and the
versions of the weights that were measured, so that numbers of other weights are known as such.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from vidsent.core import weights
from vidsent.core.errors import ModelError
from vidsent.faces import detection
from vidsent.faces.reader import CNN_FILE, GRU_FILE
from vidsent.language import text_model, word_table

FOLDER = "results"  # below assets
FILES = {  # what makes up a model, and so what its numbers belong to; "text" is a folder
    "faces": (detection.FILE,),
    "expression": (CNN_FILE, GRU_FILE),
    "language": (text_model.FOLDER, word_table.FILE),
    "search": (text_model.FOLDER, word_table.FILE),
}
MODELS = tuple(each for each in FILES if each != "search")  # which is made of the others
EXPRESSION_RECORD = "expression.json"  # in assets/weights: how the expression models were trained


@dataclass(frozen=True)
class EvaluationResult:
    """One evaluation of one model.

    metrics: {name: {"value", "low", "high", "n", "protocol"}}, some with a "baseline".
    tables: what is no single number, as plain JSON: "confusion" (7, 7) counts, rows the truth;
    "reliability" bins as `metrics.reliability` gives them; "report" by label.
    versions: {file or folder of assets/weights: start of its checksum}.
    """

    model: str
    day: str  # ISO 8601
    versions: dict[str, str]
    metrics: dict[str, dict[str, Any]]
    tables: dict[str, Any] = field(default_factory=dict)

    @property
    def current(self) -> bool:
        """Whether these numbers are of the weights that are installed."""
        return self.versions == versions(self.model)


def result_of(
    model: str, metrics: dict[str, dict[str, Any]], tables: dict[str, Any] | None = None
) -> EvaluationResult:
    """What was measured today of the installed weights of `model`, one of `FILES`."""
    return EvaluationResult(model, date.today().isoformat(), versions(model), metrics, tables or {})


def versions(model: str) -> dict[str, str]:
    """The installed weights of `model` by file; empty strings where they are missing."""
    return {name: weights.version(name) for name in FILES[model]}


def path(model: str) -> Path:
    """Where the results of `model` lie."""
    return weights.assets() / FOLDER / f"{model}.json"


def save(found: EvaluationResult) -> Path:
    """Write `found` to its place, atomically; returns the file."""
    target = path(found.model)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n", "utf-8")
    os.replace(partial, target)
    return target


def histories() -> dict[str, list[dict[str, float]]]:
    """What each stage of the training of the expression models wrote down, epoch by epoch.

    {stage: [{"epoch": 1, "train_loss": .., ..}, ..]}; empty where the record is missing.
    """
    try:
        record = json.loads(weights.read_bytes(EXPRESSION_RECORD))
    except (ModelError, ValueError):
        return {}
    stages = ((stage, body.get("history")) for stage, body in record.items())
    return {stage: history for stage, history in stages if history}


def load(model: str) -> EvaluationResult | None:
    """The results kept for `model`, or None where there are none that can be read."""
    try:
        return EvaluationResult(**json.loads(path(model).read_text("utf-8")))
    except (OSError, ValueError, TypeError):  # missing, damaged, or of another version of vidsent
        return None
