"""Checkpoints and records: whole or absent, and a resumed run is the run that never stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from vidsent.core.errors import DataError
from vidsent.training.runs import (
    Eta,
    TrainingState,
    begin,
    check,
    load_checkpoint,
    load_record,
    save_checkpoint,
    save_record,
)


def _run() -> TrainingState[nn.Module]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=20)
    return TrainingState(
        model, optimizer, schedule, torch.Generator().manual_seed(0), AveragedModel(model)
    )


def _train(run: TrainingState[nn.Module], steps: int) -> None:
    for _ in range(steps):
        loss = run.model(torch.rand(8, 4, generator=run.generator)).square().mean()
        run.step(loss)
        run.history.append({"loss": float(loss.detach())})


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    whole = _run()
    _train(whole, 9)
    first = _run()
    _train(first, 4)
    save_checkpoint(tmp_path / "run.ckpt", first.state())
    torch.rand(100)  # whatever else the process does with the global generator
    second = _run()
    state = load_checkpoint(tmp_path / "run.ckpt")
    assert state is not None
    second.restore(state)
    _train(second, 5)
    assert second.history == whole.history
    wanted = whole.averaged.state_dict()
    assert all(torch.equal(value, wanted[k]) for k, value in second.averaged.state_dict().items())


def test_nothing_is_loaded_where_nothing_was_saved(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path / "run.ckpt") is None
    with pytest.raises(DataError, match="vidsent train"):
        load_record(tmp_path / "run.json")


def test_a_damaged_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    save_checkpoint(path, {"history": [1, 2, 3]})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="Delete it"):
        load_checkpoint(path)


def test_a_checkpoint_does_not_run_code(tmp_path: Path) -> None:
    marker = tmp_path / "ran"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (str(marker),)

    torch.save({"model": Trap()}, tmp_path / "run.ckpt")
    with pytest.raises(DataError):
        load_checkpoint(tmp_path / "run.ckpt")
    assert not marker.exists()


def test_saving_leaves_no_partial_file_and_keeps_the_last(tmp_path: Path) -> None:
    for epoch in range(2):
        save_checkpoint(tmp_path / "run.ckpt", {"epoch": epoch})
        save_record(tmp_path / "run.json", {"epoch": epoch})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.ckpt", "run.json"]
    assert load_checkpoint(tmp_path / "run.ckpt") == {"epoch": 1}
    assert load_record(tmp_path / "run.json") == {"epoch": 1}


def test_options_are_compared_where_the_run_knew_them(tmp_path: Path) -> None:
    begin(tmp_path, {"cnn": {"epochs": 3}})
    check(tmp_path, {"cnn": {"epochs": 3, "backbone": "new"}, "system": {"window": 9}})
    with pytest.raises(DataError, match="epochs 4 instead of 3"):
        check(tmp_path, {"cnn": {"epochs": 4}})


def test_any_options_begin_a_run(tmp_path: Path) -> None:
    check(tmp_path / "absent", {"cnn": {"epochs": 3}})


def test_what_is_left_takes_as_long_as_what_was_done() -> None:
    now = [100.0]
    eta = Eta(10, clock=lambda: now[0])
    eta.skip(4)  # done by an earlier process, however long it took
    now[0] += 60
    assert eta.tick() == "about 0:05:00 left"
    now[0] += 180  # the next piece is slower
    assert eta.tick() == "about 0:08:00 left"
    for _ in range(4):
        told = eta.tick()
    assert told == "about 0:00:00 left"
