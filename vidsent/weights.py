"""The weights that ship with vidsent, found and checked before they are used.

`assets/weights/manifest.json` names every file with its SHA-256. A file that is missing or
altered is refused. Tensors are safetensors; nothing here unpickles.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors

from vidsent.errors import ModelError

MANIFEST = "manifest.json"
VERSION_DIGITS = 8  # of the checksum that an analysis quotes as a model's version
TENSORS = ".safetensors"
COUNTED = ("running_mean", "running_var", "num_batches_tracked")  # counted, not learned

_PACKAGE = Path(__file__).resolve().parent


def assets() -> Path:
    """The folder of assets: inside an installed package, beside the package in a checkout."""
    installed = _PACKAGE / "assets"
    return installed if installed.is_dir() else _PACKAGE.parent / "assets"


class Tensors(NamedTuple):
    """A file of tensors, its metadata and its version."""

    tensors: dict[str, torch.Tensor]
    metadata: dict[str, str]
    version: str


def read_bytes(name: str) -> bytes:
    """The content of weights file `name`; raises ModelError when it is missing or altered."""
    path = assets() / "weights" / name
    expected = _manifest().get(name)
    if expected is None or not path.is_file():
        raise ModelError(
            f"The weights {name} are not installed. Install vidsent again, or train them."
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelError(f"The weights {name} do not match their checksum. Install vidsent again.")
    return content


def load_tensors(name: str) -> Tensors:
    """Tensors of the safetensors file `name` as float32 on the CPU; raises ModelError."""
    content = read_bytes(name)
    try:
        tensors = load_safetensors(content)
    except SafetensorError as error:
        raise ModelError(f"The weights {name} are not a safetensors file: {error}") from error
    return Tensors(
        {
            key: value.float() if value.is_floating_point() else value
            for key, value in tensors.items()
        },
        _header(content).get("__metadata__", {}),
        version(name),
    )


class Facts(NamedTuple):
    """What a visitor may want to know of a file of weights."""

    name: str
    version: str
    size: int  # bytes
    parameters: int  # learned numbers; 0 for what is no file of tensors
    metadata: dict[str, str]


def facts(name: str) -> Facts:
    """About the weights file `name`, without loading its tensors; raises ModelError."""
    content = read_bytes(name)
    if not name.endswith(TENSORS):
        return Facts(name, version(name), len(content), 0, {})
    header = _header(content)
    metadata = header.pop("__metadata__", {})
    learned = (each for key, each in header.items() if not key.endswith(COUNTED))
    parameters = sum(math.prod(each["shape"]) for each in learned)
    return Facts(name, version(name), len(content), parameters, metadata)


def _header(content: bytes) -> dict[str, Any]:
    """The JSON at the head of a safetensors file: shapes by name, and the metadata."""
    header: dict[str, Any] = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return header


def version(name: str) -> str:
    """A short name for this very file: the start of its checksum."""
    return _manifest().get(name, "")[:VERSION_DIGITS]


def register(path: Path) -> None:
    """Ship `path`: copy it to the weights folder and enter its checksum in the manifest."""
    folder = assets() / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    if path.resolve().parent != folder.resolve():
        shutil.copyfile(path, folder / path.name)
    digest = hashlib.sha256((folder / path.name).read_bytes()).hexdigest()
    files = {**_manifest(), path.name: digest}
    entries = {name: {"sha256": files[name]} for name in sorted(files)}
    (folder / MANIFEST).write_text(json.dumps({"files": entries}, indent=1) + "\n")
    _manifest.cache_clear()


@cache
def _manifest() -> dict[str, str]:
    """File name -> SHA-256 in hexadecimal."""
    path = assets() / "weights" / MANIFEST
    if not path.is_file():
        return {}
    entries = json.loads(path.read_text())["files"]
    return {name: entry["sha256"] for name, entry in entries.items()}
