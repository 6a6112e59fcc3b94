"""The page runs on ZeroGPU, and without it, and computes on a CPU of its own on both."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest
import torch

from tests.conftest import ROOT
from vidsent.core import zerogpu

ON_ZEROGPU = """
from vidsent.core import zerogpu
import torch
assert hasattr(zerogpu.device_name, "zerogpu"), "not decorated"
assert torch.cuda.is_available(), "ZeroGPU claims a GPU everywhere"
from vidsent.core import device
assert device.choose().type == "cpu"
assert torch.nn.Linear(2, 2).to(device.choose())(torch.zeros(1, 2)).device.type == "cpu"
"""


def test_nothing_is_decorated_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spaces", None)
    plain = importlib.reload(zerogpu)
    try:
        assert plain.gpu(len) is len
        assert plain.device_name() == (
            torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
        )
    finally:
        monkeypatch.undo()
        importlib.reload(zerogpu)


def test_nothing_is_decorated_elsewhere_with_the_package() -> None:
    pytest.importorskip("spaces", reason="the package of Spaces is not installed")
    assert zerogpu.gpu(len) is len


def test_zerogpu_lends_a_function_its_gpu_and_the_rest_stays_on_the_cpu() -> None:
    pytest.importorskip("spaces", reason="the package of Spaces is not installed")
    settings = {"SPACES_ZERO_GPU": "true", "SPACES_ZERO_DEVICE_API_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", ON_ZEROGPU],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
