"""Half precision is used where the processor multiplies it, and pretended nowhere."""

from __future__ import annotations

import pytest
import torch

from vidsent.core import device as devices

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("able", "dtype"),
    [("amx_bf16", torch.bfloat16), ("avx512_bf16", torch.bfloat16), ("avx512_f", torch.float32)],
)
def test_networks_are_mixed_where_the_processor_can(
    able: str, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {able: True}, raising=False)
    with devices.mixed_precision(CPU):
        assert torch.nn.Linear(2, 2)(torch.ones(1, 2)).dtype == dtype


@pytest.mark.parametrize(("amx", "avx512"), [(True, False), (False, True), (False, False)])
def test_an_older_pytorch_is_asked_in_its_own_way(
    amx: bool, avx512: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512)
    assert devices.supports_bfloat16(CPU) is (amx or avx512)


def test_a_processor_without_such_instructions_is_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict, raising=False)
    assert devices.supports_bfloat16(CPU) is False
    assert devices.supports_bfloat16(torch.device("meta")) is False
