"""The panels of the page as HTML: templates filled from an analysis, everything escaped.

Names, subtitles and sentences come from strangers' files; the environment escapes whatever a
template inserts, so no panel builds markup from strings.
"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment

from vidsent.core.emotions import COLORS, name
from vidsent.core.results import Analysis
from vidsent.figures.contrast import ink_on
from vidsent.reports.templating import environment, shown_lines
from vidsent.timeline import wording
from vidsent.timeline.identities import LONGEST_NAME
from vidsent.timeline.person_rows import rows
from vidsent.timeline.span import analysis_of_span
from vidsent.ui.text import say

TEMPLATES = Path(__file__).with_name("templates")
PEOPLE = 8
CHOICES = 24  # of whom one may be told to be somebody else
SPAN_WORDS = 6
INKS = {label: ink_on(color) for label, color in COLORS.items()}  # of text on a colour
INK = "var(--ink)"  # of a verdict without an emotion
FEWEST, ONE_ROW = 4, 6  # columns for moments, at least and in a single row


def panel(template: str, language: str, **values: Any) -> str:
    """The HTML of `templates/<template>.html` for readers of `language`."""
    page = _environment().get_template(f"{template}.html")
    helpers = {"say": partial(_say, language), "emotion": partial(name, language=language)}
    return page.render(language=language, colors=COLORS, inks=INKS, **helpers, **values)


def verdict(analysis: Analysis, language: str) -> str:
    """One line, what it rests on, and how much was seen."""
    label = analysis.verdict.label
    return panel(
        "verdict",
        language,
        clip=analysis.clip.name,
        headline=wording.headline(analysis, language),
        facts=wording.facts(analysis, language),
        color=INK if label in (None, "neutral") else COLORS[label],
    )


def span(analysis: Analysis, start_s: float, end_s: float, language: str) -> str:
    """The verdict of the part of the clip between two times, and the words that carried it."""
    part = analysis_of_span(analysis, start_s, end_s)
    label = part.verdict.label
    return panel(
        "span",
        language,
        start_s=start_s,
        end_s=end_s,
        headline=wording.headline(part, language),
        facts=wording.facts(part, language),
        keywords=part.keywords[:SPAN_WORDS],
        moments=len(part.moments),
        color=INK if label in (None, "neutral") else COLORS[label],
    )


def moments(analysis: Analysis, language: str) -> str:
    """Pictures of the moments: one row of up to six, or two rows of as equal a length as can be."""
    count = len(analysis.moments)
    columns = max(FEWEST, count if count <= ONE_ROW else -(-count // 2))
    return panel("moments", language, moments=analysis.moments, columns=columns)


def words(analysis: Analysis, language: str) -> str:
    """The emotional words as chips, then the transcript with those words marked."""
    shown = shown_lines(analysis.lines)
    return panel(
        "words",
        language,
        keywords=analysis.keywords,
        lines=shown,
        more=len(analysis.lines) - len(shown),
    )


def people(analysis: Analysis, language: str, corrected: bool = False) -> str:
    """A row for each person, which can be named and joined; `corrected` where some were."""
    found = rows(analysis, language)
    return panel(
        "people",
        language,
        people=found[:PEOPLE],
        choices=found[:CHOICES],
        corrected=corrected,
        longest=LONGEST_NAME,
        more=max(len(found) - PEOPLE, 0),
        duration_s=max(analysis.clip.duration_s, 1e-3),
    )


def notes(analysis: Analysis, language: str) -> str:
    """What was left out, and the versions of the models that read the clip."""
    models = [(model, version) for model, version in sorted(analysis.models.items()) if version]
    return panel("notes", language, skipped=wording.skipped(analysis, language), models=models)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(TEMPLATES)
    made.filters.update(figure=_figure)
    return made


def _say(language: str, key: str, **values: object) -> str:
    return say(key, language, **values)


def _figure(value: float) -> str:
    """A measured number with about three digits that tell something: 0.835, 2.31, 43.8, 120."""
    size = abs(value)
    return f"{value:.{3 if size <= 1 else 2 if size < 10 else 1 if size < 100 else 0}f}"
