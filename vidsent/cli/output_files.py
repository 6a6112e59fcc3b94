"""The files that `analyze --out` writes, named after the clip.

What could be mistaken for the clip itself or its own subtitles has a name of two parts, so that
writing beside them never replaces them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vidsent.core.errors import VidsentError

if TYPE_CHECKING:
    from vidsent.core.progress import Progress
    from vidsent.core.results import Analysis

CAPTIONS, ANNOTATED = ".emotions.vtt", ".annotated.mp4"


def write(analysis: Analysis, folder: Path, language: str) -> None:
    """JSON, CSV, captions and the report in `language`; raises VidsentError."""
    from vidsent.reports.captions import write_vtt
    from vidsent.reports.files import file_stem, write_csv, write_json
    from vidsent.reports.html_report import write_report

    stem = file_stem(analysis.clip.name)
    with _writing(folder):
        write_json(analysis, folder / f"{stem}.json")
        write_csv(analysis, folder / f"{stem}.csv")
        write_vtt(analysis, folder / f"{stem}{CAPTIONS}", language)
        write_report(analysis, folder / f"{stem}.html", language)
    print(f"wrote {folder / stem}.json, .csv, {CAPTIONS} and .html", file=sys.stderr)


def annotate(
    clip: Path,
    analysis: Analysis,
    folder: Path,
    language: str,
    progress: Progress,
) -> None:
    """The clip with its analysis drawn on it; raises VidsentError."""
    from vidsent.core.progress import Step
    from vidsent.reports.annotated_video import annotate
    from vidsent.reports.files import file_stem

    path = folder / f"{file_stem(analysis.clip.name)}{ANNOTATED}"
    whole_s = max(analysis.clip.duration_s, 1e-3)
    with _writing(folder):
        spoken = annotate(
            clip,
            analysis,
            path,
            language,
            lambda t_s: progress(Step("annotating", min(t_s / whole_s, 1.0))),
        )
    if spoken != language:
        print(
            "labels are in English: no font for Chinese was found. Install one, such as "
            "fonts-noto-cjk.",
            file=sys.stderr,
        )
    print(f"wrote {path}", file=sys.stderr)


def make_folder(folder: Path) -> None:
    """Make `folder` where it is missing; raises VidsentError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VidsentError(
            f"Cannot make the folder {folder}: {error.strerror}. Name another one."
        ) from error


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise VidsentError(
            f"Cannot write into {folder}: {error.strerror}. Name another folder."
        ) from error
