"""The whole command on sets in miniature: it ends, resumes to the same weights, and ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from tests.training.power_cut import power_cut
from vidsent.core import weights
from vidsent.core.errors import DataError
from vidsent.reports.evaluation_results import load, save
from vidsent.training.evaluation.expression import evaluate_expression
from vidsent.training.expression.train import train_expression

FILES = ("expression_cnn.safetensors", "expression_gru.safetensors")


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of two epochs that nothing interrupted."""
    out = tmp_path_factory.mktemp("run")
    _train(data, out)
    return out


def _train(data: Path, out: Path) -> None:
    train_expression(data, out, device="cpu", epochs=2, limit=8)


def test_a_run_that_was_cut_short_resumes_to_the_same_weights(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    with power_cut("temporal_fold1 {'epoch': 2"):
        _train(data, tmp_path)
    _train(data, tmp_path)
    for name in FILES:
        wanted, resumed = load_file(trained / name), load_file(tmp_path / name)
        assert all(torch.equal(resumed[key], tensor) for key, tensor in wanted.items())


def test_what_is_exported_is_small_and_says_where_it_comes_from(trained: Path) -> None:
    for name in FILES:
        assert (trained / name).stat().st_size < 10_000_000
        with safe_open(trained / name, framework="pt") as file:
            about = file.metadata()
        assert "FER" in about["trained_on"]
        assert json.loads(about["options"])["cnn"]["seed"] == 0


def test_the_record_tests_every_actor_once(trained: Path) -> None:
    record = json.loads((trained / "temporal.json").read_text())
    clips = record["java_sed_clips"]
    assert sorted(row["actor"] for row in clips) == ["01", "01", "02", "02", "03", "03", "04", "04"]
    assert all(row["fold"] == (int(row["actor"]) - 1) // 2 for row in clips)
    assert set(record["java_sed_uar"]) == {"cnn", "gru", "gru_alone"}


def test_shipped_weights_are_read_and_evaluated_as_inference_does(
    data: Path, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_timing: None
) -> None:
    monkeypatch.setattr(weights, "assets", lambda: tmp_path)
    weights._manifest.cache_clear()
    for name in (*FILES, "expression.json"):
        weights.register(trained / name)
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
        "ms_per_face_fp32",
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
    with pytest.raises(DataError, match="java_sed_video"):
        train_expression(tmp_path, tmp_path / "run", device="cpu")
