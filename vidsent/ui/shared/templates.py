"""Templates of the page filled with values, everything escaped.

Names, subtitles and sentences come from strangers' files; the environment escapes whatever a
template inserts, so no part of the page builds markup from strings.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment

from vidsent.core.emotions import COLORS, name
from vidsent.figures.contrast import ink_on
from vidsent.reports.templating import environment
from vidsent.ui.shared import FOLDER
from vidsent.ui.shared.language import say

INKS = {label: ink_on(color) for label, color in COLORS.items()}  # of text on a colour
INK = "var(--ink)"  # where there is no emotion


def render(template: str, language: str, **values: Any) -> str:
    """The HTML of a template such as "clip/why/why.html" for readers of `language`."""
    page = _environment().get_template(template)
    helpers = {"say": partial(_say, language), "emotion": partial(name, language=language)}
    return page.render(language=language, colors=COLORS, inks=INKS, **helpers, **values)


def color_of(label: str | None) -> str:
    """The colour of a verdict: that of its emotion, the text's own where it has none."""
    return INK if label in (None, "neutral") else COLORS[str(label)]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(FOLDER)
    made.filters.update(figure=_figure)
    return made


def _say(language: str, key: str, **values: object) -> str:
    return say(key, language, **values)


def _figure(value: float) -> str:
    """A measured number with about three digits that tell something: 0.835, 2.31, 43.8, 120."""
    size = abs(value)
    return f"{value:.{3 if size <= 1 else 2 if size < 10 else 1 if size < 100 else 0}f}"
