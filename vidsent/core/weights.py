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

from vidsent.core.errors import ModelError

MANIFEST = "manifest.json"
VERSION_DIGITS = 8  # of the checksum that an analysis quotes as a model's version
TENSORS = ".safetensors"
COUNTED = ("running_mean", "running_var", "num_batches_tracked")  # counted, not learned

_PACKAGE = Path(__file__).resolve().parents[1]


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


class WeightsInfo(NamedTuple):
    """What a visitor may want to know of a file of weights."""

    name: str
    version: str
    size: int  # bytes
    parameters: int  # learned numbers; 0 for what is no file of tensors
    metadata: dict[str, str]


def info(name: str) -> WeightsInfo:
    """About the weights file `name`, or all files of a model that is a folder, without loading
    tensors; raises ModelError."""
    if any(each.startswith(f"{name}/") for each in _manifest()):
        return _folder_info(name)
    content = read_bytes(name)
    if not name.endswith(TENSORS):
        return WeightsInfo(name, version(name), len(content), 0, {})
    header = _header(content)
    metadata = header.pop("__metadata__", {})
    learned = (each for key, each in header.items() if not key.endswith(COUNTED))
    parameters = sum(math.prod(each["shape"]) for each in learned)
    return WeightsInfo(name, version(name), len(content), parameters, metadata)


def _folder_info(folder: str) -> WeightsInfo:
    parts = [info(name) for name in files_of(folder)]
    size, parameters = sum(each.size for each in parts), sum(each.parameters for each in parts)
    config = json.loads(read_bytes(f"{folder}/config.json"))
    metadata = {"trained_on": str(config.get("trained_on", ""))}
    return WeightsInfo(folder, version(folder), size, parameters, metadata)


def _header(content: bytes) -> dict[str, Any]:
    """The JSON at the head of a safetensors file: shapes by name, and the metadata."""
    header: dict[str, Any] = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return header


def version(name: str) -> str:
    """A short name for this very file: the start of its checksum.

    For a model that is a folder, of its files' checksums; "" for what is not installed.
    """
    if name in _manifest():
        return _manifest()[name][:VERSION_DIGITS]
    sums = [f"{file} {sum_}" for file, sum_ in _manifest().items() if file.startswith(f"{name}/")]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()[:VERSION_DIGITS] if sums else ""


def files_of(folder: str) -> list[str]:
    """The files of a model that is a folder, as "folder/file"; raises ModelError for none."""
    names = [name for name in _manifest() if name.startswith(f"{folder}/")]
    if not names:
        raise ModelError(
            f"The model {folder} is not installed. Install vidsent again, or train it."
        )
    return names


def register(path: Path) -> None:
    """Ship `path`: copy it to the weights folder and enter its checksum in the manifest."""
    _enter({path.name: path}, _manifest())


def register_folder(path: Path, name: str) -> None:
    """Ship the files of the folder `path` as the model `name`, in place of what it was before."""
    shutil.rmtree(assets() / "weights" / name, ignore_errors=True)
    others = {
        each: digest for each, digest in _manifest().items() if not each.startswith(f"{name}/")
    }
    _enter({f"{name}/{file.name}": file for file in sorted(path.iterdir())}, others)


def _enter(files: dict[str, Path], others: dict[str, str]) -> None:
    """Copy `files` to their names in the weights folder; the manifest lists them and `others`."""
    folder = assets() / "weights"
    digests = dict(others)
    for name, path in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if path.resolve() != (folder / name).resolve():
            shutil.copyfile(path, folder / name)
        digests[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    entries = {name: {"sha256": digests[name]} for name in sorted(digests)}
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
