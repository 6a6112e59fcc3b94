"""The card of a selected span: its verdict, and the words that carried it."""

from __future__ import annotations

from vidsent.core.results import Analysis
from vidsent.timeline import wording
from vidsent.timeline.span import analysis_of_span
from vidsent.ui.shared.templates import color_of, render

MAX_WORDS = 6


def span_html(analysis: Analysis, start_s: float, end_s: float, language: str) -> str:
    """The verdict of the part of the clip between two times, and the words that carried it."""
    part = analysis_of_span(analysis, start_s, end_s)
    return render(
        "clip/timeline/span.html",
        language,
        start_s=start_s,
        end_s=end_s,
        headline=wording.headline(part, language),
        facts=wording.facts(part, language),
        keywords=part.keywords[:MAX_WORDS],
        moments=len(part.moments),
        color=color_of(part.verdict.label),
    )
