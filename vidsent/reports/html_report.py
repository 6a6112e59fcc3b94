"""The report: one HTML file about a clip that opens offline, asks nothing of anyone, and prints.

Pictures are data URIs, the timeline is SVG, and no script runs; the file's own security policy
forbids all else. What a long clip has too much of is bounded, as on the page.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis, Line
from vidsent.core.version import __version__
from vidsent.figures.timeline_svg import timeline_svg
from vidsent.reports import limitations
from vidsent.reports.files import write_text
from vidsent.reports.html_texts import WORDS
from vidsent.reports.templating import environment, shown_lines
from vidsent.timeline import person_rows, wording

TEMPLATES = Path(__file__).with_name("templates")
PEOPLE = 16
KEYWORDS = 40
CHARACTERS = 400  # of a line that is longer
FULL = 0.995  # of the clip; what is missing then rounds to nothing
INK = "var(--ink)"  # of a verdict without an emotion


def write_report(analysis: Analysis, path: Path, language: str = "en") -> None:
    """Write the report of `analysis` for readers of `language` ("en" or "zh")."""
    write_text(path, report(analysis, language))


def report(analysis: Analysis, language: str = "en") -> str:
    """The report as HTML."""
    template = _environment().get_template("report.html")
    return template.render(
        analysis=analysis,
        language=language,
        say=partial(_say, language),
        emotion=partial(name, language=language),
        colors=COLORS,
        labels=LABELS,
        version=__version__,
        **_verdict(analysis, language),
        **_people(analysis, language),
        **_words(analysis),
        **_cautions(language),
        still=timeline_svg(analysis, language),
    )


def _verdict(analysis: Analysis, language: str) -> dict[str, Any]:
    label = analysis.verdict.label
    channels = analysis.timeline.channels
    return {
        "headline": wording.headline(analysis, language),
        "facts": wording.facts(analysis, language),
        "skipped": wording.skipped(analysis, language),
        "unseen": [
            (each.name, f"{1 - each.coverage:.0%}") for each in channels if each.coverage < FULL
        ],
        "missing": [each for each in ("face", "subtitle") if each not in _seen(analysis)],
        "tone": INK if label in (None, "neutral") else COLORS[label],
    }


def _seen(analysis: Analysis) -> set[str]:
    return {each.name for each in analysis.timeline.channels if each.coverage > 0}


def _people(analysis: Analysis, language: str) -> dict[str, Any]:
    found = person_rows.rows(analysis, language)
    return {"people": found[:PEOPLE], "more_people": max(len(found) - PEOPLE, 0)}


def _words(analysis: Analysis) -> dict[str, Any]:
    shown = shown_lines(analysis.lines)
    return {
        "keywords": analysis.keywords[:KEYWORDS],
        "lines": [_short(line) for line in shown],
        "more_lines": len(analysis.lines) - len(shown),
    }


def _short(line: Line) -> Line:
    """The line with the beginning of its text, where that is very long."""
    if len(line.text) <= CHARACTERS:
        return line
    words = tuple(word for word in line.words if word.end < CHARACTERS)
    return replace(line, text=line.text[: CHARACTERS - 1] + "…", words=words)


def _cautions(language: str) -> dict[str, Any]:
    zh = language.startswith("zh")
    limits = [pair[zh] for pairs in limitations.LIMITS.values() for pair in pairs]
    return {
        "not_for": [_started(pair[zh]) for pair in limitations.NOT_FOR],
        "limits": [_started(limit) for limit in limits],
        "reason": limitations.REASON[zh],
    }


def _started(sentence: str) -> str:
    """With a capital first and without a full stop last."""
    return sentence[0].upper() + sentence[1:].rstrip(".。")


def _say(language: str, key: str, **values: object) -> str:
    return WORDS[key][language.startswith("zh")].format(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return environment(TEMPLATES)
