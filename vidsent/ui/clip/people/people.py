"""A row for each person: name, emotion, and a curve along the clip."""

from __future__ import annotations

from vidsent.core.results import Analysis
from vidsent.timeline.identities import LONGEST_NAME
from vidsent.timeline.person_rows import rows
from vidsent.ui.shared.templates import render

MAX_ROWS = 8
MAX_CHOICES = 24  # of whom one may be told to be somebody else


def people_html(analysis: Analysis, language: str, corrected: bool = False) -> str:
    """A row for each person, which can be named and joined; `corrected` where some were."""
    people = rows(analysis, language)
    return render(
        "clip/people/people.html",
        language,
        people=people[:MAX_ROWS],
        choices=people[:MAX_CHOICES],
        corrected=corrected,
        longest=LONGEST_NAME,
        more=max(len(people) - MAX_ROWS, 0),
        duration_s=max(analysis.clip.duration_s, 1e-3),
    )
