"""The whole command on sets in miniature: it ends, resumes to the same weights, and ships."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from vidsent.core import weights
from vidsent.core.errors import DataError
from vidsent.reports.evaluation_results import load, save
from vidsent.training import expression_speed, timing
from vidsent.training.aligned import Faces
from vidsent.training.cnn import train_cnn
from vidsent.training.cnn_options import CnnOptions
from vidsent.training.evaluate import evaluate_expression
from vidsent.training.expression import train_expression
from vidsent.training.fer import read_split

FILES = ("expression_cnn.safetensors", "expression_gru.safetensors")


class _PowerCut(logging.Handler):
    """Stops the process the moment that a message begins with `at`."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(self.at):
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of two epochs that nothing interrupted."""
    out = tmp_path_factory.mktemp("run")
    _train(data, out)
    return out


def _train(data: Path, out: Path) -> None:
    train_expression(data, out, device="cpu", epochs=2, limit=8)


@pytest.mark.parametrize("stop", ["cnn {'epoch': 2", "temporal_fold1 {'epoch': 2"])
def test_a_run_that_was_cut_short_resumes_to_the_same_weights(
    data: Path, trained: Path, tmp_path: Path, stop: str
) -> None:
    power_cut, log = _PowerCut(stop), logging.getLogger("vidsent.training")
    log.addHandler(power_cut)
    log.setLevel(logging.INFO)
    try:
        with pytest.raises(KeyboardInterrupt):
            _train(data, tmp_path)
    finally:
        log.removeHandler(power_cut)
        log.setLevel(logging.NOTSET)
    _train(data, tmp_path)
    for name in FILES:
        wanted, resumed = load_file(trained / name), load_file(tmp_path / name)
        assert all(torch.equal(resumed[key], tensor) for key, tensor in wanted.items())


def test_what_is_exported_is_small_and_says_where_it_comes_from(trained: Path) -> None:
    for name in FILES:
        assert (trained / name).stat().st_size < 10_000_000
        with safe_open(trained / name, framework="pt") as file:
            about = file.metadata()
        assert "FER2013" in about["trained_on"]
        assert json.loads(about["options"])["cnn"]["seed"] == 0


def test_the_record_tests_every_actor_once(trained: Path) -> None:
    record = json.loads((trained / "temporal.json").read_text())
    clips = record["java_sed_clips"]
    assert sorted(row["actor"] for row in clips) == ["01", "01", "02", "02", "03", "03", "04", "04"]
    assert all(row["fold"] == (int(row["actor"]) - 1) // 2 for row in clips)
    assert set(record["java_sed_uar"]) == {"cnn", "gru", "gru_alone"}


def test_shipped_weights_are_read_and_evaluated_as_inference_does(
    data: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "assets", lambda: tmp_path)
    weights._manifest.cache_clear()
    for name in (*FILES, "expression.json"):
        weights.register(trained / name)
    monkeypatch.setattr(expression_speed, "BATCHES", 1)
    monkeypatch.setattr(timing, "TURNS", 1)
    found = evaluate_expression(data, device="cpu")
    measured = found.metrics
    assert set(measured) >= {
        "ferplus_accuracy",
        "ferplus_accuracy_tiles",
        "ferplus_accuracy_pasted",
        "ferplus_lost_by_pasting",
        "ferplus_found",
        "ferplus_macro_f1",
        "ferplus_uar",
        "ferplus_auc",
        "ferplus_recall_anger",
        "ferplus_accuracy_turned_30",
        "ferplus_accuracy_masked",
        "ferplus_accuracy_24_40px",
        "java_sed_uar_actor_04",
        "ckplus_intensity_rises",
        "ckplus_label_rises",
        "entropy_correlation",
        "ms_per_face_bf16",
        "fer2013_accuracy",
        "java_sed_uar",
        "kerc_ccc_valence",
        "kerc_ccc_arousal",
        "ece",
    }
    for name, metric in measured.items():
        assert set(metric) == {"value", "low", "high", "n", "protocol"}
        assert metric["low"] <= metric["high"], name
        assert name.startswith("ms_") or -1 <= metric["low"] <= metric["high"] <= 1, name
    json.dumps(measured, allow_nan=False)
    assert measured["ferplus_accuracy"]["n"] == measured["ferplus_accuracy_tiles"]["n"] == 21
    assert measured["java_sed_uar"]["n"] == 8
    assert "record of the training run" in measured["java_sed_uar"]["protocol"]
    assert sum(map(sum, found.tables["confusion"])) == 21
    assert sum(point["count"] for point in found.tables["reliability"]) == measured["ece"]["n"]
    assert found.current and all(found.versions.values())
    assert load("expression") is None
    save(found)
    assert load("expression") == found
    weights._manifest.cache_clear()


def test_missing_data_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="fer2013"):
        train_expression(tmp_path, tmp_path / "run", device="cpu")


@pytest.mark.cuda
def test_cuda_trains_to_much_the_same_cnn(data: Path, tmp_path: Path) -> None:
    options = CnnOptions(epochs=1, limit=8)
    tiles = read_split(data / "fer2013", "train")
    faces = Faces(tiles, tiles)
    models = [
        train_cnn(faces, faces, tmp_path / name, options, torch.device(name))
        for name in ("cpu", "cuda")
    ]
    crops = torch.rand(16, 1, 48, 48)
    with torch.inference_mode():
        cpu, cuda = (model.cpu()(crops).softmax(1) for model in models)
    torch.testing.assert_close(cpu, cuda, atol=0.1, rtol=0)
