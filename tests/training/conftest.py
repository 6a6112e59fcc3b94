"""What several tests of training share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training import tiny


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set in miniature; made once, so no test may change it."""
    return tiny.everything(tmp_path_factory.mktemp("data"))
