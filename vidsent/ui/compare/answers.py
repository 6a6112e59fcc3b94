"""What happens in the Compare tab: clips are offered, chosen, and laid over each other."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from vidsent.core.errors import LibraryError, VidsentError
from vidsent.core.results import Analysis
from vidsent.core.timecode import format_time
from vidsent.library.library import Library
from vidsent.timeline.compare import compare
from vidsent.ui.compare.view import CompareTab, difference_html, labels, overlay_value
from vidsent.ui.media.examples import ExampleStore
from vidsent.ui.session.result import new_folder
from vidsent.ui.session.state import Session
from vidsent.ui.session.visitor import Visitor, linked
from vidsent.ui.shared.events import NOTICE_S, PRIVATE, Updates
from vidsent.ui.shared.language import say
from vidsent.ui.shared.templates import render


class CompareAnswers:
    """The comparison's behaviour: the examples, what a visitor analysed, and the kept library."""

    def __init__(
        self, tab: CompareTab, examples: ExampleStore, kept: Library | None = None
    ) -> None:
        self._tab, self._examples, self._kept = tab, examples, kept

    def wire(self, session: Session) -> None:
        """Connect the tab's components with these answers."""
        tab = self._tab
        asked = [tab.first, tab.second, tab.axis, session.visitor, session.language]
        shown = [tab.told, *tab.players, tab.overlay]
        everything = [tab.tab, tab.first, tab.second, tab.axis, tab.hint, *shown]
        tab.tab.select(self.open, asked, everything, concurrency_limit=4, **PRIVATE)
        session.language.change(self.relabel, asked, everything, concurrency_limit=4, **PRIVATE)
        for part in (tab.first, tab.second, tab.axis):
            part.input(self.show, asked, shown, concurrency_limit=4, **PRIVATE)

    def open(
        self,
        first: str | None,
        second: str | None,
        axis: str,
        visitor: Visitor | None,
        language: str,
    ) -> Updates:
        """Offer what there is by now, and compare; what is gone gives way to the first two."""
        tab, choices = self._tab, self._choices(visitor, language)
        there = [value for _, value in choices]
        first = first if first in there else next(iter(there), None)
        second = second if second in there else next(iter(there[1:]), first)
        return {
            **labels(tab, language),
            tab.first: gr.update(choices=choices, value=first),
            tab.second: gr.update(choices=choices, value=second),
            **self.show(first, second, axis, visitor, language),
        }

    def relabel(
        self,
        first: str | None,
        second: str | None,
        axis: str,
        visitor: Visitor | None,
        language: str,
    ) -> Updates:
        """The tab in another language; nothing is compared before it was opened."""
        if first is None:
            return labels(self._tab, language)
        return self.open(first, second, axis, visitor, language)

    def show(
        self,
        first: str | None,
        second: str | None,
        axis: str,
        visitor: Visitor | None,
        language: str,
    ) -> Updates:
        """Lay two clips over each other."""
        tab = self._tab
        if first is None or second is None:
            text = say("compare_none", language)
            return {tab.told: render("shared/notice.html", language, kind="", title=text, text="")}
        try:
            (one, shows_one), (other, shows_other) = (
                self._clip(value, visitor, language) for value in (first, second)
            )
        except VidsentError as error:
            gone = isinstance(error, LibraryError)
            text = say("compare_gone", language) if gone else error.message(language)
            gr.Warning(text, duration=NOTICE_S)
            return {tab.told: gr.skip()}
        found = compare(one, other, "seconds" if axis == "seconds" else "share")
        return {
            tab.told: difference_html(found, language),
            tab.players[0]: _playing(shows_one),
            tab.players[1]: _playing(shows_other),
            tab.overlay: overlay_value(found, language),
        }

    def _choices(self, visitor: Visitor | None, language: str) -> list[tuple[str, str]]:
        """Names and values of the clips: a visitor's own first."""
        libraries = (("own", visitor.library if visitor else None), ("kept", self._kept))
        clips = [
            (f"{card.name} · {format_time(card.duration_s)}", f"{kind}:{card.id}")
            for kind, library in libraries
            if library is not None
            for card in library.clips()
        ]
        examples = [
            (example.title[language], f"example:{index}")
            for index, example in enumerate(self._examples.examples)
        ]
        return clips + examples

    def _clip(
        self, value: str, visitor: Visitor | None, language: str
    ) -> tuple[Analysis, Path | None]:
        """A choice's analysis and a file that shows it; raises LibraryError where it is gone."""
        kind, _, key = value.partition(":")
        if kind == "example" and key.isdecimal() and int(key) < len(self._examples.examples):
            clip = self._examples.examples[int(key)].clip
            return self._examples.analysis(int(key), language), clip
        library = {"own": visitor.library if visitor else None, "kept": self._kept}.get(kind)
        if library is None:
            raise LibraryError("This clip is gone. Analyse it again.")
        player = library.player(key)
        if kind == "kept" and player is not None:
            player = linked(player, new_folder())
        return library.analysis(key), player


def _playing(player: Path | None) -> str | None:
    return None if player is None else str(player)
