"""The words of a clip: the emotional ones as chips, and the transcript."""

from __future__ import annotations

from vidsent.core.results import Analysis
from vidsent.reports.templating import shown_lines
from vidsent.ui.shared.templates import render


def words_html(analysis: Analysis, language: str) -> str:
    """The emotional words as chips, then the transcript with those words marked."""
    lines = shown_lines(analysis.lines)
    return render(
        "clip/words/words.html",
        language,
        keywords=analysis.keywords,
        lines=lines,
        more=len(analysis.lines) - len(lines),
    )
