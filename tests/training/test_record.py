"""Checkpoints and records: whole or absent, and a resumed run is the run that never stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from vidsent.core.errors import DataError
from vidsent.training.record import (
    Run,
    check_options,
    load_checkpoint,
    load_record,
    save_checkpoint,
    save_record,
)


def _run() -> Run[nn.Module]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=20)
    return Run(model, optimizer, schedule, torch.Generator().manual_seed(0), AveragedModel(model))


def _train(run: Run[nn.Module], steps: int) -> None:
    for _ in range(steps):
        loss = run.model(torch.rand(8, 4, generator=run.generator)).square().mean()
        run.optimizer.zero_grad()
        loss.backward()
        run.optimizer.step()
        run.schedule.step()
        run.update_average()
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


def test_options_of_a_run_from_before_there_were_as_many_are_compared_where_known(
    tmp_path: Path,
) -> None:
    save_record(tmp_path / "cnn.json", {"options": {"epochs": 3}, "history": []})
    check_options(tmp_path, {"cnn": {"epochs": 3, "backbone": "new"}, "bench": {"window": 9}})
    with pytest.raises(DataError, match="epochs 4 instead of 3"):
        check_options(tmp_path, {"cnn": {"epochs": 4}})


def test_a_run_from_before_options_were_kept_is_of_the_former_ones(tmp_path: Path) -> None:
    former = {"bench": {"temporal": "gru"}}
    check_options(tmp_path, {"bench": {"temporal": "lstm"}}, former)  # nothing has begun here
    (tmp_path / "temporal_fold0.ckpt").touch()
    check_options(tmp_path, {"bench": {"temporal": "gru"}}, former)
    with pytest.raises(DataError, match="temporal 'lstm' instead of 'gru'"):
        check_options(tmp_path, {"bench": {"temporal": "lstm"}}, former)


def test_any_options_begin_a_run(tmp_path: Path) -> None:
    check_options(tmp_path / "absent", {"cnn": {"epochs": 3}})
