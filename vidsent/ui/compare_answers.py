"""What happens in the Compare tab: clips are offered, chosen, and laid over each other."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from vidsent.core.errors import LibraryError, VidsentError
from vidsent.core.results import Analysis
from vidsent.core.timecode import format_time
from vidsent.library.library import Library
from vidsent.timeline.compare import compare
from vidsent.ui.compare import CompareTab, overlay_value, relabelled, told_html
from vidsent.ui.events import NOTICE_S, Updates
from vidsent.ui.examples import Shelf
from vidsent.ui.render import panel
from vidsent.ui.shown import new_folder
from vidsent.ui.text import say
from vidsent.ui.visitor import Visitor, linked

AXES = ("share", "seconds")


class CompareAnswers:
    """The comparison's behaviour: the examples, what a visitor analysed, and the kept library."""

    def __init__(self, tab: CompareTab, shelf: Shelf, kept: Library | None = None) -> None:
        self._tab, self._shelf, self._kept = tab, shelf, kept

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
            **relabelled(tab, language),
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
            return relabelled(self._tab, language)
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
            return {tab.told: panel("notice", language, kind="", title=text, text="")}
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
            tab.told: told_html(found, language),
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
            for index, example in enumerate(self._shelf.examples)
        ]
        return clips + examples

    def _clip(
        self, value: str, visitor: Visitor | None, language: str
    ) -> tuple[Analysis, Path | None]:
        """A choice's analysis and a file that shows it; raises LibraryError where it is gone."""
        kind, _, key = value.partition(":")
        if kind == "example" and key.isdecimal() and int(key) < len(self._shelf.examples):
            clip = self._shelf.examples[int(key)].clip
            return self._shelf.analysis(int(key), language), clip
        library = {"own": visitor.library if visitor else None, "kept": self._kept}.get(kind)
        if library is None:
            raise LibraryError("This clip is gone. Analyse it again.")
        player = library.player(key)
        if kind == "kept" and player is not None:
            player = linked(player, new_folder())
        return library.analysis(key), player


def _playing(player: Path | None) -> str | None:
    return None if player is None else str(player)
