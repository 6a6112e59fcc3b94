"""The clips that come with vidsent, analysed once in the background so that a click answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

import vidsent
from vidsent import video
from vidsent.errors import VidsentError
from vidsent.options import Limits
from vidsent.results import Analysis
from vidsent.thumbnails import jpeg
from vidsent.ui.jobs import Progress
from vidsent.weights import assets

FOLDER = assets() / "examples"
INDEX = "examples.json"
POSTER_WIDTH = 240  # pixels
POSTER_AT = 0.4  # of the clip's length

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Example:
    """One clip to try; `title` and `credit` are for people, by language and in English."""

    clip: Path
    subtitles: Path | None
    title: dict[str, str]
    credit: str
    poster: bytes


def load_examples(folder: Path = FOLDER) -> tuple[Example, ...]:
    """The examples that the folder's index names; none where there is no index."""
    index = folder / INDEX
    if not index.exists():
        return ()
    return tuple(_example(folder, entry) for entry in json.loads(index.read_text("utf-8")))


def _example(folder: Path, entry: dict[str, object]) -> Example:
    clip, subtitles = folder / str(entry["clip"]), entry.get("subtitles")
    return Example(
        clip=clip,
        subtitles=folder / str(subtitles) if subtitles else None,
        title=entry["title"],  # type: ignore[arg-type]
        credit=str(entry.get("credit", "")),
        poster=_poster(clip),
    )


def _poster(clip: Path) -> bytes:
    """A picture from inside the clip, as JPEG."""
    wanted_s = POSTER_AT * video.probe(clip).duration_s
    for frame in video.frames(clip, 4.0, Limits(), video.Decoding()):
        if frame.t_s >= wanted_s:
            return jpeg(frame.image, POSTER_WIDTH)
    return b""


class Shelf:
    """Analyses of the examples, each made once, by whoever asks first."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = tuple(examples)
        self._locks = [Lock() for _ in self.examples]
        self._made: dict[int, Analysis] = {}

    def analysis(self, index: int, progress: Progress | None = None) -> Analysis:
        """What `vidsent.analyze` says of an example."""
        example = self.examples[index]
        with self._locks[index]:
            if index not in self._made:
                self._made[index] = vidsent.analyze(
                    example.clip, example.subtitles, progress=progress
                )
            return self._made[index]

    def warm(self) -> Thread:
        """Analyse all examples on a thread of its own, which it returns."""
        thread = Thread(target=self._warm, name="examples", daemon=True)
        thread.start()
        return thread

    def _warm(self) -> None:
        for index, example in enumerate(self.examples):
            try:
                self.analysis(index)
            except VidsentError as error:
                log.warning("example %s: %s", example.clip.name, error)
