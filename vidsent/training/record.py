"""What a training run keeps on disk: checkpoints to resume from and a history to draw.

A run folder holds `<stage>.ckpt` (everything to resume, replaced atomically each epoch) and
`<stage>.json` (options, history and the numbers that the run itself must report).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch

from vidsent.errors import DataError


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write `state` so that a kill at any moment leaves the old file or the new one."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The state saved at `path`, or None where there is none yet; tensors only, no pickle code."""
    if not path.exists():
        return None
    try:
        return torch.load(path, weights_only=True)
    except Exception as error:
        raise DataError(f"Checkpoint {path} cannot be read ({error}). Delete it to start anew.") from error


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
