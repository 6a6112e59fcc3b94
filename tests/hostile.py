"""Reads broken files in a process of its own, which may die of them.

`survey` starts it and says what befell which file. By hand, one file of a seed again:
python -m tests.hostile CORPUS SEED FIRST LAST
"""

from __future__ import annotations

import json
import os
import queue
import resource
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.mutations import Source, case, is_text
from vidsent.core.errors import Cancelled, VidsentError
from vidsent.core.options import Limits
from vidsent.lines import text_tracks
from vidsent.lines.subtitles import read_subtitles
from vidsent.media import stills, video
from vidsent.media.transcoding import cost, playable

MOST_S = 20.0  # of computing for one file
SILENT_S = 90.0  # on the clock for one file: the machine may be busy with something else
MOST_BYTES = 2_000_000_000
PICTURES = 30  # that are looked at of a clip
RATE_HZ = 10.0
MOST_FAULTS = 50  # after which the rest is not read
COPIED_S = 2.0  # of the clip into the player's copy
STILL_S = 1.0

LIMITS = Limits()


class Fault(NamedTuple):
    """What befell a file that should have been read or refused."""

    number: int
    file: str
    told: str


def survey(folder: Path, seed: int, numbers: Sequence[int]) -> tuple[Counter[str], list[Fault]]:
    """How many of the broken files were read and refused, and what else happened."""
    outcomes, faults = Counter[str](), list[Fault]()
    left = list(numbers)
    while left and len(faults) < MOST_FAULTS:
        for number, told in _heard(folder, seed, left[0], left[-1]):
            left.remove(number)
            outcomes[told["outcome"]] += 1
            if told["outcome"] == "fault":
                faults.append(Fault(number, told["file"], told["told"]))
    return outcomes, faults


def _heard(folder: Path, seed: int, first: int, last: int) -> Iterator[tuple[int, dict[str, str]]]:
    """What one process says of each file, and at last of the one that it died of."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile", str(folder), str(seed), str(first), str(last)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"},
    )
    lines = queue.Queue[str]()
    threading.Thread(target=_listen, args=(child, lines), daemon=True).start()
    number, silent = first, False
    try:
        while number <= last:
            line = lines.get(timeout=SILENT_S)
            if not line:
                break
            yield number, json.loads(line)
            number += 1
    except queue.Empty:
        silent = True
    finally:
        child.kill()
        code = child.wait()
    if number <= last:
        why = f"no answer in {SILENT_S:.0f} s" if silent else f"the process ended with {code}"
        yield number, _fault(f"number {number}", why)


def _listen(child: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    assert child.stdout is not None
    with child.stdout as told:
        for line in told:
            lines.put(line)
    lines.put("")


def _fault(file: str, told: str) -> dict[str, str]:
    return {"outcome": "fault", "file": file, "told": told}


def corpus_in(folder: Path) -> list[Source]:
    """The sound files of a folder."""
    return [Source(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def outcome_of(path: Path) -> str:
    """ "read", or "refused" with a VidsentError at one of the ways in; raises anything else."""
    refusals = 0
    ways = [_read_text] if is_text(path.name) else CLIP_WAYS
    for way in ways:
        try:
            way(path)
        except VidsentError as error:
            assert len(str(error)) > 20, "an error that says nothing"
            refusals += 1
    return "refused" if refusals else "read"


def _read_text(path: Path) -> None:
    lines = read_subtitles(path, LIMITS, Counter(), 25.0)
    assert lines
    _check_lines([(line.start_s, line.end_s) for line in lines])


def _check_lines(spans: list[tuple[float, float]]) -> None:
    spans_s = np.array(spans, np.float64).reshape(-1, 2)
    assert np.isfinite(spans_s).all() and (spans_s >= 0).all(), "a line at no time"
    assert (np.diff(spans_s[:, 0]) >= 0).all(), "lines out of order"


def _probe(path: Path) -> None:
    clip = video.probe(path, LIMITS)
    assert 0 <= clip.duration_s <= LIMITS.duration_s and min(clip.width, clip.height) >= 0


def _watch(path: Path) -> None:
    with closing(video.frames(path, RATE_HZ, LIMITS)) as frames:
        times_s = [0.0]
        for frame in islice(frames, PICTURES):
            assert frame.image.dtype == np.uint8 and frame.image.ndim == 3
            assert 0 < max(frame.image.shape) <= video.LONGEST_SIDE and frame.scale >= 1
            times_s.append(frame.t_s)
    assert np.isfinite(times_s).all() and (np.diff(times_s) >= 0).all()


def _read_tracks(path: Path) -> None:
    for track in text_tracks.list_tracks(path, LIMITS):
        if track.is_text:
            lines = text_tracks.read_track(path, track, LIMITS, Counter())
            _check_lines([(line.start_s, line.end_s) for line in lines])


def _find_still(path: Path) -> None:
    stills.frame_at(path, STILL_S, LIMITS)


def _copy(path: Path) -> None:
    def tick(t_s: float) -> None:
        if t_s > COPIED_S:
            raise Cancelled("That is enough of it.")

    assert cost(path, LIMITS) >= 0
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        try:
            copy = playable(path, Path(folder), LIMITS, tick)
            assert list(Path(folder).iterdir()) == ([] if copy == path else [copy])
        except Cancelled:
            assert not list(Path(folder).iterdir()), "a copy was left behind"


CLIP_WAYS: list[Callable[[Path], None]] = [_probe, _watch, _read_tracks, _find_still, _copy]


def _read_all(folder: Path, seed: int, first: int, last: int) -> None:
    """Read the files in this process; one line of JSON for each."""
    corpus = corpus_in(folder)
    _bound_memory()
    with tempfile.TemporaryDirectory() as work:
        for number in range(first, last + 1):
            broken = case(corpus, seed, number)
            path = Path(work, f"{number}-{broken.name}")
            path.write_bytes(broken.content)
            print(json.dumps(_told(path, broken.told)), flush=True)
            path.unlink()


def _told(path: Path, file: str) -> dict[str, str]:
    begun_s = time.process_time()
    try:
        told = {"outcome": outcome_of(path)}
    except Exception:  # whatever it is, it is what is looked for
        return _fault(file, traceback.format_exc(limit=-4))
    took_s = time.process_time() - begun_s
    if took_s > MOST_S:
        return _fault(file, f"took {took_s:.1f} s")
    return told


def _bound_memory() -> None:
    """Of addresses, as a bomb asks for them at once; beside what the libraries took already."""
    here = Path("/proc/self/statm")
    taken = int(here.read_text().split()[0]) * resource.getpagesize() if here.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (taken + MOST_BYTES, taken + MOST_BYTES))


if __name__ == "__main__":
    _read_all(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
