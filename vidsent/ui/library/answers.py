"""What happens in the Library tab: a question is answered, an answer is played, a clip goes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
from gradio.blocks import Block

from vidsent.core.emotions import name
from vidsent.core.errors import LibraryError, ModelError, VidsentError
from vidsent.core.timecode import format_time
from vidsent.library.library import LIMIT, Library
from vidsent.ui.library import cards
from vidsent.ui.library.view import LibraryTab
from vidsent.ui.session.result import Result, new_folder, write_result
from vidsent.ui.session.state import Session
from vidsent.ui.session.visitor import Visitor, linked
from vidsent.ui.shared.events import NOTICE_S, PRIVATE, Updates
from vidsent.ui.shared.language import say

log = logging.getLogger(__name__)


class LibraryAnswers:
    """The library's behaviour: what each visitor analysed, and the kept library beside it.

    `show` makes a result fill the Clip tab; `outputs` are the components that it updates.
    """

    def __init__(
        self,
        tab: LibraryTab,
        session: Session,
        show: Callable[[Result, str], Updates],
        outputs: Sequence[Block],
        kept: Library | None = None,
        image_text_model: str | None = None,
    ) -> None:
        self._tab, self._session = tab, session
        self._show, self._outputs = show, outputs
        self._kept = kept
        self._image_text_model = image_text_model

    def wire(self) -> None:
        """Connect the tab's components with these answers."""
        tab, session = self._tab, self._session
        asked = [session.visitor, session.language]
        session.result.change(
            self.add,
            [session.result, *asked],
            [session.visitor, tab.clips],
            concurrency_limit=4,
            **PRIVATE,
        )
        tab.form.ask(self.ask, asked, [tab.hits], concurrency_limit=4, **PRIVATE)
        outputs = [*self._outputs, tab.hits, tab.clips]
        for each in (tab.hits, tab.clips):
            acted = each.act(self.act, asked, outputs, concurrency_limit=4, **PRIVATE)
            acted.success(None, js="() => vidsent.library.land()", **PRIVATE)
        # subtle: two answers of the server may come in another order than they were made, and the
        # older one show no clips; who opens the tab sees them all the same
        tab.tab.select(self.list_clips, asked, [tab.clips], queue=False, **PRIVATE)
        labels = [tab.tab, tab.form, tab.hits, tab.clips]
        session.language.change(self.relabel, asked, labels, queue=False, **PRIVATE)

    def add(self, result: Result | None, visitor: Visitor | None, language: str) -> Updates:
        """Put a new result into the visitor's library."""
        if result is None:
            return {self._session.visitor: visitor}
        try:
            visitor = visitor or Visitor(self._image_text_model)
            visitor.add(result)
        except (OSError, VidsentError) as error:  # the result itself is there all the same
            log.warning("a clip was not put into the library: %s", error)
        return {self._session.visitor: visitor, self._tab.clips: self._clips(visitor, language)}

    def list_clips(self, visitor: Visitor | None, language: str) -> Updates:
        """The clips that are there, when the tab is opened."""
        return {self._tab.clips: self._clips(visitor, language)}

    def ask(self, visitor: Visitor | None, language: str, event: gr.EventData) -> Updates:
        """Answer a question with moments."""
        query = str(event.query or "").strip()
        label = str(event.label) if event.label else None
        if not query and label is None:
            return {self._tab.hits: self._waiting(visitor, language)}
        try:
            found = self._search(visitor, query, label, bool(event.pictures))
        except ModelError:
            hint = say("no_image_text", language)
            return {
                self._tab.hits: cards.nothing_html(say("in_pictures", language), hint, language)
            }
        except (ValueError, VidsentError) as error:
            return self._excuse(error, language)
        asked = query or name(label or "", language)
        return {self._tab.hits: self._answers(found, asked, language)}

    def act(self, visitor: Visitor | None, language: str, event: gr.EventData) -> Updates:
        """A button on an answer or a clip: play, like, keep or remove."""
        clip_id, t_s, own = str(event.clip), float(event.t), bool(event.own)
        try:
            if event.act == "play":
                return self._play(visitor, clip_id, own, language)
            if event.act == "like":
                return {self._tab.hits: self._like(visitor, clip_id, own, t_s, language)}
            if visitor is None:
                raise LibraryError(say("library_gone", language))
            if event.act == "remove":
                visitor.remove(clip_id)
                return {
                    self._tab.clips: self._clips(visitor, language),
                    self._tab.hits: self._waiting(visitor, language),
                }
            if event.act == "keep" and self._kept is not None:
                self._kept.add(visitor.library.analysis(clip_id), visitor.library.player(clip_id))
            return {self._tab.clips: self._clips(visitor, language)}
        except VidsentError as error:
            return self._excuse(error, language)

    def relabel(self, visitor: Visitor | None, language: str) -> Updates:
        """The tab in another language; answers go, as they were for a question in words."""
        return {
            self._tab.tab: gr.update(label=say("library", language)),
            self._tab.form: cards.form_value(language),
            self._tab.hits: self._waiting(visitor, language),
            self._tab.clips: self._clips(visitor, language),
        }

    def _libraries(self, visitor: Visitor | None) -> list[tuple[bool, Library]]:
        """The visitor's own library and the kept one, as far as they are there."""
        own = [(True, visitor.library)] if visitor is not None else []
        return own + ([(False, self._kept)] if self._kept is not None else [])

    def _library(self, visitor: Visitor | None, own: bool) -> Library:
        found = dict(self._libraries(visitor)).get(own)
        if found is None:
            raise LibraryError("This clip is gone. Analyse it again.")
        return found

    def _search(
        self, visitor: Visitor | None, query: str, label: str | None, pictures: bool
    ) -> list[cards.Found]:
        if pictures and self._image_text_model is None:
            raise ModelError("no image-text model")
        return _best(
            (own, hit)
            for own, library in self._libraries(visitor)
            for hit in (library.pictured(query) if pictures else library.search(query, label))
        )

    def _like(
        self, visitor: Visitor | None, clip_id: str, own: bool, t_s: float, language: str
    ) -> str:
        library = self._library(visitor, own)
        found = [(own, hit) for hit in library.like(clip_id, t_s)]
        if not found:
            title, text = say("found_like_none", language), say("found_like_none_text", language)
            return cards.nothing_html(title, text, language)
        clip = library.analysis(clip_id).clip.name
        title = say("found_like", language, time=format_time(t_s), clip=clip)
        return cards.hits_html(found, title, language)

    def _play(self, visitor: Visitor | None, clip_id: str, own: bool, language: str) -> Updates:
        """The clip's whole result in the Clip tab; library.js then seeks."""
        library = self._library(visitor, own)
        analysis, player = library.analysis(clip_id), library.player(clip_id)
        if player is None:
            raise LibraryError(say("no_player", language))
        if own and visitor is not None:
            visitor.replayed = analysis
        folder = new_folder()
        return self._show(write_result(analysis, linked(player, folder), folder), language)

    def _answers(self, found: list[cards.Found], asked: str, language: str) -> str:
        if not found:
            title = say("found_none", language, query=asked)
            return cards.nothing_html(title, say("found_none_text", language), language)
        many = len(found) > 1
        title = say("found" if many else "found_one", language, n=len(found))
        return cards.hits_html(found, title, language)

    def _waiting(self, visitor: Visitor | None, language: str) -> str:
        """Before anything was asked."""
        some = any(library.clips() for _, library in self._libraries(visitor))
        title, text = (
            ("library_ready", "library_ready_text")
            if some
            else ("library_empty", "library_empty_text")
        )
        return cards.nothing_html(say(title, language), say(text, language), language)

    def _clips(self, visitor: Visitor | None, language: str) -> str:
        own = visitor.library.clips() if visitor is not None else []
        kept = self._kept.clips() if self._kept is not None else None
        return cards.clips_html(own, kept, language)

    def _excuse(self, error: Exception, language: str) -> Updates:
        if isinstance(error, VidsentError):
            text = error.message(language)
        else:
            text = say("library_gone", language)
        gr.Warning(text, duration=NOTICE_S)
        return {self._tab.hits: gr.skip()}


def _best(found: Any) -> list[cards.Found]:
    """The best of several libraries' answers; their scores are on one scale."""
    ordered = sorted(found, key=lambda each: -each[1].score)
    return ordered[:LIMIT]
