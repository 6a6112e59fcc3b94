"""The benchmarks run, and what they hold of the server holds: with smaller clips than measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks import footage, load, memory, visitors

HEARTBEATS_S = 30.0  # two
WAITING = 4


def test_visitors_at_once_get_their_own_answers() -> None:
    """Real clients against a server in a process of its own: more than fit in line, then a few,
    and a kill."""
    measured = load.measure(visitors=4, seconds=1.0, crowd=10, waiting=WAITING)
    found = {name: metric.value for name, metric in measured.items()}
    assert found["right_answers"] == 1.0
    assert found["longest_line"] >= 2  # they were told their place
    assert found["crowd_wrong"] == 0  # each a right answer, or told that the line is full
    assert found["crowd_answered"] >= WAITING
    assert found["crowd_refused"] >= 1
    assert 0.8 < found["memory_after_ratio"] < 1.2
    # Not the long clip's time; Gradio may learn only by its heartbeat that a client is gone.
    assert found["after_a_killed_client_s"] < HEARTBEATS_S + 3 * found["alone_s"]
    assert found["library_kept"] == 1.0


def test_an_answer_of_another_clip_is_told_from_the_right_one() -> None:
    answer = {"name": "a.mp4", "label": "happiness", "probs": [[0.5, 0.5], [None, None]]}
    assert visitors.same(answer, dict(answer))
    assert visitors.same({**answer, "probs": [[0.51, 0.49], [None, None]]}, answer)
    assert not visitors.same({**answer, "probs": [[0.6, 0.4], [None, None]]}, answer)
    assert not visitors.same({**answer, "probs": [[0.5, 0.5]]}, answer)
    assert not visitors.same({**answer, "name": "b.mp4"}, answer)


def test_a_repeated_clip_is_as_long_as_its_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footage, "MINUTE_S", 1)
    minute = footage.write_minute(tmp_path / "one.mp4", 320, 180)
    long = footage.repeat(minute, tmp_path / "three.mp4", 3)
    with av.open(str(long)) as container:
        times_s = [float(frame.time) for frame in container.decode(video=0)]
    assert len(times_s) == 3 * footage.RATE
    assert np.diff(times_s) == pytest.approx(1 / footage.RATE, abs=1e-3)


def test_what_measures_memory_leaves_with_who_started_it(tmp_path: Path) -> None:
    """Its input closes then; a traceback, of a clip that is missing, would be on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", memory.ALONE, str(tmp_path / "none.mp4"), "10"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert not done.stdout and not done.stderr
