"""The Dockerfile copies what the page needs, and runs it as Spaces want. It is not built here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from vidsent.ui.server import PORT

ZEROGPU = {"SPACES_ZERO_GPU": "true", "SPACES_ZERO_DEVICE_API_URL": "http://127.0.0.1:9"}
BUILD = """
import app
print(*app.demo.get_api_info()["named_endpoints"])
import torch
from vidsent.core import device, zerogpu
if zerogpu.spaces is not None:
    assert hasattr(zerogpu.device_name, "zerogpu"), "not decorated"
    assert torch.cuda.is_available(), "ZeroGPU claims a GPU everywhere"
    assert device.choose().type == "cpu"
    assert torch.nn.Linear(2, 2).to(device.choose())(torch.zeros(1, 2)).device.type == "cpu"
"""


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, arguments), lines joined and remarks left out."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    found = [line.partition(" ") for line in lines if line.strip()]
    return [(name, arguments.strip()) for name, _, arguments in found]


def arguments_of(name: str) -> list[str]:
    return [arguments for each, arguments in instructions() if each == name]


def copied() -> list[tuple[str, str]]:
    return [(source, target) for source, target in map(str.split, arguments_of("COPY"))]


def test_what_is_copied_is_there_and_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert {source for source, _ in copied()} == let_through
    assert all((ROOT / source).exists() for source in let_through)


def test_it_serves_on_the_port_of_spaces_as_no_one_special() -> None:
    names = [name for name, _ in instructions()]
    assert arguments_of("EXPOSE") == [str(PORT)]
    assert f"PORT={PORT}" in arguments_of("ENV")[0].split()
    assert "--uid 1000 user" in " ".join(arguments_of("RUN"))
    assert arguments_of("USER") == ["user"] and names.index("USER") < names.index("CMD")
    assert len(arguments_of("HEALTHCHECK")) == 1
    (image,) = arguments_of("FROM")
    python = re.fullmatch(r"python:(3\.\d+)-slim", image)
    assert python is not None and f'"{python[1]}"' in (ROOT / "README.md").read_text("utf-8")


def test_nothing_for_developers_is_installed() -> None:
    assert not any("dev" in arguments for arguments in arguments_of("RUN"))


def test_the_page_is_built_from_what_is_copied_and_leaves_zerogpu_s_gpu_alone(
    tmp_path: Path,
) -> None:
    for source, target in copied():
        if (ROOT / source).is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.pyi")
            shutil.copytree(ROOT / source, tmp_path / target, ignore=ignore)
        else:
            shutil.copy(ROOT / source, tmp_path / target)
    done = subprocess.run(
        [sys.executable, "-c", BUILD],
        cwd=tmp_path,
        env={**os.environ, **ZEROGPU},  # heard by the package `spaces`, where it is installed
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "/analyze_clip" in done.stdout.split()
