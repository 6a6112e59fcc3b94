"""The clips that come with vidsent, analysed once in the background so that a click answers."""

from __future__ import annotations

import atexit
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import vidsent
from vidsent.analysis import model_versions, preload
from vidsent.core.errors import Cancelled, VidsentError
from vidsent.core.options import Limits
from vidsent.core.progress import Progress, Step
from vidsent.core.results import Analysis
from vidsent.core.weights import assets
from vidsent.language import dictionary
from vidsent.media import video
from vidsent.media.thumbnails import jpeg
from vidsent.ui.shared.language import LANGUAGES

FOLDER = assets() / "examples"
INDEX = "examples.json"
POSTER_WIDTH = 240  # pixels
POSTER_AT = 0.4  # of the clip's length
POSTER_RATE_HZ = 4.0

Key = tuple[int, str]  # index of an example, language

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Example:
    """One clip to try; what people read of it, and its subtitles, by language."""

    clip: Path
    subtitles: dict[str, Path]
    title: dict[str, str]
    credit: dict[str, str]
    poster: bytes  # JPEG


def load_examples(folder: Path = FOLDER) -> tuple[Example, ...]:
    """The examples that the folder's index names; none where there is no index."""
    index = folder / INDEX
    if not index.exists():
        return ()
    return tuple(_example(folder, entry) for entry in json.loads(index.read_text("utf-8")))


def _example(folder: Path, entry: dict[str, Any]) -> Example:
    clip = folder / entry["clip"]
    return Example(
        clip=clip,
        subtitles={language: folder / name for language, name in entry["subtitles"].items()},
        title=entry["title"],
        credit=entry["credit"],
        poster=_poster(clip),
    )


def _poster(clip: Path) -> bytes:
    """A picture from inside the clip, as JPEG."""
    wanted_s = POSTER_AT * video.probe(clip).duration_s
    for frame in video.frames(clip, POSTER_RATE_HZ, Limits(), video.Decoding()):
        if frame.t_s >= wanted_s:
            return jpeg(frame.image, POSTER_WIDTH)
    return b""


def shipped_path(clip: Path, language: str) -> Path:
    """Where the analysis of an example that comes with it lies."""
    return clip.with_suffix(f".{language}.analysis.json")


def _shipped(clip: Path, language: str) -> Analysis | None:
    """The analysis that came with an example, unless other models are installed by now."""
    path = shipped_path(clip, language)
    if not path.exists():
        return None
    analysis = Analysis.from_json(path.read_text("utf-8"))
    return analysis if analysis.models == model_versions() else None


class ExampleStore:
    """Analyses of the examples in each language: shipped ones, or each made once when asked for."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = tuple(examples)
        self._locks = defaultdict[Key, Lock](Lock)
        self._made: dict[Key, Analysis] = {}
        self._closing = Event()

    def analysis(self, index: int, language: str, progress: Progress | None = None) -> Analysis:
        """What `vidsent.analyze` says of an example with its subtitles in `language`."""
        example, key = self.examples[index], (index, language)
        with self._locks[key]:
            if key not in self._made:
                self._made[key] = _shipped(example.clip, language) or vidsent.analyze(
                    example.clip, example.subtitles.get(language), progress=progress
                )
            return self._made[key]

    def warm(self) -> Thread:
        """Analyse all examples and load the models, on a thread of its own."""
        thread = Thread(target=self._warm, name="examples", daemon=True)
        thread.start()

        def stop() -> None:  # a thread cut off inside a library at exit would abort the program
            self._closing.set()
            thread.join()

        atexit.register(stop)
        return thread

    def _warm(self) -> None:
        def tell(step: Step) -> None:
            if self._closing.is_set():
                raise Cancelled("The program ends.")

        for _, language in LANGUAGES:
            for index, example in enumerate(self.examples):
                try:
                    self.analysis(index, language, tell)
                except Cancelled:
                    return
                except VidsentError as error:
                    log.warning("example %s: %s", example.clip.name, error)
        try:
            preload()
            dictionary.preload()
        except VidsentError as error:
            log.warning("%s", error)
