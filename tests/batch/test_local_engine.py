"""Workers that are killed lose no clip and take none along."""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path

import pytest

from tests.batch.conftest import write_folder
from tests.clips import write_clip
from vidsent.batch.jobs import Job, KeyInputs, identify
from vidsent.batch.listing import list_items
from vidsent.batch.local_engine import run_local
from vidsent.batch.worker import analyze_job
from vidsent.core.errors import VidsentError
from vidsent.core.options import Options
from vidsent.core.results import Analysis

OPTIONS = Options(rate_hz=2)


def jobs_of(folder: Path) -> list[Job]:
    return [identify(item, KeyInputs.of(OPTIONS, {})) for item in list_items(folder)]


def kill_workers() -> None:
    for child in multiprocessing.active_children():
        child.kill()


def test_one_clip_is_what_analyze_makes_of_it(folder: Path) -> None:
    job = jobs_of(folder)[0]
    outcome = analyze_job(job, OPTIONS)
    assert outcome.error is None and outcome.analysis is not None and outcome.lasting
    assert Analysis.from_json(outcome.analysis).clip.name == "0.mp4"


def test_what_fails_is_told_apart(folder: Path) -> None:
    Path(jobs_of(folder)[0].path).write_text("no video")
    broken, changed, _ = jobs_of(folder)
    told = analyze_job(broken, OPTIONS)
    assert told.lasting and "does not open as a video" in str(told.error)
    write_clip(Path(changed.path), 3.0)
    told = analyze_job(changed, OPTIONS)
    assert not told.lasting and "changed" in str(told.error) and told.analysis is None


def test_a_killed_worker_is_replaced_and_its_clip_tried_again(tmp_path: Path) -> None:
    """Killed at one clip each time it is tried, and once at another."""
    folder = write_folder(tmp_path / "in", 4)
    for name in ("1.mp4", "2.mp4"):  # long enough to be killed at
        write_clip(folder / name, 30.0 + int(name[0]), 640, 480)
    jobs, begun = jobs_of(folder), list[str]()

    def tell(job: Job, share: float) -> None:
        if share == 0:
            begun.append(job.name)
            if job.name == "2.mp4" or begun == ["0.mp4", "1.mp4"]:
                kill_workers()

    outcomes = {job.name: outcome for job, outcome in run_local(jobs, OPTIONS, 1, tell)}
    assert begun == ["0.mp4", "1.mp4", "1.mp4", "2.mp4", "2.mp4", "3.mp4"]
    lost = outcomes.pop("2.mp4")
    assert "SIGKILL" in str(lost.error) and not lost.lasting
    assert set(outcomes) == {"0.mp4", "1.mp4", "3.mp4"}
    assert all(outcome.error is None for outcome in outcomes.values())
    assert not multiprocessing.active_children()


def test_workers_that_never_start_are_no_endless_loop(folder: Path) -> None:
    done = threading.Event()

    def kill_all() -> None:
        while not done.is_set():
            kill_workers()
            time.sleep(0.01)

    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        with pytest.raises(VidsentError, match="as soon as they start"):
            list(run_local(jobs_of(folder), OPTIONS, 1, lambda job, share: None))
    finally:
        done.set()
        killer.join()
