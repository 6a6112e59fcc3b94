"""Runs side by side: every row says what its folder holds, and what is missing is named."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from tests.training.tiny import affect_faces, ckplus, fer_split
from vidsent.cli.main import main
from vidsent.core.errors import DataError
from vidsent.training.data.corpora import Validation, fer_plus
from vidsent.training.data.fer import read_split
from vidsent.training.evaluation import systems, timing
from vidsent.training.evaluation.report import markdown, read_table, write_table
from vidsent.training.evaluation.systems import compare_expression, read_runs
from vidsent.training.expression.temporal import uars
from vidsent.training.expression.train import export
from vidsent.training.networks import backbones, temporal
from vidsent.training.options import SystemOptions
from vidsent.training.runs import save_record


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


def _run(folder: Path, system: SystemOptions, right: int, start: str = "") -> None:
    """A finished run with random weights and a planted test on clips."""
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    cnn = backbones.make(system.backbone)
    model = temporal.make(system.temporal, cnn.width, system.window)
    clips = _clips(model.name, right)
    record = {"java_sed_uar": uars(clips, model.name, "Java-SED"), "java_sed_clips": clips}
    options = {"system": {**asdict(system), "clips": ""}, "cnn": {"start": start}}
    save_record(folder / "temporal.json", record)
    save_record(folder / "options.json", options)
    export(folder, cnn, model, options)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs")
    _run(out / "a_gru", SystemOptions(), 8)
    _run(out / "b_lstm", SystemOptions(temporal="lstm", window=4), 7)
    _run(out / "c_mobile", SystemOptions(backbone="mobilenet_v3_small", freeze=2), 6, start="x.pth")
    (out / "unfinished").mkdir()
    (out / "notes.txt").touch()
    return out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    fer_split(folder / "fer2013", "val", 21)
    affect_faces(folder / "affect_faces", train=40, test=0)
    ckplus(folder / "ckplus48.zip", subjects=8)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """One turn, one thread: two would wait for each other where other tests run."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(timing, "TURNS", 1)
        patched.setattr(systems, "threads", nullcontext)
        yield


class Compared(NamedTuple):
    """What the comparison of the runs in `out` gave, and what it logged."""

    rows: list[dict[str, Any]]
    note: str
    logged: str


@pytest.fixture(scope="module")
def compared(_quick: None, data: Path, out: Path) -> Compared:
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    systems.log.addHandler(handler)
    rows, note = compare_expression(data, out, device="cpu")
    systems.log.removeHandler(handler)
    return Compared(rows, note, "\n".join(records))


def test_every_run_gives_its_rows(compared: Compared) -> None:
    assert [(row["system"], row["java_sed_uar"]["value"]) for row in compared.rows] == [
        ("CNN alone", 0.5),
        ("CNN + GRU", 0.8),
        ("CNN + LSTM, windows of 4", 0.7),
        ("mobilenet_v3_small + GRU, 2 blocks frozen", 0.6),
    ]
    assert [row["run"] for row in compared.rows] == ["a_gru", "a_gru", "b_lstm", "c_mobile"]
    assert "leave 1 actor out in 2 folds" in compared.note
    for told in ("unfinished", "VGG16 with frozen", "VGG16 fine-tuned", "ResNet-18"):
        assert told in compared.logged
    for present in ("MobileNet:", "CNN + GRU:", "CNN + LSTM", "CNN alone"):
        assert present not in compared.logged


def test_costs_are_those_of_the_networks(compared: Compared) -> None:
    alone, gru, _, mobile = compared.rows
    cnn, small = (backbones.make(name) for name in ("small-resnet", "mobilenet_v3_small"))
    sizes = [sum(each.numel() for each in network.parameters()) for network in (cnn, small)]
    assert alone["parameters"] == sizes[0] < gru["parameters"]
    assert 0 < alone["ms"] < 5 * gru["ms"]  # a busy machine may slow either one
    assert mobile["parameters"] > sizes[1]
    assert set(gru["validation_uar"]) >= {"mean", "affect_faces", "fer_plus", "ck_plus"}


def test_recall_is_that_of_the_weights_in_the_folder(data: Path, out: Path) -> None:
    """A classifier that answers fear whatever it sees finds one emotion in seven."""
    runs = read_runs(out)
    torch.nn.init.zeros_(runs[0].cnn.classifier.weight)
    runs[0].cnn.classifier.bias.data = 9.0 * torch.eye(7)[2]
    val = Validation([fer_plus(read_split(data / "fer2013", "val"), votes=False)], [])
    found = systems.recall(runs[0], val, torch.device("cpu"))
    assert found["fer_plus"] == found["mean"] == pytest.approx(1 / 7, abs=1e-4)


def test_the_command_prints_and_writes_the_table(
    compared: Compared,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = compared.rows, compared.note
    monkeypatch.setattr(systems, "compare_expression", lambda data, out, device: found)
    results = tmp_path / "RESULTS.md"
    gone, older = (
        ["CNN + GRU", run, *["-"] * (len(systems.COLUMNS) - 3), "2020-01-01"]
        for run in ("gone", "c_mobile")
    )
    write_table(results, systems.TABLE, markdown(systems.COLUMNS, [gone, older]))
    said = ["compare", "expression", "--data", "data", "--out", "runs", "--device", "cpu"]
    assert main([*said, "--write", str(results)]) == 0
    assert "| gone |" in capsys.readouterr().out
    assert "<!-- begin expression systems -->\n| system | run | epochs" in results.read_text()
    rows = read_table(results, systems.TABLE, systems.COLUMNS)  # of runs that are gone too
    assert [row[systems.RUN] for row in rows] == ["gone", "a_gru", "a_gru", "b_lstm", "c_mobile"]
    assert [row[-1] for row in rows] == ["2020-01-01", *[str(date.today())] * 4]
    assert main([*said, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[1]["system"] == "CNN + GRU"


def test_a_cnn_that_leaves_a_corpus_out_is_no_row_of_the_shipped_one(tmp_path: Path) -> None:
    _run(tmp_path / "less", SystemOptions(left_out="ck_plus", temporal="none"), 5)
    run = read_runs(tmp_path)[0]
    assert not systems.SYSTEMS["CNN alone"](run) and run.title().endswith("without ck_plus")


def test_runs_on_other_clips_and_no_runs_at_all_are_told(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _run(tmp_path / "own", SystemOptions(), 8)
    save_record(tmp_path / "own" / "temporal.json", {"own_uar": {}})
    with pytest.raises(DataError, match="No finished run"):
        compare_expression(data, tmp_path)
    assert "not tested on Java-SED" in caplog.text
