"""What a run of `train expression` leaves behind: weights, where they come from, and the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor, nn

from vidsent.core.emotions import LABELS
from vidsent.faces.expression import ExpressionNetwork, TemporalModel
from vidsent.faces.reader import CNN_FILE, GRU_FILE
from vidsent.training.cnn import STAGE as CNN
from vidsent.training.record import load_record, save_record
from vidsent.training.temporal import STAGE as TEMPORAL

RECORD_FILE = "expression.json"
CNN_DATA = {
    "ferplus": "FER2013 faces with the vote distributions of FER+, as tiles and aligned",
    "fer2013": "FER2013 faces with its first labels, as tiles and aligned",
}


def export(
    out: Path, cnn: ExpressionNetwork, model: TemporalModel, options: dict[str, Any]
) -> tuple[Path, ...]:
    """Write the models and the record of their training into `out`; returns the files.

    One that learns nothing has its temperature alone.
    """
    about = {"labels": ",".join(LABELS), "options": json.dumps(options)}
    cnn_data, temporal_data = trained_on(options["bench"])
    files = [out / CNN_FILE, out / temporal_file(model.name), out / RECORD_FILE]
    _save(files[0], cnn, {**about, "model": type(cnn).__name__, "trained_on": cnn_data})
    _save(files[1], model, {**about, "model": type(model).__name__, "trained_on": temporal_data})
    save_record(files[2], stages(out))
    return tuple(files)


def trained_on(bench: Mapping[str, Any]) -> tuple[str, str]:
    """What the CNN and the temporal model of such a bench learned from, in words."""
    fer = "FER+" if bench["labels"] == "ferplus" else "FER2013"
    acted = "a user's own clips" if bench["clips"] else "Java-SED"
    faces = f"{acted} video, CK+, KERC 2020 and FER2013 faces with {fer} votes"
    return CNN_DATA[bench["labels"]], faces


def temporal_file(name: str) -> str:
    """The file of the temporal model `name`, in a run folder; "gru" gives that which ships."""
    return GRU_FILE.replace("gru", name)


def stages(out: Path) -> dict[str, Any]:
    """The records of the stages that ran in `out`: what is shipped beside the weights."""
    found = {name: out / f"{name}.json" for name in (CNN, TEMPORAL)}
    return {name: load_record(path) for name, path in found.items() if path.exists()}


def _save(path: Path, model: nn.Module, about: dict[str, str]) -> None:
    """Matrices as float16, which costs no accuracy; norms and counts as they are."""
    tensors = {name: _halved(tensor) for name, tensor in model.state_dict().items()}
    save_file(tensors, path, metadata=about)


def _halved(tensor: Tensor) -> Tensor:
    small = tensor.half() if tensor.is_floating_point() and tensor.dim() > 1 else tensor
    return small.contiguous().cpu()
