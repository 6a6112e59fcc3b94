"""Everything that opens an upload, in processes of their own (see `apart`).

Each lane is one process: `probing` answers at once what a file is, `stills` shows a picture of it,
`model` analyses, and a fourth one draws an annotated video and ends with it. Where
VIDSENT_IN_PROCESS is set, or `apart` is False, the same tasks run in this process instead.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from vidsent.core.errors import VidsentError
from vidsent.core.options import Limits, Options
from vidsent.core.progress import CancelCheck, Progress, Step
from vidsent.core.results import Analysis, Clip
from vidsent.lines.text_tracks import Track
from vidsent.media.video import Frame
from vidsent.reports.annotated_video import annotate_steps
from vidsent.sandbox import tasks
from vidsent.sandbox.process import MOST_BYTES, Sandbox

SWITCH = "VIDSENT_IN_PROCESS"
PROBE_SILENT_S = 20.0
PROBE_CPU_S = 60.0
NAMED_MODEL_BYTES = 4 * MOST_BYTES  # where a model that the user named is loaded too

log = logging.getLogger(__name__)


class Decoder:
    """Opens uploads for the page; safe to share between threads."""

    def __init__(self, options: Options | None = None, apart: bool | None = None) -> None:
        self.options = options or Options()
        self.apart = not os.environ.get(SWITCH) if apart is None else apart
        named = self.options.speech_model or self.options.text_model
        self._limits = asdict(self.options.limits)
        self.model = Sandbox(NAMED_MODEL_BYTES if named else MOST_BYTES)
        self._warming = threading.Lock()
        self.probing = Sandbox(silent_s=PROBE_SILENT_S, cpu_s=PROBE_CPU_S)
        self.stills = Sandbox(silent_s=PROBE_SILENT_S, cpu_s=PROBE_CPU_S)

    def probe(self, clip: str) -> Clip:
        """The facts of a clip; raises what `video.probe` raises."""
        told = self._do(self.probing, "probe", {"clip": clip, "limits": self._limits})
        rate = told["frame_rate"]
        return Clip(**(told | {"frame_rate": Fraction(rate) if rate else None}))

    def tracks(self, clip: str) -> tuple[Track, ...]:
        """The text tracks of a clip; raises ClipOpenError or LimitError."""
        told = self._do(self.probing, "tracks", {"clip": clip, "limits": self._limits})
        return tuple(Track(**each) for each in told)

    def still(
        self,
        path: str | Path,
        t_s: float,
        limits: Limits | None = None,
        alive: CancelCheck | None = None,
    ) -> Frame | None:
        """The picture of a clip at a time, as `stills.picture_at` finds it."""
        given = {"clip": str(path), "t_s": t_s, "limits": asdict(limits or Limits())}
        tell = None if alive is None else lambda step: alive()
        return tasks.frame_of(self._do(self.stills, "still", given, tell))

    def analyse(
        self,
        clip: str | Path,
        subtitles: str | Path | None,
        options: Options,
        tell: Progress | None = None,
        folder: Path | None = None,
    ) -> tuple[Analysis, Path]:
        """The analysis of a clip, and the clip as a browser plays it.

        That is the clip itself, or a copy in `folder` where one is given and needed. Raises what
        `vidsent.analyze` raises; what `tell` raises ends the work.
        """
        given = {
            "clip": str(clip),
            "subtitles": str(subtitles) if subtitles else None,
            "options": asdict(options),
            "folder": str(folder) if folder else None,
        }
        told = self._do(self.model, "analyse", given, tell)
        return Analysis.from_json(told["analysis"]), Path(told["player"])

    def annotating(
        self, clip: Path, analysis: Analysis, json: Path, path: Path, language: str
    ) -> Generator[float, None, None]:
        """Draw a clip's annotated video to `path`; yields the share that is done; close to stop.

        `json` is a file with the same analysis, for the process that draws.
        """
        if not self.apart:
            whole_s = max(analysis.clip.duration_s, 1e-3)
            with closing(
                annotate_steps(clip, analysis, path, language, self.options.limits)
            ) as steps:
                yield from (min(t_s / whole_s, 1.0) for t_s in steps)
            return
        given = {
            "clip": str(clip),
            "analysis": str(json),
            "path": str(path),
            "language": language,
            "limits": self._limits,
        }
        drawer = Sandbox(stop_s=0.0)  # it ends with its task, so it need not stop in good order
        try:
            with closing(drawer.steps("annotate", given)) as steps:
                for step in steps:
                    yield step.share
        finally:
            drawer.close()
            for left in path.parent.glob(".*.partial"):  # by a process that died
                left.unlink(missing_ok=True)

    def warm(self) -> None:
        """Start the processes and load their models in the background, where that was not done."""
        if self.apart and self.model.pid is None and self._warming.acquire(blocking=False):
            threading.Thread(target=self._warm, name="decoder", daemon=True).start()

    def close(self) -> None:
        """End the processes; they start again when they are needed."""
        self.model.close()
        self.probing.close()
        self.stills.close()

    def _warm(self) -> None:
        try:
            self.model.call("preload", {})
            self.probing.call("ready", {})
        except (VidsentError, RuntimeError) as error:  # who uploads a clip hears of it
            log.warning("%s", error)
        finally:
            self._warming.release()

    def _do(
        self, lane: Sandbox, task: str, given: dict[str, Any], tell: Progress | None = None
    ) -> Any:
        if self.apart:
            return lane.call(task, given, tell)
        return tasks.TASKS[task](given, tell or _ignore)


def _ignore(step: Step) -> None:
    """Tell nobody."""
