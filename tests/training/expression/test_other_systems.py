"""Systems other than the one that ships: each trains, repeats itself, and is not mixed up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from vidsent.core import weights
from vidsent.core.errors import DataError
from vidsent.training.expression.train import train_expression
from vidsent.training.networks import backbones
from vidsent.training.options import SystemOptions

CNN = "expression_cnn.safetensors"


@pytest.fixture(scope="module")
def begun(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose CNN is the shipped one, with all faces cut."""
    out = tmp_path_factory.mktemp("begun")
    _train(data, out, system=SystemOptions(keep_cnn=True, temporal="none"))
    return out


@pytest.fixture
def out(begun: Path, tmp_path: Path) -> Path:
    """A run folder that holds the faces, cut, and no run."""
    shutil.copytree(begun / "faces", tmp_path / "run" / "faces")
    return tmp_path / "run"


def _train(data: Path | None, out: Path, **options: Any) -> None:
    train_expression(data, out, device="cpu", **{"epochs": 1, "limit": 8, **options})


def _record(out: Path, stage: str = "temporal") -> dict[str, Any]:
    return json.loads((out / f"{stage}.json").read_text())


def test_another_system_trains_and_the_same_seed_gives_the_same_weights(
    data: Path, begun: Path, tmp_path: Path
) -> None:
    system = SystemOptions(
        backbone="mobilenet_v3_small", temporal="lstm", window=3, augment="light"
    )
    made = []
    for name in ("one", "again"):
        shutil.copytree(begun / "faces", tmp_path / name / "faces")
        _train(data, tmp_path / name, seed=5, system=system)
        files = (CNN, "expression_lstm.safetensors")
        made.append([load_file(tmp_path / name / file) for file in files])
    for first, again in zip(*made, strict=True):
        for key, value in first.items():  # rounding may differ with where tensors lie in memory
            torch.testing.assert_close(again[key], value, atol=1e-3, rtol=1e-2)
    random = backbones.make("mobilenet_v3_small").state_dict()
    assert any(not torch.equal(made[0][0][key].float(), value) for key, value in random.items())
    assert set(_record(tmp_path / "one")["java_sed_uar"]) == {"cnn", "lstm", "lstm_alone"}
    assert _record(tmp_path / "one", "cnn")["options"]["backbone"] == "mobilenet_v3_small"


def test_a_kept_cnn_is_the_shipped_one_and_none_is_its_average(begun: Path) -> None:
    shipped = weights.load_tensors(CNN).tensors
    assert all(torch.equal(load_file(begun / CNN)[key].float(), v) for key, v in shipped.items())
    measured = _record(begun)["java_sed_uar"]
    assert measured["none"]["value"] == measured["cnn"]["value"]
    assert "CNN" in measured["none"]["protocol"]


def test_a_kept_cnn_brings_its_record_along(data: Path, begun: Path, out: Path) -> None:
    shutil.copyfile(begun / CNN, out / CNN)
    (out / "cnn.json").write_text('{"history": [1, 2, 3]}')
    other = out.parent / "other"
    shutil.copytree(out / "faces", other / "faces")
    _train(data, other, start=out / CNN, system=SystemOptions(keep_cnn=True, temporal="none"))
    assert json.loads((other / "expression.json").read_text())["cnn"] == {"history": [1, 2, 3]}


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"seed": 1}, "seed 1 instead of 0"), ({"epochs": 2}, "epochs 2 instead of 1")],
)
def test_a_run_goes_on_with_its_own_options_only(
    data: Path, begun: Path, changed: dict[str, Any], named: str
) -> None:
    before = (begun / CNN).read_bytes()
    with pytest.raises(DataError, match=named):
        _train(data, begun, system=SystemOptions(keep_cnn=True, temporal="none"), **changed)
    with pytest.raises(DataError, match="temporal 'lstm' instead of 'none'"):
        _train(data, begun, system=SystemOptions(keep_cnn=True, temporal="lstm"))
    assert (begun / CNN).read_bytes() == before


@pytest.mark.parametrize(
    ("system", "named"),
    [
        (SystemOptions(backbone="resnet18"), "--backbone"),
        (SystemOptions(temporal="lstm"), "--temporal"),
        (SystemOptions(left_out="ck_plus"), "--left-out"),
    ],
)
def test_only_what_the_reader_loads_ships(
    data: Path, tmp_path: Path, system: SystemOptions, named: str
) -> None:
    with pytest.raises(DataError, match=named):
        _train(data, tmp_path, ship=True, system=system)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_is_told_before_any_work(data: Path, tmp_path: Path) -> None:
    for wrong, told in (
        ({"system": SystemOptions(freeze=99)}, r"has \d+ blocks"),
        ({"start": tmp_path / "absent.pth"}, "absent.pth"),
        ({"system": SystemOptions(backbone="resnet18", keep_cnn=True)}, "--start"),
    ):
        with pytest.raises(DataError, match=told):
            _train(data, tmp_path / "run", **wrong)
    with pytest.raises(DataError, match="--data"):
        _train(None, tmp_path / "run")
