"""A fresh installation of requirements.txt has all that the package imports."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

DEVELOPMENT = ("vidsent/training", "tests", "scripts")


def listed(name: str) -> set[str]:
    """Normalised names of the distributions that a requirements file lists, -r included."""
    found: set[str] = set()
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line.startswith("-r "):
            found |= listed(line.removeprefix("-r ").strip())
        elif match := re.match(r"[A-Za-z0-9][\w.-]*", line):
            found.add(_normal(match.group()))
    return found


def imported(files: Iterator[Path]) -> set[str]:
    """Top-level names of everything that the files import and that is not Python's or ours."""
    names = {name for file in files for name in _imports(ast.parse(file.read_text("utf-8")))}
    return names - set(sys.stdlib_module_names) - {"vidsent", "tests", "scripts"}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _runtime() -> Iterator[Path]:
    yield ROOT / "app.py"
    for file in (ROOT / "vidsent").rglob("*.py"):
        if not file.is_relative_to(ROOT / "vidsent/training"):
            yield file


def _development() -> Iterator[Path]:
    for folder in DEVELOPMENT:
        yield from (ROOT / folder).rglob("*.py")


@pytest.mark.parametrize(
    ("files", "requirements"),
    [(_runtime(), "requirements.txt"), (_development(), "requirements-dev.txt")],
    ids=["runtime", "development"],
)
def test_every_import_is_listed(files: Iterator[Path], requirements: str) -> None:
    distributions, allowed = packages_distributions(), listed(requirements)
    missing = {
        name
        for name in imported(files)
        if not {_normal(each) for each in distributions.get(name, [])} & allowed
    }
    assert not missing
