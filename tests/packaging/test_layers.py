"""A stage imports only what stands before it, and no package holds an import circle."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def test_the_contracts_of_pyproject_hold() -> None:
    # a process of its own: it silences every logger that is there already
    found = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
