"""A stage imports only what stands before it, and no package holds an import circle."""

from __future__ import annotations

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.conftest import ROOT


def test_the_contracts_of_pyproject_hold() -> None:
    found = lint_imports(str(ROOT / "pyproject.toml"), no_cache=True)
    assert found == EXIT_STATUS_SUCCESS
