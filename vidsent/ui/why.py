"""The card that explains one moment: asked for by a click, answered by `vidsent.why`.

A newer question of the same visitor stops the one before it. Pictures of faces go to the page as
data, never as files.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import gradio as gr

from vidsent.core.emotions import LABELS
from vidsent.core.errors import Cancelled
from vidsent.core.options import Limits
from vidsent.core.progress import Progress, Step
from vidsent.core.results import Analysis, Word
from vidsent.timeline.explanation import Explanation, explain
from vidsent.timeline.explanation_wording import sentences
from vidsent.timeline.person_rows import names
from vidsent.ui.decoder import Decoder
from vidsent.ui.events import PRIVATE
from vidsent.ui.jobs import Jobs
from vidsent.ui.render import panel
from vidsent.ui.shown import Shown
from vidsent.ui.static import scripts

AT_ONCE = 2  # explanations that are worked on at the same time
MOST_WORDS = 5  # with a bar
MORE = -1  # the number of a card that is about to be replaced
WHY_EVENTS = PRIVATE | {"concurrency_id": "why", "concurrency_limit": AT_ONCE}

log = logging.getLogger(__name__)


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
class Explained:
    """What a visitor's card shows, kept so that it can be told in another language."""

    why: Explanation
    analysis: Analysis  # that it explains


def why_html(
    explained: Explained | None, language: str, asked: int = 0, failed: bool = False
) -> str:
    """The card; `asked` is the number of the question that it answers."""
    why = explained.why if explained else None
    return panel(
        "why",
        language,
        why=why,
        names=names(explained.analysis, language) if explained else {},
        labels=LABELS,
        sentences=sentences(why, language) if why else [],
        words=_heaviest(why) if why else [],
        asked=asked,
        failed=failed,
    )


def _heaviest(why: Explanation) -> list[Word]:
    words = [word for line in why.lines for word in line.words]
    return sorted(words, key=lambda word: -word.weight)[:MOST_WORDS]


class Explainer:
    """Answers the card's questions; one at a time for each visitor."""

    def __init__(self, card: WhyCard, explained: gr.State, decoder: Decoder) -> None:
        self._card, self._explained = card, explained
        self._jobs = Jobs()
        self._lock = Lock()
        self._newest: dict[str, int] = {}  # number of each visitor's last question
        self._decoder, self._limits = decoder, Limits()

    def ask(
        self, language: str, shown: Shown | None, event: gr.EventData, request: gr.Request
    ) -> dict[Any, Any]:
        """Explain the time that was asked for; nothing where a newer question has come."""
        return self._answer(language, shown, float(event.t), int(event.n), request)

    def first(
        self, language: str, shown: Shown | None, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        """Explain the first moment of a new result, or invite to ask."""
        asked = shown is not None and bool(shown.analysis.moments)
        yield {self._card: why_html(None, language, MORE if asked else 0), self._explained: None}
        if asked:
            assert shown is not None
            yield self._answer(language, shown, shown.analysis.moments[0].t_s, 0, request)

    def again(
        self, language: str, shown: Shown | None, explained: Explained | None, request: gr.Request
    ) -> dict[Any, Any]:
        """The same time once more, or the first moment if it is not told yet, where people were
        put right meanwhile."""
        moments = shown.analysis.moments if shown else ()
        if explained is None and not moments:
            return {self._card: gr.skip()}
        t_s = explained.why.t_s if explained else moments[0].t_s
        return self._answer(language, shown, t_s, 0, request)

    def relabel(self, language: str, explained: Explained | None) -> dict[Any, Any]:
        """The card in another language."""
        return {self._card: why_html(explained, language)}

    def leave(self, request: gr.Request) -> None:
        """The page was closed."""
        session = request.session_hash or ""
        self._jobs.stop(session)
        with self._lock:
            self._newest.pop(session, None)

    def _begin(self, session: str, asked: int) -> Progress | None:
        """Stop the visitor's question before this one; None where a newer one has come already.

        subtle: of two clicks that are answered at the same time, the first may begin last.
        """
        with self._lock:
            newest = self._newest.get(session, 0)
            if 0 < asked < newest:
                return None
            self._newest[session] = max(asked, newest)
            return self._jobs.start(session, lambda step: None)

    def _answer(
        self, language: str, shown: Shown | None, t_s: float, asked: int, request: gr.Request
    ) -> dict[Any, Any]:
        if shown is None:
            return {self._card: why_html(None, language, asked)}
        tell = self._begin(request.session_hash or "", asked)
        if tell is None:
            return {self._card: gr.skip()}
        try:
            why = explain(
                shown.player,
                shown.analysis,
                t_s,
                self._limits,
                lambda: tell(Step("why", 0.0)),
                self._decoder.still,
            )
            tell(Step("why", 1.0))
        except Cancelled:
            return {self._card: gr.skip()}
        except Exception as error:
            log.error("a moment was not explained", exc_info=error)
            return {
                self._card: why_html(None, language, asked, failed=True),
                self._explained: None,
            }
        explained = Explained(why, shown.analysis)
        return {self._card: why_html(explained, language, asked), self._explained: explained}


def wire_why(
    demo: gr.Blocks,
    card: WhyCard,
    language: gr.Radio,
    shown: gr.State,
    results: tuple[Any, ...],
    corrected: Any,
    kept_s: float,
    decoder: Decoder,
) -> None:
    """Answer `card`; after each of `results`, events that end in a result, explain its start, and
    after the event `corrected` the same time again."""
    explained = gr.State(None, time_to_live=kept_s)
    on = Explainer(card, explained, decoder)
    told = [card, explained]
    card.ask(on.ask, [language, shown], told, trigger_mode="multiple", **WHY_EVENTS)
    for result in results:
        result.then(on.first, [language, shown], told, **WHY_EVENTS)
    corrected.then(on.again, [language, shown, explained], told, **WHY_EVENTS)
    language.change(on.relabel, [language, explained], told, queue=False, **PRIVATE)
    demo.unload(on.leave)
