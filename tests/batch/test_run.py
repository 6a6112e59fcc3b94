"""A batch from beginning to end, through the command, killed and failed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.batch.conftest import seconds, write_folder
from tests.clips import write_clip
from tests.conftest import ROOT
from vidsent.batch.tables import read_rows
from vidsent.cli.main import BAD_INPUT, DONE, main
from vidsent.core.results import Analysis
from vidsent.library.library import Library

WORKERS = 2  # of the batch that is killed
SRT = "1\n00:00:00,000 --> 00:00:01,200\nI am so happy, this is wonderful!\n"


def batch(folder: Path, out: Path, *more: str) -> int:
    arguments = ["batch", str(folder), "--out", str(out), "--rate", "2", "--workers", "1", *more]
    return main(arguments)


def started(folder: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    """The command as a process that leads a group of its own."""
    command = [sys.executable, "-m", "vidsent", "batch", str(folder), "--out", str(out)]
    return subprocess.Popen(
        [*command, "--rate", "2", "--workers", str(workers)],
        cwd=out.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def results(out: Path) -> list[Path]:
    return sorted((out / "clips").glob("*.json"))


def verdicts(out: Path) -> dict[str, dict[str, Any]]:
    rows = read_rows(out / "verdicts.parquet")
    by_name = {row["name"]: row for row in rows}
    assert len(by_name) == len(rows)
    return by_name


def test_a_batch_that_is_killed_loses_and_doubles_nothing(tmp_path: Path, in_process: None) -> None:
    count = 9
    folder, out = write_folder(tmp_path / "in", count), tmp_path / "out"
    process = started(folder, out, WORKERS)
    while not results(out) and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.wait()
    await_end_of_group(process.pid)
    kept = {path: path.read_bytes() for path in results(out)}
    assert all(json.loads(content)["error"] is None for content in kept.values())
    assert 0 < len(kept) < count  # killed in the middle of it
    assert batch(folder, out) == DONE
    assert len(results(out)) == count
    rows = verdicts(out)
    assert set(rows) == {f"{number}.mp4" for number in range(count)}
    for number in range(count):
        assert rows[f"{number}.mp4"]["duration_s"] == pytest.approx(seconds(number), abs=0.05)
    assert all(path.read_bytes() == content for path, content in kept.items())  # not done again
    assert sorted(path.name for path in out.rglob(".*")) == [".lock"]


def await_end_of_group(leader: int) -> None:
    """Wait until no process of a killed batch is left, which must not take long."""
    until_s = time.monotonic() + 20
    while time.monotonic() < until_s:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    os.killpg(leader, signal.SIGKILL)
    pytest.fail("workers outlived the process that started them")


def test_what_is_done_is_passed_over_and_what_changed_is_done_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], in_process: None
) -> None:
    out = tmp_path / "out"
    (folder / "1.srt").write_text(SRT)
    (folder / "broken.mp4").write_text("no video")
    assert batch(folder, out, "--json") == DONE
    told = capsys.readouterr()
    summary = json.loads(told.out)
    assert (summary["clips"], summary["analysed"], summary["kept"]) == (4, 3, 0)
    assert [each["name"] for each in summary["failed"]] == ["broken.mp4"]
    assert "failed: broken.mp4" in told.err
    rows = verdicts(out)
    assert rows["1.mp4"]["label"] == "happiness" and rows["1.mp4"]["subtitles"].endswith("1.srt")
    assert rows["broken.mp4"]["error"] and rows["broken.mp4"]["label"] is None
    moments = read_rows(out / "moments.parquet")
    assert {row["sha256"] for row in moments} == {rows["1.mp4"]["sha256"]}

    shutil.move(folder / "0.mp4", folder / "renamed.mp4")
    shutil.copyfile(folder / "1.mp4", folder / "copy.mp4")
    shutil.copyfile(folder / "1.srt", folder / "copy.srt")
    write_clip(folder / "2.mp4", 2.5)
    assert batch(folder, out, "--json", "--library", str(tmp_path / "library.db")) == DONE
    summary = json.loads(capsys.readouterr().out)
    assert (summary["analysed"], summary["kept"], len(summary["failed"])) == (1, 3, 1)
    rows = verdicts(out)
    assert set(rows) == {"1.mp4", "2.mp4", "broken.mp4", "copy.mp4", "renamed.mp4"}
    assert rows["2.mp4"]["duration_s"] == pytest.approx(2.5, abs=0.05)
    assert rows["copy.mp4"]["key"] == rows["1.mp4"]["key"]
    assert len(read_rows(out / "moments.parquet")) == len(moments)  # a copy doubles none
    with Library(tmp_path / "library.db") as library:
        found = {card.name for card in library.clips()}
        assert {"2.mp4", "renamed.mp4"} < found and "broken.mp4" not in found
        assert library.search("wonderful")


def test_results_are_analyses_that_can_be_read(folder: Path, tmp_path: Path) -> None:
    """By a worker, which `in_process` goes without."""
    assert batch(folder / "0.mp4", tmp_path / "out") == DONE
    (result,) = results(tmp_path / "out")
    told = json.loads(result.read_text("utf-8"))
    assert Analysis.from_dict(told["analysis"]).clip.name == "0.mp4"


def test_status_2_where_nothing_is_found_or_everything_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(tmp_path / "absent", tmp_path / "out") == BAD_INPUT
    assert batch(tmp_path, tmp_path / "out") == BAD_INPUT
    (tmp_path / "list.txt").write_text("absent.mp4\n")
    assert batch(tmp_path / "list.txt", tmp_path / "out") == BAD_INPUT
    assert "absent.mp4 cannot be read" in capsys.readouterr().err
    (row,) = verdicts(tmp_path / "out").values()
    assert "cannot be read" in row["error"] and row["sha256"] is None
    (tmp_path / "file").write_text("")
    assert batch(tmp_path / "list.txt", tmp_path / "file") == BAD_INPUT


def test_two_batches_do_not_share_a_folder(folder: Path, tmp_path: Path) -> None:
    from filelock import FileLock

    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / ".lock"):
        assert batch(folder, out) == BAD_INPUT
    assert not results(out)
