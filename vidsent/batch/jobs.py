"""What is to be done for one clip, and the key by which it is known to be done already.

The key is made of the clip's and its words' content, of the options and of the models' versions:
a clip that was renamed keeps it, one that was changed, or read by other weights, does not.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vidsent.batch.listing import Item
from vidsent.core.options import Options
from vidsent.core.results import SCHEMA

CHUNK = 1 << 20  # bytes read at once
KEY_DIGITS = 32  # hexadecimal: 128 bits


@dataclass(frozen=True)
class Job:
    """One clip, known by its content. Plain values only: it travels to other machines."""

    name: str
    path: str
    subtitles: str | None
    key: str
    sha256: str
    subtitles_sha256: str | None
    size: int  # bytes
    stamp: str  # what changes when a file does

    @property
    def changed(self) -> bool:
        """Whether a file is no longer what it was when it was identified."""
        return _stamp(self.path, self.subtitles) != self.stamp


@dataclass(frozen=True)
class KeyInputs:
    """What besides the clip decides a result: options and models' versions."""

    options: dict[str, Any]
    models: dict[str, str]

    @classmethod
    def of(cls, options: Options, models: dict[str, str]) -> KeyInputs:
        """Of options but their device, which decides no more than how long it takes."""
        values = asdict(options)
        values.pop("device")
        return cls(values, models)


def identify(item: Item, key_inputs: KeyInputs) -> Job:
    """The job of a clip; raises OSError where one of its files cannot be read."""
    stamp = _stamp(item.path, item.subtitles)
    sha256 = file_sha256(item.path)
    words = file_sha256(item.subtitles) if item.subtitles else None
    values = {"schema": SCHEMA, "clip": sha256, "subtitles": words, **asdict(key_inputs)}
    key = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:KEY_DIGITS]
    size = os.stat(item.path).st_size
    return Job(item.name, item.path, item.subtitles, key, sha256, words, size, stamp)


def file_sha256(path: str | Path) -> str:
    """SHA-256 of a file's content in hexadecimal; raises OSError."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _stamp(*paths: str | None) -> str:
    """Sizes and times of change; empty where a file has gone."""
    try:
        states = [os.stat(path) for path in paths if path]
    except OSError:
        return ""
    return " ".join(f"{state.st_size}:{state.st_mtime_ns}" for state in states)
