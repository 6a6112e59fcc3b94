"""Half precision is used where the processor multiplies it, and pretended nowhere."""

from __future__ import annotations

import pytest
import torch

from vidsent import device as devices

CPU = torch.device("cpu")


@pytest.mark.parametrize(("able", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_networks_are_mixed_where_the_processor_can(
    able: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": able}, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: able)
    with devices.mixed(CPU):
        assert torch.nn.Linear(2, 2)(torch.ones(1, 2)).dtype == dtype


def test_a_processor_without_such_instructions_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict, raising=False)
    assert devices.halves(CPU) is False
    assert devices.halves(torch.device("meta")) is False
