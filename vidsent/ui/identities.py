"""What a visitor says of who is who: a person's name, or that two rows are the same person."""

from __future__ import annotations

from typing import Any

import gradio as gr

from vidsent.core.errors import VidsentError
from vidsent.core.results import Analysis
from vidsent.timeline.identities import merge_tracks, name_person
from vidsent.ui import render
from vidsent.ui.events import NOTICE_S, PRIVATE, Updates
from vidsent.ui.layout import Layout
from vidsent.ui.now import now_value
from vidsent.ui.shown import Shown
from vidsent.ui.text import chosen


class Identities:
    """Answers the forms of the rows; what has people in it follows, and so do the files."""

    def __init__(self, layout: Layout) -> None:
        self._at = layout

    def correct(
        self, shown: Shown | None, language: str | None, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """Put one row right, or all as they were found where the event names no track."""
        at, language = self._at, chosen(language, request)
        if shown is None:
            return {at.people: gr.skip()}
        try:
            analysis = _corrected(shown, event)
        except VidsentError as error:
            gr.Warning(error.message(language), duration=NOTICE_S)
            return {at.people: gr.skip()}
        shown = shown.corrected(analysis)
        return {
            at.shown: shown,
            at.people: render.people(analysis, language, corrected=shown.found is not None),
            at.now: now_value(analysis, language),
        }


def _corrected(shown: Shown, event: gr.EventData) -> Analysis:
    if event.track is None:
        return shown.found or shown.analysis
    track, other = int(event.track), str(event.same)
    analysis = name_person(shown.analysis, track, str(event.name))
    return merge_tracks(analysis, track, int(other)) if other else analysis


def wire_identities(layout: Layout) -> Any:
    """Answer the rows of people; returns the event that has put one right."""
    on = Identities(layout)
    return layout.people.correct(
        on.correct,
        [layout.shown, layout.language],
        [layout.shown, layout.people, layout.now],
        concurrency_limit=4,
        **PRIVATE,
    )
