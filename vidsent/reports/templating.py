"""Templates of the page and of the report: one environment each, in which everything is escaped.

Names, subtitles and sentences come from strangers' files, so no markup is built from strings.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from vidsent.core.results import Line
from vidsent.core.timecode import format_time
from vidsent.reports.files import pieces
from vidsent.timeline.person_rows import HEIGHT, STRETCHES

SHARED = Path(__file__).with_name("templates")  # what page and report both show
LINES = 300  # of a transcript that is shown; JSON holds all


def environment(folder: Path) -> Environment:
    """Templates of `folder` with the filters that all of them share."""
    made = Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        image=image, png=partial(image, kind="png"), clock=format_time, pieces=pieces
    )
    made.globals["curve"] = {"width": STRETCHES, "height": HEIGHT}
    return made


def image(content: bytes, kind: str = "jpeg") -> str:
    """A picture as a data URI: pictures of faces never become files that others could fetch."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def shown_lines(lines: Sequence[Line]) -> list[Line]:
    """At most LINES lines in order of time; those with emotional words go first."""
    if len(lines) <= LINES:
        return list(lines)
    chosen = sorted(lines, key=lambda line: not line.words)[:LINES]
    return sorted(chosen, key=lambda line: line.start_s)
