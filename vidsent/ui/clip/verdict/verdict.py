"""The verdict in one line, and what the analysis left out."""

from __future__ import annotations

from vidsent.core.results import Analysis
from vidsent.timeline import wording
from vidsent.ui.shared.templates import color_of, render


def verdict_html(analysis: Analysis, language: str) -> str:
    """One line, what it rests on, and how much was seen."""
    return render(
        "clip/verdict/verdict.html",
        language,
        clip=analysis.clip.name,
        headline=wording.headline(analysis, language),
        facts=wording.facts(analysis, language),
        color=color_of(analysis.verdict.label),
    )


def notes_html(analysis: Analysis, language: str) -> str:
    """What was left out, and the versions of the models that read the clip."""
    models = [(model, version) for model, version in sorted(analysis.models.items()) if version]
    skipped = wording.skipped(analysis, language)
    return render("clip/verdict/notes.html", language, skipped=skipped, models=models)
