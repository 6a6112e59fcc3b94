"""What a visitor says of who is who: a person's name, or that two rows are the same person."""

from __future__ import annotations

from typing import Any

import gradio as gr

from vidsent.core.errors import VidsentError
from vidsent.core.results import Analysis
from vidsent.timeline.identities import merge_tracks, name_person
from vidsent.ui.clip.people.people import people_html
from vidsent.ui.clip.player.readout import Readout, readout_value
from vidsent.ui.session.result import Result
from vidsent.ui.session.state import Session
from vidsent.ui.shared.events import NOTICE_S, PRIVATE, Updates
from vidsent.ui.shared.language import chosen


class PeopleAnswers:
    """Answers the forms of the rows; what has people in it follows, and so do the files."""

    def __init__(self, people: gr.HTML, readout: Readout, session: Session) -> None:
        self._people, self._readout, self._session = people, readout, session

    def wire(self) -> Any:
        """Answer the rows; returns the event that has put one right."""
        session = self._session
        return self._people.correct(
            self.correct,
            [session.result, session.language],
            [session.result, self._people, self._readout],
            concurrency_limit=4,
            **PRIVATE,
        )

    def correct(
        self, result: Result | None, language: str | None, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """Put one row right, or all as they were found where the event names no track."""
        language = chosen(language, request)
        if result is None:
            return {self._people: gr.skip()}
        try:
            analysis = _corrected(result, event)
        except VidsentError as error:
            gr.Warning(error.message(language), duration=NOTICE_S)
            return {self._people: gr.skip()}
        result = result.corrected(analysis)
        corrected = result.uncorrected is not None
        return {
            self._session.result: result,
            self._people: people_html(analysis, language, corrected),
            self._readout: readout_value(analysis, language),
        }


def _corrected(result: Result, event: gr.EventData) -> Analysis:
    if event.track is None:
        return result.uncorrected or result.analysis
    track, other = int(event.track), str(event.same)
    analysis = name_person(result.analysis, track, str(event.name))
    return merge_tracks(analysis, track, int(other)) if other else analysis
