"""Sixteen visitors at once over HTTP, more than fit in line, one who leaves, and a loss of power.

Everything happens on the loopback interface, with a bounded number of requests.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
from gradio_client import Client

import vidsent
from benchmarks.figures import single
from benchmarks.footage import repeat
from benchmarks.site import Site
from benchmarks.visitors import Errand, Visit, errand, leave, visit, visit_all
from vidsent.library.library import Library
from vidsent.training.metrics import Metric, bootstrap
from vidsent.ui.server import QUEUE

VISITORS = 16
CROWD = QUEUE + VISITORS
SECONDS = 4.0  # of a visitor's clip
LEAVES_AFTER_S = 3.0
LONG_S = 600.0  # the clip of the visitor who leaves: the first one's, over and over
RESTED_S = 3.0
QUESTION, FOUND = "terribly sad", 5  # at most so many moments


def measure(
    visitors: int = VISITORS,
    seconds: float = SECONDS,
    crowd: int = CROWD,
    waiting: int = QUEUE,
) -> dict[str, Metric]:
    """Run it all, the `crowd` first, which fills every cache; `waiting` may stand in line.

    Raises RuntimeError where the server complained.
    """
    with tempfile.TemporaryDirectory(prefix="vidsent-load-") as name:
        folder = Path(name)
        tasks = [errand(folder, number, seconds) for number in range(visitors)]
        kept = _library(folder, tasks[:3])
        with Site(folder, kept, waiting) as site:
            pressed = visit_all(site.url, [tasks[k % visitors] for k in range(crowd)])
            base_mb = _rested(site)
            started = time.monotonic()
            visits = visit_all(site.url, tasks)
            all_s = time.monotonic() - started
            after_mb = _rested(site)
            alone = visit(site.url, tasks[0])
            freed = _leaver(site, folder, tasks[0], round(LONG_S / seconds))
            if site.complaints():
                raise RuntimeError(f"the server complained: {site.complaints()[:3]}")
            before = _asked(site)
            site.kill()
        again = _held(kept)
    return {
        **_answers(visits, all_s, seconds),
        **_crowd(pressed, waiting),
        "memory_base_mb": single(base_mb, "server and decoders after the crowd, at rest"),
        "memory_after_ratio": single(
            after_mb / base_mb, f"the same after the {visitors} visitors, by the base"
        ),
        "alone_s": single(alone.waited_s, "one visitor alone, same machine"),
        "after_a_killed_client_s": single(
            freed.waited_s,
            f"a visitor who comes when a client was killed {LEAVES_AFTER_S:g} s into a clip of "
            f"{LONG_S / 60:g} minutes; right answer: {freed.right}",
        ),
        "library_kept": single(
            float(before == again and len(before) > 0),
            f"1 where the {len(before)} moments found for a question are the same in the file "
            "after kill -9 of the server",
        ),
    }


def _answers(visits: list[Visit], all_s: float, seconds: float) -> dict[str, Metric]:
    what = f"{len(visits)} visitors at once, each a clip of their own of {seconds:g} s and more"
    right = np.array([each.right for each in visits], float)
    waits = np.array([each.waited_s for each in visits])
    return {
        "right_answers": bootstrap(np.mean, right, protocol=f"{what}; share of right answers"),
        "median_wait_s": bootstrap(np.median, waits, protocol=f"{what}; upload to answer"),
        "longest_wait_s": single(float(waits.max()), what),
        "everybody_s": single(all_s, f"{what}; until the last has an answer"),
        "longest_line": single(float(max(each.place for each in visits)), f"{what}; place told"),
    }


def _crowd(crowd: list[Visit], waiting: int) -> dict[str, Metric]:
    refused = [each for each in crowd if each.refused]
    polite = [each for each in refused if "full" in each.refused.lower()]
    protocol = f"{len(crowd)} visitors at once, of whom {waiting} may wait"
    wrong = len([each for each in crowd if not each.right and each not in polite])
    return {
        "crowd_answered": single(float(sum(each.right for each in crowd)), f"{protocol}; rightly"),
        "crowd_refused": single(float(len(polite)), f"{protocol}; told that the line is full"),
        "crowd_wrong": single(float(wrong), f"{protocol}; anything else"),
    }


def _rested(site: Site) -> float:
    time.sleep(RESTED_S)
    return site.memory_mb()


def _leaver(site: Site, folder: Path, task: Errand, times: int) -> Visit:
    """Someone asks for their clip `times` over and is killed; then another one comes."""
    long = repeat(task.clip, folder / "long.mp4", times)
    leave(site.url, long, LEAVES_AFTER_S)
    return visit(site.url, task)


def _library(folder: Path, tasks: list[Errand]) -> Path:
    kept = folder / "kept.db"
    with Library(kept) as library:
        for task in tasks:
            library.add(vidsent.analyze(task.clip, task.words), task.clip)
    return kept


def _asked(site: Site) -> list[tuple[str, float]]:
    """The moments that the served library finds: (clip id, seconds)."""
    client = Client(site.url, verbose=False)
    try:
        found = client.predict(QUESTION, "", FOUND, api_name="/search")
    finally:
        client.close()
    return [(each["clip_id"], each["t_s"]) for each in found]


def _held(kept: Path) -> list[tuple[str, float]]:
    """The same of the file, opened by this process."""
    with Library(kept) as library:
        hits = library.search(QUESTION, limit=FOUND)
    return [(hit.clip_id, round(hit.t_s, 3)) for hit in hits]
