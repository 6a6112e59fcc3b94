"""The card that explains one moment, as HTML and as a component that asks for a time.

Pictures of faces go to the page as data, never as files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis, Word
from vidsent.timeline.explanation import Explanation
from vidsent.timeline.explanation_wording import sentences
from vidsent.timeline.person_rows import names
from vidsent.ui.shared.static import scripts
from vidsent.ui.shared.templates import render

MAX_WORDS = 5  # with a bar


class WhyCard(gr.HTML):
    """Shows what `why_html` made; its script asks for a time with the event `ask`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            why_html(None, "en"),
            head=scripts("why.js"),
            js_on_load="vidsent.why.mount(element, (asked) => trigger('ask', asked), watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "HTML"}


@dataclass(frozen=True)
class ExplainedMoment:
    """What a visitor's card shows, kept so that it can be told in another language."""

    why: Explanation
    analysis: Analysis  # that it explains


def why_html(
    explanation: ExplainedMoment | None, language: str, asked: int = 0, failed: bool = False
) -> str:
    """The card; `asked` is the number of the question that it answers."""
    why = explanation.why if explanation else None
    return render(
        "clip/why/why.html",
        language,
        why=why,
        names=names(explanation.analysis, language) if explanation else {},
        labels=LABELS,
        sentences=sentences(why, language) if why else [],
        words=_heaviest(why) if why else [],
        asked=asked,
        failed=failed,
    )


def _heaviest(why: Explanation) -> list[Word]:
    words = [word for line in why.lines for word in line.words]
    return sorted(words, key=lambda word: -word.weight)[:MAX_WORDS]
