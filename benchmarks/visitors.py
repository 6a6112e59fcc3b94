"""Visitors of a running page, each with a clip of their own, over HTTP as any program would.

What a visitor should be told is worked out beforehand in this process, without the server.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from gradio_client import Client, handle_file

import vidsent
from vidsent.core.weights import assets
from vidsent.media import video

ACTOR = "actor.mp4"
RATE = 10  # frames a second of the clips
PRECISE = 0.02  # of a probability; the server may compute on other threads in another order
FEELINGS = ("so happy", "terribly sad", "very angry", "really afraid")
ASKED_EVERY_S = 0.2
LEAVES = """
import sys
from gradio_client import Client, handle_file
client = Client(sys.argv[1], verbose=False)
print("asked", flush=True)
client.predict(handle_file(sys.argv[2]), None, api_name="/analyze_clip")
"""


@dataclass(frozen=True)
class Errand:
    """A visitor's clip and words, and what vidsent says of them."""

    clip: Path
    words: Path
    expected: dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """How it went: answered rightly or refused, after how many seconds, at which place in line."""

    right: bool
    refused: str
    waited_s: float
    place: int


def errand(folder: Path, number: int, seconds: float) -> Errand:
    """Clip `number`, `seconds` long and a little more, cut from the example actor; own words."""
    clip, words = folder / f"visitor-{number}.mp4", folder / f"visitor-{number}.srt"
    _cut(clip, start_s=2.0 * number % 30, frames=round(seconds * RATE) + number)
    said = f"Visitor {number} was {FEELINGS[number % len(FEELINGS)]} that day."
    words.write_text(f"1\n00:00:00,000 --> 00:00:00,900\n{said}\n", "utf-8")
    return Errand(clip, words, _summary(json.loads(vidsent.analyze(clip, words).to_json())))


def visit(url: str, task: Errand) -> Visit:
    """Upload, ask, wait; what was answered is held against what it should be."""
    started, place = time.monotonic(), 0
    client = Client(url, verbose=False)
    try:
        given = handle_file(task.clip), handle_file(task.words)
        job = client.submit(*given, api_name="/analyze_clip")
        while not job.done():
            place = max(place, (job.status().rank or 0) + 1)
            time.sleep(ASKED_EVERY_S)
        right, refused = same(_summary(job.result()), task.expected), ""
    except Exception as error:  # whatever the server made of it is the result
        right, refused = False, str(error) or type(error).__name__
    finally:
        client.close()
    return Visit(right, refused, time.monotonic() - started, place)


def visit_all(url: str, tasks: list[Errand]) -> list[Visit]:
    """Everybody at once."""
    together = threading.Barrier(len(tasks))

    def arrive(task: Errand) -> Visit:
        together.wait()
        return visit(url, task)

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(arrive, tasks))


def leave(url: str, clip: Path, after_s: float) -> None:
    """Ask for a clip from a process that is killed while the server works on it."""
    asking = subprocess.Popen(
        [sys.executable, "-c", LEAVES, url, str(clip)], stdout=subprocess.PIPE, text=True
    )
    assert asking.stdout is not None
    asking.stdout.readline()
    time.sleep(after_s)
    asking.kill()
    asking.wait()
    asking.stdout.close()


def same(answer: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether two answers agree, probabilities up to `PRECISE`."""
    probs, wanted = (np.array(each["probs"], float) for each in (answer, expected))
    plain = all(answer[key] == expected[key] for key in expected if key != "probs")
    return (
        plain
        and probs.shape == wanted.shape
        and np.allclose(probs, wanted, atol=PRECISE, equal_nan=True)
    )


def _summary(answer: dict[str, Any]) -> dict[str, Any]:
    """What of an answer tells one clip from another."""
    return {
        "name": answer["clip"]["name"],
        "duration_s": round(answer["clip"]["duration_s"], 2),
        "said": [line["text"] for line in answer["lines"]],
        "label": answer["verdict"]["label"],
        "probs": answer["timeline"]["probs"],
    }


def _cut(path: Path, start_s: float, frames: int) -> None:
    shown = video.frames(assets() / "examples" / ACTOR, RATE)
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        number = 0
        for frame in shown:
            if frame.t_s >= start_s and number < frames:
                picture = av.VideoFrame.from_ndarray(frame.image, format="rgb24")
                picture.pts, picture.time_base = number, Fraction(1, RATE)
                target.mux(stream.encode(picture))
                number += 1
        target.mux(stream.encode(None))
