"""Try the oldest or the newest versions that we say we work with.

    python -m scripts.try_requirements floors|newest

Makes a virtual environment in a temporary folder, installs requirements.txt and the extra
`batch` there, analyses an example, runs a batch and builds the page; then removes it all.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "assets" / "examples"
EXTRA = "batch"  # of pyproject.toml; Ray is tried by the tests

SMOKE = """
import vidsent
analysis = vidsent.analyze({clip!r}, {words!r}, vidsent.Options(rate_hz=2))
assert analysis.verdict.label, analysis.verdict
import app  # builds the page
"""


def requirements() -> list[str]:
    """What requirements.txt and the extra ask for, without remarks."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    extra = re.search(rf"^{EXTRA} = \[(.*)\]$", (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert extra is not None
    lines += re.findall(r'"([^"]+)"', extra[1])
    return [line for each in lines if (line := each.partition("#")[0].strip())]


def floor(requirement: str) -> str:
    """`name>=1.2,<2` as `name==1.2`; raises ValueError where it has no floor."""
    match = re.fullmatch(r"([\w.\[\]-]+)>=([\w.]+)(,<[\w.]+)?", requirement)
    if match is None:
        raise ValueError(f"{requirement!r} is not of the form name>=floor,<ceiling")
    return f"{match[1]}=={match[2]}"


def main() -> None:
    """Install and try; ends with the status of what fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("which", choices=("floors", "newest"))
    which = parser.parse_args().which
    wanted = [floor(each) if which == "floors" else each for each in requirements()]
    with tempfile.TemporaryDirectory(prefix=f"vidsent-{which}-") as folder:
        python = _environment(Path(folder) / "venv")
        print(f"Installing {', '.join(wanted)}", flush=True)
        upgrade = ["--upgrade", "--upgrade-strategy", "eager"] if which == "newest" else []
        _run(python, "-m", "pip", "install", "--quiet", *upgrade, *wanted)
        _smoke(python, Path(folder))
    print(f"{which}: works on Python {sys.version.partition(' ')[0]}")


def _environment(folder: Path) -> Path:
    _run(Path(sys.executable), "-m", "venv", str(folder))
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _smoke(python: Path, folder: Path) -> None:
    clip, words = EXAMPLES / "words.mp4", EXAMPLES / "words.en.srt"
    _run(python, "-c", SMOKE.format(clip=str(clip), words=str(words)))
    options = ["--rate", "2", "--workers", "1"]
    _run(python, "-m", "vidsent", "batch", str(clip), "--out", str(folder / "out"), *options)


def _run(python: Path, *arguments: str) -> None:
    done = subprocess.run([python, *arguments], cwd=ROOT)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
