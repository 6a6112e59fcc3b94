"""Questions of the why card: asked for by a click, answered by `vidsent.why`.

A newer question of the same visitor stops the one before it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

import gradio as gr

from vidsent.core.errors import Cancelled
from vidsent.core.options import Limits
from vidsent.core.progress import Progress, Step
from vidsent.timeline.explanation import explain
from vidsent.ui.clip.why.card import ExplainedMoment, WhyCard, why_html
from vidsent.ui.media.decoder import Decoder
from vidsent.ui.session.result import Result
from vidsent.ui.session.state import KEPT_S, Session
from vidsent.ui.session.tasks import SessionTasks
from vidsent.ui.shared.events import PRIVATE, Updates, session_id

CONCURRENCY = 2  # explanations that are worked on at the same time
MORE = -1  # the number of a card that is about to be replaced
WHY_EVENTS = PRIVATE | {"concurrency_id": "why", "concurrency_limit": CONCURRENCY}

log = logging.getLogger(__name__)


class WhyAnswers:
    """Answers the card's questions; one at a time for each visitor."""

    def __init__(self, card: WhyCard, decoder: Decoder) -> None:
        self._card, self._decoder, self._limits = card, decoder, Limits()
        self._explanation = gr.State(None, time_to_live=KEPT_S)
        self._tasks = SessionTasks()
        self._lock = Lock()
        self._newest: dict[str, int] = {}  # number of each visitor's last question

    def wire(
        self, demo: gr.Blocks, session: Session, results: Sequence[Any], corrected: Any
    ) -> None:
        """Answer the card; after each of `results`, events that end in a result, explain its
        start, and after the event `corrected` the same time again."""
        asked, outputs = [session.language, session.result], [self._card, self._explanation]
        self._card.ask(self.ask, asked, outputs, trigger_mode="multiple", **WHY_EVENTS)
        for result in results:
            result.then(self.first, asked, outputs, **WHY_EVENTS)
        again = [*asked, self._explanation]
        corrected.then(self.again, again, outputs, **WHY_EVENTS)
        told = [session.language, self._explanation]
        session.language.change(self.relabel, told, outputs, queue=False, **PRIVATE)
        demo.unload(self.leave)

    def ask(
        self, language: str, result: Result | None, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """Explain the time that was asked for; nothing where a newer question has come."""
        return self._answer(language, result, float(event.t), int(event.n), request)

    def first(self, language: str, result: Result | None, request: gr.Request) -> Iterator[Updates]:
        """Explain the first moment of a new result, or invite to ask."""
        moments = result.analysis.moments if result else ()
        empty = why_html(None, language, MORE if moments else 0)
        yield {self._card: empty, self._explanation: None}
        if moments:
            yield self._answer(language, result, moments[0].t_s, 0, request)

    def again(
        self,
        language: str,
        result: Result | None,
        explanation: ExplainedMoment | None,
        request: gr.Request,
    ) -> Updates:
        """The same time once more, or the first moment if it is not told yet, where people were
        put right meanwhile."""
        moments = result.analysis.moments if result else ()
        if explanation is None and not moments:
            return {self._card: gr.skip()}
        t_s = explanation.why.t_s if explanation else moments[0].t_s
        return self._answer(language, result, t_s, 0, request)

    def relabel(self, language: str, explanation: ExplainedMoment | None) -> Updates:
        """The card in another language."""
        return {self._card: why_html(explanation, language)}

    def leave(self, request: gr.Request) -> None:
        """The page was closed."""
        session = session_id(request)
        self._tasks.cancel(session)
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
            return self._tasks.start(session, lambda step: None)

    def _answer(
        self, language: str, result: Result | None, t_s: float, asked: int, request: gr.Request
    ) -> Updates:
        if result is None:
            return {self._card: why_html(None, language, asked)}
        tell = self._begin(session_id(request), asked)
        if tell is None:
            return {self._card: gr.skip()}
        try:
            explanation = self._explain(result, t_s, tell)
        except Cancelled:
            return {self._card: gr.skip()}
        except Exception as error:
            log.error("a moment was not explained", exc_info=error)
            failed = why_html(None, language, asked, failed=True)
            return {self._card: failed, self._explanation: None}
        card = why_html(explanation, language, asked)
        return {self._card: card, self._explanation: explanation}

    def _explain(self, result: Result, t_s: float, tell: Progress) -> ExplainedMoment:
        why = explain(
            result.player,
            result.analysis,
            t_s,
            self._limits,
            lambda: tell(Step("why", 0.0)),
            self._decoder.still,
        )
        tell(Step("why", 1.0))
        return ExplainedMoment(why, result.analysis)
