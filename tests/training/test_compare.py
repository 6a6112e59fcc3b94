"""Runs side by side: every row says what its folder holds, and what is missing is named."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.tiny import fer_split
from vidsent.cli.main import main
from vidsent.core.errors import DataError
from vidsent.training import backbones, compare, temporal_models, timing
from vidsent.training.compare import compare_expression
from vidsent.training.export import export
from vidsent.training.fer import read_split
from vidsent.training.finished_runs import read_runs
from vidsent.training.options import Bench
from vidsent.training.record import save_record
from vidsent.training.report import markdown, read_table, write_table
from vidsent.training.temporal import uars


def _clips(name: str, right: int) -> list[dict[str, Any]]:
    """Ten clips of two actors; the temporal model is right about `right` of them, the CNN of 5."""
    sure = np.eye(7).tolist()
    return [
        {
            "fold": k % 2,
            "actor": f"{k % 2:02}",
            "label": "anger",
            "cnn": sure[0 if k < 5 else 1],
            name: sure[0 if k < right else 1],
            f"{name}_alone": sure[1],
        }
        for k in range(10)
    ]


def _run(folder: Path, bench: Bench, right: int, start: str = "", **more: Any) -> None:
    """A finished run with random weights and a planted test on clips."""
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    cnn = backbones.make(bench.backbone)
    model = temporal_models.make(bench.temporal, cnn.width, bench.window)
    clips = _clips(model.name, right)
    record = {"java_sed_uar": uars(clips, model.name, "Java-SED"), "java_sed_clips": clips, **more}
    options = {"bench": {**asdict(bench), "clips": ""}, "cnn": {"start": start}}
    save_record(folder / "temporal.json", record)
    save_record(folder / "options.json", options)
    export(folder, cnn, model, options)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    tuned = {"uar": uars(_clips("gru", 9), "gru", "Java-SED, tuned")}
    _run(out / "a_gru", Bench(), 8, fine_tuned=tuned)
    _run(out / "b_lstm", Bench(temporal="lstm", window=4), 7)
    _run(out / "c_mobile", Bench(backbone="mobilenet_v3_small", freeze=2), 6, start="x.pth")
    (out / "unfinished").mkdir()
    (out / "notes.txt").touch()
    return out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    fer_split(folder / "fer2013", "val", 21)
    return folder


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "TURNS", 1)


def test_every_run_gives_its_rows(data: Path, out: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        rows, note = compare_expression(data, out, device="cpu")
    assert [(row["system"], row["java_sed_uar"]["value"]) for row in rows] == [
        ("CNN alone", 0.5),
        ("CNN + GRU", 0.8),
        ("CNN + GRU, features tuned in each fold", 0.9),
        ("CNN + LSTM, windows of 4", 0.7),
        ("mobilenet_v3_small + GRU, 2 blocks frozen", 0.6),
    ]
    assert [row["run"] for row in rows] == ["a_gru", "a_gru", "a_gru", "b_lstm", "c_mobile"]
    assert "leave 1 actor out in 2 folds" in note
    for told in ("unfinished", "VGG16 with frozen", "VGG16 fine-tuned", "ResNet-18"):
        assert told in caplog.text
    for present in ("MobileNet:", "CNN + GRU:", "CNN + LSTM", "CNN alone"):
        assert present not in caplog.text


def test_costs_are_those_of_the_networks(data: Path, out: Path) -> None:
    alone, gru, tuned, _, mobile = compare_expression(data, out, device="cpu")[0]
    cnn, small = (backbones.make(name) for name in ("small-resnet", "mobilenet_v3_small"))
    sizes = [sum(each.numel() for each in network.parameters()) for network in (cnn, small)]
    assert alone["parameters"] == sizes[0] < gru["parameters"] == tuned["parameters"]
    assert 0 < alone["ms"] < 5 * gru["ms"]  # a busy machine may slow either one
    assert mobile["parameters"] > sizes[1]
    assert tuned["ferplus_val_accuracy"] is None
    assert gru["ferplus_val_accuracy"]["n"] == 21


def test_accuracy_is_that_of_the_weights_in_the_folder(data: Path, out: Path) -> None:
    """A classifier that answers fear whatever it sees is right about every seventh tile."""
    runs = read_runs(out)
    torch.nn.init.zeros_(runs[0].cnn.classifier.weight)
    runs[0].cnn.classifier.bias.data = 9.0 * torch.eye(7)[2]
    val = read_split(data / "fer2013", "val")
    assert compare.accuracy(runs[0], val, torch.device("cpu")).value == pytest.approx(
        1 / 7, abs=1e-4
    )


def test_the_command_prints_and_writes_the_table(
    data: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["compare", "expression", "--data", str(data), "--out", str(out), "--device", "cpu"]
    assert main([*said, "--write", str(tmp_path / "RESULTS.md")]) == 0
    printed = capsys.readouterr().out
    written = (tmp_path / "RESULTS.md").read_text()
    assert printed.splitlines()[2] in written
    assert "<!-- begin expression systems -->\n| system | run | epochs | parameters |" in written
    assert main([*said, "--write", str(tmp_path / "RESULTS.md")]) == 0  # once more: no row twice
    assert (tmp_path / "RESULTS.md").read_text().count("| c_mobile |") == 1
    capsys.readouterr()
    assert main([*said, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[1]["system"] == "CNN + GRU"


def test_rows_of_runs_that_are_gone_stay_with_their_date(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(tmp_path / "runs" / "new", Bench(), 8)
    results = tmp_path / "RESULTS.md"
    gone = ["CNN + GRU", "gone", *["-"] * (len(compare.COLUMNS) - 3), "2020-01-01"]
    older = ["CNN + GRU", "new", *["-"] * (len(compare.COLUMNS) - 3), "2020-01-01"]
    write_table(results, compare.TABLE, markdown(compare.COLUMNS, [gone, older]))
    said = ["compare", "expression", "--data", str(data), "--out", str(tmp_path / "runs")]
    assert main([*said, "--device", "cpu", "--write", str(results)]) == 0
    rows = read_table(results, compare.TABLE, compare.COLUMNS)
    assert [row[compare.RUN] for row in rows] == ["gone", "new", "new"]
    assert [row[-1] for row in rows] == ["2020-01-01", *[str(date.today())] * 2]
    assert "| gone |" in capsys.readouterr().out


def test_another_set_of_labels_hides_no_system(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A CNN that learned FER2013's own labels is no row of the shipped CNN alone."""
    fer_split(data / "fer2013", "test", 14)
    own, alone = Bench(labels="fer2013", temporal="none"), ("CNN alone", None)
    _run(tmp_path / "runs" / "hard", own, 5)
    compare_expression(data, tmp_path / "runs", device="cpu")
    assert "CNN alone: no finished run" in caplog.text
    _run(tmp_path / "runs" / "z_gru", Bench(), 8)
    rows = compare_expression(data, tmp_path / "runs", device="cpu")[0]
    tested = [(row["system"], row["fer2013_test_accuracy"]) for row in rows]
    assert tested[0][0].endswith("FER2013's own labels") and tested[0][1]["n"] == 14
    assert tested[1:] == [alone, ("CNN + GRU", None)]


def test_a_run_from_before_there_was_a_choice_is_read(
    data: Path, out: Path, tmp_path: Path
) -> None:
    _run(tmp_path / "old", Bench(), 8)
    (tmp_path / "old" / "options.json").unlink()
    assert [row["system"] for row in compare_expression(data, tmp_path)[0]] == [
        "CNN alone",
        "CNN + GRU",
    ]


def test_runs_on_other_clips_and_no_runs_at_all_are_told(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _run(tmp_path / "own", Bench(), 8)
    save_record(tmp_path / "own" / "temporal.json", {"own_uar": {}})
    with pytest.raises(DataError, match="No finished run"):
        compare_expression(data, tmp_path)
    assert "not tested on Java-SED" in caplog.text
