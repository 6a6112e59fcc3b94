"""What is done with an upload where it can do no harm: tasks with JSON in and JSON out.

`worker` does them in a process of its own, `ui.decoder` asks for them. What comes back is JSON,
not pickle, so that a process that fell for a hostile file has no hold on the one that asked.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from vidsent.core.options import Limits, Options
from vidsent.core.progress import Progress, Step
from vidsent.core.results import Analysis
from vidsent.lines import text_tracks
from vidsent.media import stills, video
from vidsent.media.encoding import Tick
from vidsent.media.transcoding import cost, playable

ANALYSIS_COST = 0.25  # seconds of work a second of clip, about, to compare with `playable.cost`

Given = dict[str, Any]
Task = Callable[[Given, Progress], Any]


def probe(given: Given, tell: Progress) -> Any:
    """The facts of a clip; raises what `video.probe` raises."""
    clip = asdict(video.probe(given["clip"], Limits(**given["limits"])))
    return clip | {"frame_rate": str(clip["frame_rate"]) if clip["frame_rate"] else None}


def tracks(given: Given, tell: Progress) -> Any:
    """The text tracks of a clip."""
    return [
        asdict(each) for each in text_tracks.list_tracks(given["clip"], Limits(**given["limits"]))
    ]


def still(given: Given, tell: Progress) -> Any:
    """One picture of a clip, or None; raises what `stills.picture_at` raises."""
    limits, doing = Limits(**given["limits"]), Step("still", 0.0)
    frame = stills.picture_at(given["clip"], given["t_s"], limits, lambda: tell(doing))
    if frame is None:
        return None
    pixels = base64.b64encode(frame.image.tobytes()).decode()
    return {"t_s": frame.t_s, "scale": frame.scale, "shape": frame.image.shape, "rgb": pixels}


def frame_of(told: Any) -> video.Frame | None:
    """What `still` found; raises ValueError where it makes no picture."""
    if told is None:
        return None
    pixels = np.frombuffer(base64.b64decode(told["rgb"]), np.uint8)
    return video.Frame(float(told["t_s"]), pixels.reshape(told["shape"]), float(told["scale"]))


def analyse(given: Given, tell: Progress) -> Any:
    """The analysis, and the clip as a browser plays it where a folder is given for a copy."""
    from vidsent.analysis import analyze  # brings torch, which no other task needs

    options, clip = options_of(given["options"]), Path(given["clip"])
    if given["folder"] is None:
        analysis = analyze(clip, given["subtitles"], options, tell)
        return {"analysis": analysis.to_json(), "player": str(clip)}
    share = ANALYSIS_COST / (ANALYSIS_COST + cost(clip, options.limits))
    analysis = analyze(clip, given["subtitles"], options, _scaled(tell, share))
    copied = _copied(tell, share, analysis.clip.duration_s)
    player = playable(clip, Path(given["folder"]), options.limits, copied)
    return {"analysis": analysis.to_json(), "player": str(player)}


def annotate(given: Given, tell: Progress) -> Any:
    """Draw an analysis, read from its JSON file, over the clip."""
    from vidsent.reports.annotated_video import annotating

    analysis = Analysis.from_json(Path(given["analysis"]).read_text("utf-8"))
    whole_s = max(analysis.clip.duration_s, 1e-3)
    steps = annotating(
        given["clip"], analysis, Path(given["path"]), given["language"], Limits(**given["limits"])
    )
    with closing(steps):
        for t_s in steps:
            tell(Step("annotating", min(t_s / whole_s, 1.0)))


def preload(given: Given, tell: Progress) -> Any:
    """Load the models, so that the first analysis need not."""
    from vidsent.analysis import preload as load

    load()


def ready(given: Given, tell: Progress) -> Any:
    """Nothing: the process has started, and what opens a clip is loaded."""


TASKS: dict[str, Task] = {
    task.__name__: task for task in (probe, tracks, still, analyse, annotate, preload, ready)
}


def options_of(told: Given) -> Options:
    """The options that `asdict` took apart."""
    return Options(**(told | {"limits": Limits(**told["limits"])}))


def _scaled(tell: Progress, share: float) -> Progress:
    """`tell` for a part of the work that is `share` of all of it."""
    return lambda step: tell(replace(step, share=share * step.share))


def _copied(tell: Progress, share: float, duration_s: float) -> Tick:
    """A listener for the player's copy, the rest of the work after `share` of it."""
    whole_s = max(1, round(duration_s))
    done_s = 0.0

    def tick(t_s: float) -> None:
        nonlocal done_s
        done_s = min(max(done_s, t_s), whole_s)  # sound comes after the pictures, from 0 again
        part = share + (1 - share) * done_s / whole_s
        tell(Step("player", part, round(done_s), whole_s, "seconds"))

    return tick
