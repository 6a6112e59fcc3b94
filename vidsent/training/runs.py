"""What a training run keeps on disk: checkpoints to resume from and a history to draw.

A run folder holds `<stage>.ckpt` (everything to resume, replaced atomically each epoch),
`<stage>.json` (options, history and the numbers that the run itself must report) and
`options.json` (with which the run was begun, and so must go on).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Generic, TypeVar, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from vidsent.core.errors import DataError

Model = TypeVar("Model", bound=nn.Module)
Options = Mapping[str, Mapping[str, Any]]  # {stage: {name: value}}

OPTIONS_FILE = "options.json"


@dataclass
class TrainingState(Generic[Model]):
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

    def step(self, loss: Tensor, max_norm: float | None = None) -> None:
        """One step down the gradient of `loss`, of which more than `max_norm` is clipped."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if max_norm is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), max_norm)
        self.follow_gradient()

    def follow_gradient(self) -> None:
        """One step of optimizer, schedule and average, by the gradient that is there."""
        self.optimizer.step()
        self.schedule.step()
        if self.average is not None:
            self.average.update_parameters(self.model)

    def state(self) -> dict[str, Any]:
        """What `restore` needs, fit for `save_checkpoint`."""
        return {
            **{name: part.state_dict() for name, part in self._parts().items()},
            "generator": self.generator.get_state(),
            "torch_rng": torch.get_rng_state(),  # dropout draws from the global generator
            "history": self.history,
        }

    def restore(self, state: dict[str, Any] | None) -> None:
        """Go on from where `state` was taken, if anywhere; KeyError when it is of another stage."""
        if state is None:
            return
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.generator.set_state(state["generator"].cpu())
        torch.set_rng_state(state["torch_rng"].cpu())
        self.history[:] = state["history"]

    def _parts(self) -> dict[str, Any]:
        parts = {name: getattr(self, name) for name in ("model", "optimizer", "schedule")}
        return parts if self.average is None else {**parts, "average": self.average}


class Eta:
    """Tells how long is left of `total` equal pieces of work, such as epochs.

    Pieces that a resumed run finds done are skipped: they say nothing about this machine.
    """

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._started = clock, clock()
        self._left, self._done = total, 0

    def skip(self, count: int) -> None:
        """`count` pieces were done before."""
        self._left -= count

    def tick(self) -> str:
        """One more piece is done; what is left, as "about 0:12:00 left"."""
        self._left, self._done = self._left - 1, self._done + 1
        spent = self._clock() - self._started
        return f"about {timedelta(seconds=round(spent / self._done * max(0, self._left)))} left"


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
    return {key: v.float() if v.is_floating_point() else v for key, v in found.items()}


def save_record(path: Path, record: Mapping[str, Any]) -> None:
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


def check(out: Path, options: Options) -> None:
    """Raise DataError when the run in `out` was begun with other options.

    What that run knew nothing of, being older than an option, is not compared.
    """
    path = out / OPTIONS_FILE
    begun = load_record(path) if path.exists() else {}
    changed = [
        f"{name} {wanted!r} instead of {begun[stage][name]!r}"
        for stage, values in json.loads(json.dumps(options)).items()
        for name, wanted in values.items()
        if begun.get(stage, {}).get(name, wanted) != wanted
    ]
    if changed:
        raise DataError(
            f"The run in {out} was begun with other options ({'; '.join(changed)}). "
            "Give the same ones to go on, or another folder with --out."
        )


def begin(out: Path, options: Options) -> None:
    """Make the run folder `out`, where it is not there yet, and keep the options in it."""
    out.mkdir(parents=True, exist_ok=True)
    save_record(out / OPTIONS_FILE, options)
