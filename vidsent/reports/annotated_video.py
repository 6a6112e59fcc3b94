"""The annotated video: the clip with what was found in it drawn on, as an MP4."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from vidsent.core.options import Limits
from vidsent.core.progress import TimeCallback
from vidsent.core.results import Analysis
from vidsent.media import video
from vidsent.media.encoding import FINE, encode_steps
from vidsent.media.video import Frame
from vidsent.reports.overlay import Overlay
from vidsent.reports.text_images import has_font

LONGEST_SIDE = 1280  # pixels; larger clips are scaled down


def annotate(
    clip: str | Path,
    analysis: Analysis,
    path: Path,
    language: str = "en",
    tick: TimeCallback | None = None,
    limits: Limits | None = None,
) -> str:
    """Draw `analysis` onto the frames of `clip` and write them with its sound to `path`.

    Every frame keeps its time. `tick` gets the seconds that are done, and may raise
    `Cancelled` to stop; then, and after an error, there is no file. Returns the language of the
    labels: English where the system has no font for Chinese. Raises a ClipError where `clip`
    cannot be read.
    """
    with closing(annotate_steps(clip, analysis, path, language, limits)) as steps:
        for t_s in steps:
            if tick is not None:
                tick(t_s)
    return language if has_font(language) else "en"


def annotate_steps(
    clip: str | Path,
    analysis: Analysis,
    path: Path,
    language: str = "en",
    limits: Limits | None = None,
) -> Generator[float, None, None]:
    """`annotate` step by step: yields the seconds that are done; close it to stop."""
    limits = limits or Limits()
    frames = video.frames(clip, video.EVERY_FRAME, limits, longest_side=LONGEST_SIDE)
    return encode_steps(_drawn(frames, analysis, language), Path(clip), path, limits, FINE)


def _drawn(frames: Iterable[Frame], analysis: Analysis, language: str) -> Iterator[Frame]:
    overlay, shape = None, None
    for frame in frames:
        if overlay is None or frame.image.shape[:2] != shape:
            shape = frame.image.shape[:2]
            overlay = Overlay(analysis, shape, language)
        image = frame.image.copy()  # a frame that stays comes again, and not drawn on
        overlay.draw(image, frame.t_s)
        yield replace(frame, image=image)
