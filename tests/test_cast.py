"""One row per person, and the strip of their emotion."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.builders import face_track
from vidsent.cast import rows
from vidsent.results import Analysis

Build = Callable[..., Analysis]


def test_people_are_listed_by_how_much_they_were_seen(synthetic_analysis: Build) -> None:
    track = face_track()
    brief = replace(track, id=7, seen=0.1)
    listed = rows(synthetic_analysis(tracks=(brief, track)))
    assert [row.name for row in listed] == ["A", "B"]
    assert [row.seen for row in listed] == [f"{track.seen:.0%}", "10%"]


def test_a_strip_is_clear_where_the_face_was_away(synthetic_analysis: Build) -> None:
    (row,) = rows(synthetic_analysis())
    gap = re.search(r"transparent ([\d.]+)% ([\d.]+)%", row.strip)
    assert gap is not None
    assert [32 * float(edge) / 100 for edge in gap.groups()] == pytest.approx([24, 27], abs=0.5)
