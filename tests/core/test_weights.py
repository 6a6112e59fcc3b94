"""Shipped weights load only when they are what the manifest says they are."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from vidsent.core import weights
from vidsent.core.errors import ModelError
from vidsent.faces.detection import FaceDetector
from vidsent.faces.reader import ExpressionReader
from vidsent.language.text_model import TextModel

PLAIN = {".safetensors", ".json", ".tsv", ".md"}  # endings of files that hold no code
LARGEST = 10_000_000  # bytes that a Space's plain git accepts in one file


def test_registered_tensors_come_back_as_float32(empty_assets: Path) -> None:
    source = empty_assets / "half.safetensors"
    save_file({"w": torch.arange(4, dtype=torch.float16)}, source, metadata={"made": "here"})
    weights.register(source)
    loaded = weights.load_tensors("half.safetensors")
    assert loaded.tensors["w"].dtype == torch.float32
    assert loaded.tensors["w"].tolist() == [0, 1, 2, 3]
    assert loaded.metadata == {"made": "here"}
    assert loaded.version == weights.version("half.safetensors") != ""


def test_an_altered_file_is_refused(empty_assets: Path) -> None:
    source = empty_assets / "table.tsv"
    source.write_text("a\t1\n")
    weights.register(source)
    assert weights.read_bytes("table.tsv") == b"a\t1\n"
    (empty_assets / "weights" / "table.tsv").write_text("a\t2\n")
    with pytest.raises(ModelError, match="checksum"):
        weights.read_bytes("table.tsv")


def test_a_missing_file_says_what_to_do(empty_assets: Path) -> None:
    with pytest.raises(ModelError, match="not installed"):
        weights.read_bytes("absent.safetensors")


def test_a_file_of_another_kind_is_refused(empty_assets: Path) -> None:
    source = empty_assets / "text.safetensors"
    source.write_text("certainly no tensors in here")
    weights.register(source)
    with pytest.raises(ModelError, match="safetensors"):
        weights.load_tensors("text.safetensors")


def test_everything_shipped_is_listed_matches_and_is_small_enough() -> None:
    folder = weights.assets() / "weights"
    listed = json.loads((folder / weights.MANIFEST).read_text())["files"]
    files = (path for path in folder.rglob("*") if path.is_file())
    present = {path.relative_to(folder).as_posix() for path in files}
    present -= {weights.MANIFEST, "README.md"}
    assert present == set(listed)
    for name in listed:
        assert len(weights.read_bytes(name)) < LARGEST


def test_everything_that_ships_loads_without_pickle(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("weights were unpickled")

    for name in ("load", "loads"):
        monkeypatch.setattr(pickle, name, refuse)
    monkeypatch.setattr(torch, "load", refuse)
    FaceDetector()
    ExpressionReader()
    TextModel()
    folder = weights.assets() / "weights"
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} <= PLAIN


def test_a_pickle_in_place_of_weights_is_refused_unread(empty_assets: Path) -> None:
    touched = empty_assets / "touched"
    source = empty_assets / "evil.safetensors"
    source.write_bytes(pickle.dumps(_Evil(touched)))
    weights.register(source)
    with pytest.raises(ModelError, match="safetensors"):
        weights.load_tensors("evil.safetensors")
    assert not touched.exists()


class _Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return open, (str(self._path), "w")


def test_facts_count_what_was_learned_and_not_statistics(empty_assets: Path) -> None:
    tensors = {
        "conv.weight": torch.zeros(4, 3, 2),
        "norm.bias": torch.zeros(4),
        "norm.running_mean": torch.zeros(4),
        "norm.num_batches_tracked": torch.zeros((), dtype=torch.int64),
    }
    save_file(tensors, empty_assets / "a.safetensors", metadata={"trained_on": "planted"})
    (empty_assets / "b.tsv").write_text("words")
    for name in ("a.safetensors", "b.tsv"):
        weights.register(empty_assets / name)
    facts = weights.info("a.safetensors")
    assert facts.parameters == 4 * 3 * 2 + 4
    assert facts.size == (empty_assets / "a.safetensors").stat().st_size
    assert facts.metadata == {"trained_on": "planted"}
    assert facts.version == weights.version("a.safetensors")
    assert weights.info("b.tsv") == ("b.tsv", weights.version("b.tsv"), 5, 0, {})
