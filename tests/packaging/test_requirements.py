"""A fresh installation of requirements.txt has all that the package imports."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

PLATFORM = {"spaces"}  # of Hugging Face: there on a Space, and nowhere else needed
DEVELOPMENT = ("vidsent/training", "tests", "scripts", "benchmarks")


def listed(name: str) -> set[str]:
    """Normalised names of the distributions that a requirements file lists, -r included."""
    return {_name(line) for line in lines(name)}


def lines(name: str) -> set[str]:
    """What a requirements file asks for, -r included, without remarks."""
    found: set[str] = set()
    for line in (ROOT / name).read_text("utf-8").splitlines():
        asked = line.partition("#")[0].strip()
        if asked.startswith("-r "):
            found |= lines(asked.removeprefix("-r ").strip())
        elif asked:
            found.add(asked)
    return found


def extras() -> dict[str, set[str]]:
    """Extra of pyproject.toml -> what it asks for (read so because Python 3.10 has no tomllib)."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    table = text.partition("[project.optional-dependencies]")[2].partition("\n\n")[0]
    return {
        name: set(re.findall(r'"([^"]+)"', asked))
        for name, asked in re.findall(r"^(\w+) = \[(.*)\]$", table, re.MULTILINE)
    }


@cache
def distributions_of() -> dict[str, set[str]]:
    """Top-level module -> normalised names of the distributions that bring it.

    By their lists of files: of Python 3.10, `packages_distributions` knows only those that say so.
    What an old pip installed from source has a list of its modules alone.
    """
    found: dict[str, set[str]] = {}
    for distribution in distributions():
        name = _normal(distribution.metadata["Name"])
        listed_files = distribution.read_text("RECORD") or distribution.read_text("top_level.txt")
        for line in (listed_files or "").splitlines():
            module = re.split(r"[/.]", line.partition(",")[0].strip('"'), maxsplit=1)[0]
            found.setdefault(module, set()).add(name)
    return found


def imported(files: Iterator[Path]) -> set[str]:
    """Top-level names of everything that the files import and that is not Python's or ours."""
    names = {name for file in files for name in _imports(ast.parse(file.read_text("utf-8")))}
    return names - set(sys.stdlib_module_names) - {"vidsent", "tests", "scripts", "benchmarks"}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _name(asked: str) -> str:
    match = re.match(r"[A-Za-z0-9][\w.-]*", asked)
    assert match is not None, asked
    return _normal(match.group())


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
    distributions, allowed = distributions_of(), listed(requirements)
    for asked in extras().values():
        allowed |= {_name(each) for each in asked}
    missing = {
        name for name in imported(files) - PLATFORM if not distributions.get(name, set()) & allowed
    }
    assert not missing


def test_nothing_is_asked_for_twice() -> None:
    """pip takes two floors of one thing for a conflict, once they are pinned."""
    names = [_name(line) for line in lines("requirements.txt")]
    assert sorted(names) == sorted(set(names))


def test_the_extras_are_tried_by_the_tests() -> None:
    assert {"batch", "ray"} <= set(extras())
    for asked in extras().values():
        assert asked <= lines("requirements-dev.txt")


def test_the_page_is_told_to_run_what_is_tried() -> None:
    """The Space's Gradio is one that requirements.txt allows, and its Python one that CI tries."""
    told = (ROOT / "README.md").read_text("utf-8").split("---")[1]
    version = re.search(r"^sdk_version: (\S+)$", told, re.MULTILINE)
    python = re.search(r'^python_version: "(\S+)"$', told, re.MULTILINE)
    assert version is not None and python is not None
    floor, ceiling = re.findall(
        r"gradio\[mcp\]>=([\d.]+),<([\d.]+)", (ROOT / "requirements.txt").read_text()
    )[0]
    assert _number(floor) <= _number(version[1]) < _number(ceiling)
    assert f'"{python[1]}"' in (ROOT / ".github/workflows/ci.yml").read_text("utf-8")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in version.split("."))
