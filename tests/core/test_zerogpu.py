"""Nothing is lent outside of ZeroGPU; `packaging/test_dockerfile.py` builds the page on it."""

from __future__ import annotations

import importlib
import sys

import pytest
import torch

from vidsent.core import zerogpu


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
