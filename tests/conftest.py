"""Fixtures for every test."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from tests.builders import synthetic_analysis as build_analysis
from vidsent.core import weights
from vidsent.core.results import Analysis

ROOT = Path(__file__).resolve().parent.parent

# Time on a shared machine says nothing about the code; pytest-timeout catches what hangs.
settings.register_profile("vidsent", deadline=None, max_examples=25, print_blob=True)
settings.register_profile("thorough", settings.get_profile("vidsent"), max_examples=1000)
settings.load_profile("vidsent")  # `--hypothesis-profile thorough` asks for the other


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many broken files test_hostile reads, and which."""
    parser.addoption("--mutations", type=int, default=120, help="broken files to read")
    parser.addoption("--seed", type=int, default=1, help="of the broken files")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs CUDA where there is none."""
    if not torch.cuda.is_available():
        for item in items:
            if "cuda" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="no CUDA device here"))


@pytest.fixture(scope="session", autouse=True)
def _uploads_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Gradio's files in a folder of this process: another one runs other tests meanwhile."""
    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("gradio"))


@pytest.fixture(autouse=True)
def _nothing_logged_as_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test during which anything, of ours or not, logged an ERROR."""
    yield
    errors = [
        f"{record.name}: {record.getMessage()}"
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR
    ]
    if errors:
        pytest.fail("logged as an error during the test: " + "; ".join(errors))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Clips and data that may not be shipped: $VIDSENT_SHARED, or `shared` beside the checkout."""
    folder = Path(os.environ.get("VIDSENT_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no shared clips at {folder}; name their folder with VIDSENT_SHARED")
    return folder


@pytest.fixture
def synthetic_analysis() -> Callable[..., Analysis]:
    """Builds a realistic analysis; see `builders.synthetic_analysis`."""
    return build_analysis


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the page, served from this process on a free port."""
    from vidsent.ui import build_demo  # gradio: too slow to load for those who need no page
    from vidsent.ui.server import launch

    demo = build_demo()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield launch(demo, "127.0.0.1", port, prevent_thread_lock=True, quiet=True)
    demo.close()


@pytest.fixture
def empty_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty assets folder in place of the shipped one."""
    monkeypatch.setattr(weights, "assets", lambda: tmp_path)
    weights._manifest.cache_clear()
    yield tmp_path
    weights._manifest.cache_clear()
