"""What several tests of training share."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
import torch

from tests.training import tiny
from vidsent.training.evaluation import timing


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set in miniature; made once, so no test may change it."""
    return tiny.everything(tmp_path_factory.mktemp("data"))


@pytest.fixture
def quick_timing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn of one batch; two threads would wait for each other where other tests run."""
    monkeypatch.setattr(timing, "TURNS", 1)
    monkeypatch.setattr(timing, "BATCHES", 1)
    monkeypatch.setattr(torch, "set_num_threads", lambda count: None)
    monkeypatch.setattr(cv2, "setNumThreads", lambda count: None)
