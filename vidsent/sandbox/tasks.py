"""What is done with an upload where it can do no harm: tasks with JSON in and JSON out.

`worker` does them in a process of its own, `process` asks for them. What comes back is JSON,
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
from vidsent.core.progress import Progress, Step, TimeCallback
from vidsent.core.results import Analysis
from vidsent.lines import text_tracks
from vidsent.media import stills, video
from vidsent.media.transcoding import cost, playable

ANALYSIS_COST = 0.25  # seconds of work a second of clip, about, to compare with `transcoding.cost`

Arguments = dict[str, Any]
Task = Callable[[Arguments, Progress], Any]


def probe(arguments: Arguments, on_progress: Progress) -> Any:
    """The facts of a clip; raises what `video.probe` raises."""
    clip = asdict(video.probe(arguments["clip"], Limits(**arguments["limits"])))
    return clip | {"frame_rate": str(clip["frame_rate"]) if clip["frame_rate"] else None}


def tracks(arguments: Arguments, on_progress: Progress) -> Any:
    """The text tracks of a clip."""
    return [
        asdict(each)
        for each in text_tracks.list_tracks(arguments["clip"], Limits(**arguments["limits"]))
    ]


def still(arguments: Arguments, on_progress: Progress) -> Any:
    """One picture of a clip, or None; raises what `stills.frame_at` raises."""
    limits, doing = Limits(**arguments["limits"]), Step("still", 0.0)
    frame = stills.frame_at(arguments["clip"], arguments["t_s"], limits, lambda: on_progress(doing))
    if frame is None:
        return None
    pixels = base64.b64encode(frame.image.tobytes()).decode()
    return {"t_s": frame.t_s, "scale": frame.scale, "shape": frame.image.shape, "rgb": pixels}


def frame_of(response: Any) -> video.Frame | None:
    """What `still` found; raises ValueError where it makes no picture."""
    if response is None:
        return None
    pixels = np.frombuffer(base64.b64decode(response["rgb"]), np.uint8)
    return video.Frame(
        float(response["t_s"]), pixels.reshape(response["shape"]), float(response["scale"])
    )


def analyse(arguments: Arguments, on_progress: Progress) -> Any:
    """The analysis, and the clip as a browser plays it where a folder is given for a copy."""
    from vidsent.analysis import analyze  # brings torch, which no other task needs

    options, clip = options_of(arguments["options"]), Path(arguments["clip"])
    if arguments["folder"] is None:
        analysis = analyze(clip, arguments["subtitles"], options, on_progress)
        return {"analysis": analysis.to_json(), "player": str(clip)}
    share = ANALYSIS_COST / (ANALYSIS_COST + cost(clip, options.limits))
    analysis = analyze(clip, arguments["subtitles"], options, _scaled(on_progress, share))
    copied = _copied(on_progress, share, analysis.clip.duration_s)
    player = playable(clip, Path(arguments["folder"]), options.limits, copied)
    return {"analysis": analysis.to_json(), "player": str(player)}


def annotate(arguments: Arguments, on_progress: Progress) -> Any:
    """Draw an analysis, read from its JSON file, over the clip."""
    from vidsent.reports.annotated_video import annotate_steps

    analysis = Analysis.from_json(Path(arguments["analysis"]).read_text("utf-8"))
    whole_s = max(analysis.clip.duration_s, 1e-3)
    steps = annotate_steps(
        arguments["clip"],
        analysis,
        Path(arguments["path"]),
        arguments["language"],
        Limits(**arguments["limits"]),
    )
    with closing(steps):
        for t_s in steps:
            on_progress(Step("annotating", min(t_s / whole_s, 1.0)))


def preload(arguments: Arguments, on_progress: Progress) -> Any:
    """Load the models, so that the first analysis need not."""
    from vidsent.analysis import preload as load

    load()


def ready(arguments: Arguments, on_progress: Progress) -> Any:
    """Nothing: the process has started, and what opens a clip is loaded."""


TASKS: dict[str, Task] = {
    task.__name__: task for task in (probe, tracks, still, analyse, annotate, preload, ready)
}


def options_of(values: Arguments) -> Options:
    """The options that `asdict` took apart."""
    return Options(**(values | {"limits": Limits(**values["limits"])}))


def _scaled(on_progress: Progress, share: float) -> Progress:
    """`on_progress` for a part of the work that is `share` of all of it."""
    return lambda step: on_progress(replace(step, share=share * step.share))


def _copied(on_progress: Progress, share: float, duration_s: float) -> TimeCallback:
    """A listener for the player's copy, the rest of the work after `share` of it."""
    whole_s = max(1, round(duration_s))
    done_s = 0.0

    def tick(t_s: float) -> None:
        nonlocal done_s
        done_s = min(max(done_s, t_s), whole_s)  # sound comes after the pictures, from 0 again
        part = share + (1 - share) * done_s / whole_s
        on_progress(Step("player", part, round(done_s), whole_s, "seconds"))

    return tick
