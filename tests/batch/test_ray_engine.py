"""The same batch on a real Ray of this machine, one worker of which is killed."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.batch.conftest import write_folder
from tests.batch.test_run import SRT, results
from tests.clips import write_smile
from tests.conftest import ROOT
from vidsent.batch.tables import read_rows
from vidsent.cli.main import DONE, main

pytest.importorskip("ray", reason="Ray is not installed: pip install 'ray[data]'")

MARK = "VIDSENT_TEST_RUN"  # of the environment that Ray's workers inherit


def workers_of(mark: str) -> list[int]:
    """Process ids of the Ray Data workers of one run."""
    return [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if b"MapWorker" in content(folder / "cmdline")
        and f"{MARK}={mark}".encode() in content(folder / "environ")
    ]


def content(path: Path) -> bytes:
    """What a file holds, nothing where it is gone or another user's."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def sorted_rows(out: Path) -> list[list[dict[str, Any]]]:
    def order(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["key"], row.get("name"), row.get("t_s")

    tables = ("verdicts.parquet", "moments.parquet")
    return [sorted(read_rows(out / name), key=order) for name in tables]


@pytest.mark.alone  # beside other tests a start of Ray and its workers took minutes
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds Ray's workers in /proc")
def test_ray_gives_the_same_tables_though_a_worker_is_killed(
    tmp_path: Path, in_process: None
) -> None:
    folder, mark = write_folder(tmp_path / "in", 3), secrets.token_hex(8)
    for name in ("smile", "twin"):
        write_smile(folder / f"{name}.mp4")
        (folder / f"{name}.srt").write_text(SRT)
    (folder / "twin.mp4").write_bytes((folder / "smile.mp4").read_bytes() + b"\0")
    (folder / "broken.mp4").write_text("no video")
    arguments = ["batch", str(folder), "--rate", "5", "--out"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "vidsent",
            *arguments,
            str(tmp_path / "ray"),
            "--workers",
            "2",
            "--engine",
            "ray",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), MARK: mark},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    while not results(tmp_path / "ray") and process.poll() is None:
        time.sleep(0.02)
    killed = workers_of(mark)[:1]
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    _, told = process.communicate(timeout=300)
    assert killed and process.returncode == DONE, told.decode()
    assert main([*arguments, str(tmp_path / "local")]) == DONE
    of_ray, of_local = sorted_rows(tmp_path / "ray"), sorted_rows(tmp_path / "local")
    assert of_ray == of_local
    assert len(of_ray[0]) == 6 and {row["label"] for row in of_ray[1]} >= {"happiness"}
