"""Read the weights of a TensorFlow.js model: a `.json` that names them, and a `.bin` beside it.

The manifest (`weightsManifest`) lists groups; in each, tensors lie one after the other in the
group's files, little-endian, as their `dtype` or the type they were quantised to. Only floats and
whole numbers as they are can be read here. Nothing in the files is executed.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from vidsent.core.errors import DataError

SUFFIX = ".json"
DTYPES = {"float32": "<f4", "float16": "<f2", "int32": "<i4"}


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """The tensors of the model at `path` by their names, each in the shape it is listed with.

    Raises DataError when a file is missing or damaged, or no model of TensorFlow.js.
    """
    if not path.is_file():
        raise DataError(f"There are no weights to start from at {path}.")
    try:
        groups = json.loads(path.read_bytes())["weightsManifest"]
        tensors: dict[str, np.ndarray] = {}
        for group in groups:
            # subtle: a manifest may name any path; the files lie beside it and nowhere else
            files = [path.parent / Path(name).name for name in group["paths"]]
            tensors |= _split(b"".join(file.read_bytes() for file in files), group["weights"])
    except OSError as error:
        raise DataError(f"{path} names weights that cannot be read: {error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is damaged, or no TensorFlow.js model.") from error
    return tensors


def _split(data: bytes, weights: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Cut `data` into the tensors listed; raises ValueError when they do not fill it."""
    found, place = {}, 0
    for weight in weights:
        dtype = np.dtype(DTYPES[weight.get("quantization", weight)["dtype"]])
        count = math.prod(weight["shape"])
        numbers = np.frombuffer(data, dtype, count, place)
        found[weight["name"]] = numbers.reshape(weight["shape"]).astype(np.float32)
        place += count * dtype.itemsize
    if place != len(data):
        raise ValueError(f"{len(data) - place} bytes too many")
    return found
