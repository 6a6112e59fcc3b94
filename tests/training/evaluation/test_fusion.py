"""The table of fused systems, from a few real pairs and a text model that knows nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import small_bert
from vidsent.cli.main import main
from vidsent.timeline import moments
from vidsent.training.evaluation import fusion
from vidsent.training.evaluation.fusion import shipped
from vidsent.training.language.line_emotions import OUTPUTS

KINDS = {
    "tiles and lines",
    "tiles, lines and danmaku",
    "clips and lines",
    "felt tiles, plain lines",
    "plain tiles, felt lines",
}


@pytest.fixture(scope="module")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of random weights that says something of every line."""
    folder = tmp_path_factory.mktemp("bert")
    return small_bert.classifier(folder, OUTPUTS, problem_type="multi_label_classification")


@pytest.mark.slow
def test_the_command_prints_every_system_and_what_was_fitted(
    shared: Path, text_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["compare", "fusion", "--data", str(shared / "data"), "--text-model", str(text_model)]
    results = tmp_path / "RESULTS.md"
    assert main([*said, "--limit", "80", "--device", "cpu", "--json", "--write", str(results)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["pairs"] for row in found["systems"]} == KINDS
    systems = {row["system"] for row in found["systems"] if row["pairs"] == "tiles and lines"}
    assert len(systems) == 8 and "danmaku alone" not in systems
    clips = [row["system"] for row in found["systems"] if row["pairs"] == "clips and lines"]
    assert fusion.POOL in clips and fusion.CONCATENATION not in clips
    for row in found["systems"]:
        assert 0 <= row["accuracy"]["low"] <= row["accuracy"]["value"] <= 1
    assert {"BASE_WEIGHT", "POOL", "LEAST_DISAGREEMENT"} <= found["fitted"].keys()
    written = results.read_text()
    assert "<!-- begin fusion -->\n| system | tiles and lines, n " in written
    assert "| BASE_WEIGHT |" in written


def test_other_constants_than_the_fitted_ones_are_told(caplog: pytest.LogCaptureFixture) -> None:
    ships = fusion.fitted(shipped(), moments.LEAST_DISAGREEMENT)
    assert json.loads(json.dumps(ships)) == ships
    assert sum(ships["POOL"]["prior"]) == pytest.approx(1, abs=0.01)
    fusion.warn_of_others(ships)
    assert not caplog.records
    fusion.warn_of_others({**ships, "QUALITY_POWER": 9.0})
    assert "QUALITY_POWER ships as" in caplog.text and "9.0" in caplog.text


def test_runs_are_asked_for_by_the_other_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "expression", "--data", "absent"]) == 2
    assert "--out" in capsys.readouterr().err
