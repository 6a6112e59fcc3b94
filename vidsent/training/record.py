"""What a training run keeps on disk: checkpoints to resume from and a history to draw.

A run folder holds `<stage>.ckpt` (everything to resume, replaced atomically each epoch),
`<stage>.json` (options, history and the numbers that the run itself must report) and
`options.json` (with which the run was begun, and so must go on).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Generic, TypeVar, cast

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from vidsent.core.errors import DataError
from vidsent.training.options import SMALL_RESNET

Model = TypeVar("Model", bound=nn.Module)

OPTIONS_FILE = "options.json"


@dataclass
class Run(Generic[Model]):
    """Everything that changes while training, and so everything a checkpoint holds."""

    model: Model
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    generator: torch.Generator
    average: AveragedModel | None = None  # of its weights over its last steps, where one is kept
    history: list[dict[str, float]] = field(default_factory=list)

    @property
    def averaged(self) -> Model:
        """The model with the averaged weights, of a run that averages them."""
        assert self.average is not None
        return cast(Model, self.average.module)

    def update_average(self) -> None:
        """Take the model's present weights into the average, of a run that has one."""
        if self.average is not None:
            self.average.update_parameters(self.model)

    def state(self) -> dict[str, Any]:
        """What `restore` needs, fit for `save_checkpoint`."""
        stateful = {name: part.state_dict() for name, part in self._parts().items()}
        return {
            **stateful,
            "generator": self.generator.get_state(),
            "torch_rng": torch.get_rng_state(),  # dropout draws from the global generator
            "history": self.history,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from where `state` was taken; raises KeyError when it is of another stage."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.generator.set_state(state["generator"].cpu())
        torch.set_rng_state(state["torch_rng"].cpu())
        self.history[:] = state["history"]

    def _parts(self) -> dict[str, Any]:
        parts: dict[str, Any] = {
            "model": self.model,
            "optimizer": self.optimizer,
            "schedule": self.schedule,
        }
        return parts if self.average is None else {**parts, "average": self.average}


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write `state` so that a kill at any moment leaves the old file or the new one."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The state saved at `path`, or None where there is none yet; tensors only, no pickle code.

    Raises DataError when the file is damaged.
    """
    if not path.exists():
        return None
    try:
        return torch.load(path, weights_only=True)
    except Exception as error:
        raise DataError(
            f"Checkpoint {path} cannot be read ({error}). Delete it to start anew."
        ) from error


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors or PyTorch file as float32; nothing in it is executed.

    Raises DataError when it cannot be read as such.
    """
    if not path.is_file():
        raise DataError(f"There are no weights to start from at {path}.")
    try:
        if path.suffix == ".safetensors":
            found = load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, UnpicklingError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise DataError(f"{path} cannot be read as weights: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(v, Tensor) for v in found.values()):
        raise DataError(f"{path} holds no plain table of tensors: save a state dict.")
    return {key: _float(value) for key, value in found.items()}


def backbone_of(path: Path) -> str:
    """The backbone of the CNN in a file of weights; that which ships, where the file tells none."""
    if path.suffix != ".safetensors" or not path.is_file():
        return SMALL_RESNET
    with safe_open(path, "pt") as file:
        about = json.loads((file.metadata() or {}).get("options", "{}"))
    backbone: str = about.get("bench", {}).get("backbone", SMALL_RESNET)
    return backbone


def _float(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor


def save_record(path: Path, record: dict[str, Any]) -> None:
    """Write a run's options, history and results as JSON, atomically."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(record, indent=1) + "\n")
    os.replace(partial, path)


def load_record(path: Path) -> dict[str, Any]:
    """Read what `save_record` wrote; raises DataError when it is absent."""
    if not path.exists():
        raise DataError(f"No training record at {path}: run `python -m vidsent train` first.")
    record: dict[str, Any] = json.loads(path.read_text())
    return record


Options = Mapping[str, Mapping[str, Any]]  # {stage: {name: value}}


def check_options(out: Path, options: Options, former: Options | None = None) -> None:
    """Raise DataError when the run in `out` was begun with other options.

    `former` are those of runs from before options were kept. What a run knew nothing of, being
    older than that option, is not compared.
    """
    begun = _begun(out, former or {})
    asked = json.loads(json.dumps(options))
    changed = {
        name: f"{name} {wanted!r} instead of {begun[stage][name]!r}"
        for stage, values in asked.items()
        for name, wanted in values.items()
        if begun.get(stage, {}).get(name, wanted) != wanted
    }
    if changed:
        raise DataError(
            f"The run in {out} was begun with other options ({'; '.join(changed.values())}). "
            "Give the same ones to go on, or another folder with --out."
        )


def _begun(out: Path, former: Options) -> Options:
    if (out / OPTIONS_FILE).exists():
        return load_record(out / OPTIONS_FILE)
    records = {path.stem: load_record(path) for path in out.glob("*.json")}
    found = {stage: record["options"] for stage, record in records.items() if "options" in record}
    return {**former, **found} if any(out.glob("*.ckpt")) else found
