"""Any text classifier that names emotions is read; what cannot be is said in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import small_bert
from vidsent.core import device as devices
from vidsent.core import weights
from vidsent.core.emotions import LABELS
from vidsent.core.errors import ModelError
from vidsent.language.simplified_chinese import simplified
from vidsent.language.text_model import FOLDER, TextModel

MOST_BYTES = 40_000_000  # of the model that ships
SHARD_BYTES = 10_000_000


@pytest.mark.parametrize("kind", ["single_label_classification", "multi_label_classification"])
def test_labels_of_other_models_are_found_by_name(kind: str, tmp_path: Path) -> None:
    names = ["Joy", "love", "annoyance", "grief", "LABEL_4"]
    folder = small_bert.classifier(tmp_path, names, problem_type=kind)
    model = TextModel(str(folder))
    outputs = model.outputs(["so happy", "sad"])
    probs, affect = model.read(["so happy", "sad"], ["en", "en"])
    raw = 1 / (1 + np.exp(-outputs)) if kind.startswith("multi") else np.exp(outputs)
    grouped = np.stack([raw[:, :2].sum(1), raw[:, 2], raw[:, 3]], 1)
    expected = grouped / grouped.sum(1, keepdims=True)
    own = [LABELS.index(label) for label in ("happiness", "anger", "sadness")]
    assert probs[:, own] == pytest.approx(expected, abs=0.02)  # bfloat16 where the CPU has it
    assert probs.sum(1) == pytest.approx(1, abs=1e-4)
    assert affect.shape == (2, 2)


def test_a_model_without_emotions_is_refused(tmp_path: Path) -> None:
    folder = small_bert.classifier(tmp_path, ["POSITIVE", "NEGATIVE"])
    with pytest.raises(ModelError, match="POSITIVE, NEGATIVE"):
        TextModel(str(folder))


@pytest.mark.parametrize("broken", ["absent", "empty"])
def test_what_is_no_model_is_said(broken: str, tmp_path: Path) -> None:
    folder = tmp_path / broken
    if broken == "empty":
        folder.mkdir()
    with pytest.raises(ModelError, match="Name a folder"):
        TextModel(str(folder))


def test_a_text_is_read_alike_alone_and_in_company(tmp_path: Path) -> None:
    model = TextModel(str(small_bert.classifier(tmp_path, list(LABELS))))
    texts = ["so happy", "a sad house in town, on a lonely monday", "lunch", "so happy"]
    together = model.read(texts, ["en"] * 4).probs
    alone = np.concatenate([model.read([text], ["en"]).probs for text in texts])
    assert together == pytest.approx(alone, abs=0.01)
    assert np.array_equal(together[0], together[3])
    assert model.embed(texts).shape == (4, 32)
    assert model.read([], []).probs.shape == (0, 7)


def test_a_very_long_text_is_cut(tmp_path: Path) -> None:
    model = TextModel(str(small_bert.classifier(tmp_path, list(LABELS))))
    assert np.isfinite(model.read(["happy " * 5_000], ["en"]).probs).all()


# in a process of its own, as only the first import can go wrong
AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from vidsent.language.text_model import TextModel
start = Barrier(4)
def load(_):
    start.wait()
    return TextModel.shared()
with ThreadPoolExecutor(4) as pool:
    loaded = set(pool.map(load, range(4)))
next(iter(loaded)).read(["so happy"], ["en"])
large = [name for name in ("transformers", "torch._dynamo") if name in sys.modules]
print(len(loaded), large)
"""
TEXTS = (
    "What a lovely smile!",
    "我很难过，他走了。",
    "",
    "happy " * 500,
    "She said [1/2] 😀 nothing to the crowd",
    "lunch",
)


def test_what_ships_reads_as_transformers_reads_its_files() -> None:
    folder = weights.assets() / "weights" / FOLDER
    own, theirs = TextModel(), TextModel(str(folder))
    languages = ["en", "zh", "en", "en", "en", "en"]
    close = 1e-4 if own.device.type == "cpu" and not devices.supports_bfloat16(own.device) else 0.05
    assert own.outputs(TEXTS) == pytest.approx(theirs.outputs(TEXTS), abs=close)
    assert own.embed(TEXTS) == pytest.approx(theirs.embed(TEXTS), abs=close)
    assert np.array_equal(own.bags(TEXTS), theirs.bags(TEXTS))
    assert own.read(TEXTS, languages).probs == pytest.approx(
        theirs.read(TEXTS, languages).probs, abs=close
    )
    assert (own.gap, own.width) == (theirs.gap, theirs.width)


def test_four_threads_load_what_ships_once_and_wait_for_no_large_library() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("1 []\n", "")


def test_what_ships_is_small_enough() -> None:
    sizes = {name: len(weights.read_bytes(name)) for name in weights.files_of(FOLDER)}
    assert sum(sizes.values()) <= MOST_BYTES
    assert max(sizes.values()) < SHARD_BYTES


def test_an_altered_model_is_refused(empty_assets: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    weights.register_folder(small_bert.classifier(tmp_path / "made", list(LABELS)), FOLDER)
    config = empty_assets / "weights" / FOLDER / "config.json"
    config.write_text(config.read_text() + "\n")
    with pytest.raises(ModelError, match="checksum"):
        TextModel()


def test_traditional_characters_are_read_as_simplified_ones_in_place() -> None:
    assert simplified("我很難過，傷心😢 sad") == "我很难过，伤心😢 sad"
    text = "後悔莫及 憂鬱 龍飛鳳舞"
    assert len(simplified(text)) == len(text)
    assert simplified("plain") == "plain"
