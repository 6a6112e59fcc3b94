"""The key moments as pictures in a grid."""

from __future__ import annotations

from vidsent.core.results import Analysis
from vidsent.ui.shared.templates import render

MIN_COLUMNS, MAX_COLUMNS = 4, 6


def moments_html(analysis: Analysis, language: str) -> str:
    """Pictures of the moments: one row of up to six, or two rows of as equal a length as can be."""
    count = len(analysis.moments)
    columns = max(MIN_COLUMNS, count if count <= MAX_COLUMNS else -(-count // 2))
    return render("clip/moments/moments.html", language, moments=analysis.moments, columns=columns)
