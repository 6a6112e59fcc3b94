"""Whatever happens to the process that opens uploads, the one that asked goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.clips import write_clip, write_long
from vidsent.core.errors import Cancelled, ClipError, ClipOpenError, LimitError, VidsentError
from vidsent.core.options import Limits, Options
from vidsent.core.progress import Step
from vidsent.sandbox.process import STOP_S, Sandbox

PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def apart() -> Iterator[Sandbox]:
    """One for all: whatever a test does to its process, the next call finds a sound one."""
    made = Sandbox()
    yield made
    made.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough to be in the middle of."""
    return write_long(tmp_path_factory.mktemp("apart") / "clip.mkv", 60.0, 640, 360)


def looking(clip: Path) -> dict[str, Any]:
    return {"clip": str(clip), "limits": asdict(Limits())}


def analysing(clip: Path, folder: Path, rate_hz: float = 2) -> dict[str, Any]:
    told = {"clip": str(clip), "subtitles": None, "folder": str(folder)}
    return told | {"options": asdict(Options(rate_hz=rate_hz))}


def test_the_answer_is_that_of_the_task_itself(apart: Sandbox, clip: Path) -> None:
    told = apart.call("probe", looking(clip))
    assert (told["name"], told["width"], told["video_codec"]) == ("clip.mkv", 640, "h264")
    first = apart.pid
    assert apart.call("tracks", looking(clip)) == [] and apart.pid == first, "it is kept"


def test_errors_come_back_as_what_they_are(apart: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ClipOpenError, match="There is no file"):
        apart.call("probe", looking(tmp_path / "none.mp4"))
    with pytest.raises(RuntimeError, match="KeyError"):
        apart.call("probe", {})
    assert apart.call("ready", {}) is None


def test_what_is_cancelled_ends_at_once(apart: Sandbox, clip: Path, tmp_path: Path) -> None:
    apart.call("preload", {})
    process, stopped_s = apart.pid, [0.0]
    assert process is not None

    def tell(step: Step) -> None:
        if step.stage == "faces" and step.done > 3:
            stopped_s[0] = time.monotonic()
            raise Cancelled("stopped")

    with pytest.raises(Cancelled, match="stopped"):
        apart.call("analyse", analysing(clip, tmp_path), tell)
    assert time.monotonic() - stopped_s[0] < 3 * STOP_S
    assert apart.call("probe", looking(clip))["width"] == 640
    assert apart.pid == process or gone(process)  # the latter on a very busy machine
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP])
def test_one_that_dies_or_hangs_costs_its_own_task_alone(
    clip: Path, tmp_path: Path, how: signal.Signals
) -> None:
    apart = Sandbox(silent_s=3.0 if how == signal.SIGSTOP else PATIENCE_S)
    victims = list[int]()

    def tell(step: Step) -> None:
        if not victims:
            assert apart.pid is not None
            victims.append(apart.pid)
            os.kill(apart.pid, how)

    try:
        apart.call("ready", {})
        expected = "busy for too long" if how == signal.SIGSTOP else f"safely.*{how.name}"
        with pytest.raises(ClipError, match=expected):
            apart.call("analyse", analysing(clip, tmp_path), tell)
        assert gone(victims[0])
        assert apart.call("probe", looking(clip))["width"] == 640
        assert apart.pid != victims[0]
    finally:
        apart.close()


def gone(pid: int) -> bool:
    """Whether the process has ended and was cleared away: no zombie is left."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_one_that_takes_too_much_memory_is_ended(clip: Path, tmp_path: Path) -> None:
    apart = Sandbox(most_bytes=150_000_000)  # less than the models need
    assert apart.call("ready", {}) is None
    process = apart.pid
    assert process is not None
    with pytest.raises(LimitError, match=r"more than 0\.15 GB of memory"):
        apart.call("analyse", analysing(clip, tmp_path))
    assert gone(process) and apart.pid is None
    assert apart.call("ready", {}) is None
    apart.close()


def test_one_that_computes_without_end_is_ended(clip: Path, tmp_path: Path) -> None:
    apart = Sandbox(cpu_s=1.0)
    with pytest.raises(ClipError, match="SIGXCPU"):
        apart.call("analyse", analysing(clip, tmp_path, rate_hz=10))
    apart.close()


def test_one_that_never_starts_says_what_to_do(
    apart: Sandbox, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart.close()
    for executable in (shutil.which("false"), "/nowhere/python"):
        monkeypatch.setattr(sys, "executable", executable)
        with pytest.raises(VidsentError, match="VIDSENT_IN_PROCESS"):
            apart.call("probe", looking(clip))
    monkeypatch.undo()
    assert apart.call("probe", looking(clip))


def test_one_that_died_between_two_tasks_is_replaced(apart: Sandbox, clip: Path) -> None:
    apart.call("ready", {})
    assert apart.pid is not None
    process = apart.pid
    os.kill(process, signal.SIGKILL)
    until_s = time.monotonic() + PATIENCE_S
    while not gone(process):
        assert time.monotonic() < until_s, "a zombie is left"
        time.sleep(0.02)
    assert apart.call("probe", looking(clip))["width"] == 640


def test_two_who_ask_at_once_both_get_their_own(apart: Sandbox, clip: Path, tmp_path: Path) -> None:
    other = write_clip(tmp_path / "other.mp4")
    named = dict[str, set[str]]()

    def ask(path: Path) -> None:
        named[path.name] = {apart.call("probe", looking(path))["name"] for _ in range(50)}

    threads = [threading.Thread(target=ask, args=(path,)) for path in (clip, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert named == {"clip.mkv": {"clip.mkv"}, "other.mp4": {"other.mp4"}}


def test_it_ends_with_the_one_who_asked() -> None:
    script = (
        "import os, vidsent.sandbox.process as a; one = a.Sandbox(); one.call('ready', {});"
        "print(one.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    process = int(told.stdout)
    until_s = time.monotonic() + PATIENCE_S
    while not _ended(process):
        assert time.monotonic() < until_s
        time.sleep(0.05)


def _ended(pid: int) -> bool:
    """Whether it runs no more; it is for others to clear it away."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
