"""What happens when a visitor does something. Every answer is a set of component updates.

Handlers never let an exception through: what a visitor can act on becomes a notice with its
reason, and anything else is logged and excused.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr

from vidsent.core.errors import Cancelled, VidsentError
from vidsent.ui import render
from vidsent.ui.decoder import Decoder
from vidsent.ui.events import NOTICE_S, Updates, session
from vidsent.ui.examples import Shelf
from vidsent.ui.jobs import Jobs
from vidsent.ui.layout import Layout
from vidsent.ui.models import models_value
from vidsent.ui.now import now_value
from vidsent.ui.plane import plane_value
from vidsent.ui.render import panel
from vidsent.ui.shown import Shown, new_folder, show
from vidsent.ui.text import chosen, say
from vidsent.ui.timeline import timeline_value
from vidsent.ui.tracks import found, offered, wanted
from vidsent.ui.working import reporter

log = logging.getLogger(__name__)


class Handlers:
    """The page's behaviour, for the components of one layout."""

    def __init__(self, layout: Layout, shelf: Shelf, decoder: Decoder) -> None:
        self._at = layout
        self._shelf = shelf
        self._decoder = decoder
        self._jobs = Jobs()

    def look(
        self, clip: str | None, language: str | None, track: str | None, request: gr.Request
    ) -> Updates:
        """Offer the text tracks of a clip, where it has any."""
        if clip is not None:
            self._decoder.warm()  # while they choose what else there is
        tracks = found(clip, self._decoder)
        return {self._at.track: offered(tracks, chosen(language, request), track)}

    def begin(
        self, clip: str | None, language: str | None, request: gr.Request
    ) -> Iterator[Updates]:
        """Check the clip before it takes a place in the queue; raises gr.Error to stop there."""
        language = chosen(language, request)
        try:
            if clip is None:
                raise VidsentError(say("no_clip", language))
            self._decoder.probe(clip)
        except VidsentError as error:
            yield self._idle("failed", error.message(language), language)
            told, title = error.message(language), say("failed", language)
            raise gr.Error(told, NOTICE_S, title=title, print_exception=False) from error
        self._jobs.open(session(request))
        yield self._busy(language)

    def run(
        self,
        clip: str,
        subtitles: str | None,
        track: str | None,
        language: str | None,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  Gradio finds it by its default
    ) -> Updates:
        """Analyse an uploaded clip and show what was found."""
        language = chosen(language, request)
        tell = self._jobs.start(session(request), reporter(progress, language), opened=True)
        folder = new_folder()
        try:
            options = replace(self._decoder.options, track=wanted(track))
            analysis, player = self._decoder.analyse(clip, subtitles, options, tell, folder)
            return self._results(show(analysis, player, folder, Path(clip)), language)
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            return self._excuse(error, language)

    def pick(
        self,
        language: str | None,
        event: gr.EventData,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Updates:
        """Show an example, which has been analysed in the background or is now."""
        language, index = chosen(language, request), int(event.index)
        example = self._shelf.examples[index]
        tell = self._jobs.start(session(request), reporter(progress, language))
        try:
            analysis = self._shelf.analysis(index, language, tell)
            subtitles = example.subtitles.get(language)
            given = {
                self._at.clip: str(example.clip),
                self._at.subtitles: str(subtitles) if subtitles else None,
            }
            return given | self._results(show(analysis, example.clip, new_folder()), language)
        except Exception as error:
            return self._excuse(error, language)

    def span(
        self, shown: Shown | None, language: str | None, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """The verdict of the selected part of the timeline; nothing where it was cleared."""
        start_s, end_s = event.start, event.end
        if shown is None or start_s is None or end_s is None:
            return {self._at.span: gr.update(value="", visible=False)}
        language = chosen(language, request)
        told = render.span(shown.analysis, float(start_s), float(end_s), language)
        return {self._at.span: gr.update(value=told, visible=True)}

    def stop(self, language: str | None, request: gr.Request) -> Updates:
        """Stop this visitor's work."""
        language = chosen(language, request)
        self._jobs.stop(session(request))
        return self._idle("stopped", say("stopped_text", language), language)

    def leave(self, request: gr.Request) -> None:
        """The page was closed: nobody waits for the answer any more."""
        self._jobs.stop(session(request))

    def arrive(self, language: str | None, shown: Shown | None, request: gr.Request) -> Updates:
        """The page in the visitor's language; `shown` is there where they were quicker.

        The switch is left as it is: whoever has used it by now has chosen.
        """
        language = chosen(language, request)
        if language == "en":
            return {self._at.masthead: gr.skip()}  # Gradio takes an empty dict for an answer
        return self.relabel(language, shown)

    def open_models(self, language: str | None, opened: bool, request: gr.Request) -> Updates:
        """The Models tab, which nobody waited for before it was asked for; made once."""
        made = {} if opened else {self._at.models: models_value(chosen(language, request))}
        return {**made, self._at.models_opened: True}

    def relabel(self, language: str, shown: Shown | None, models_opened: bool = False) -> Updates:
        """Everything on the page in another language, the result included."""
        at = self._at
        labels = {
            at.masthead: panel("header", language),
            at.clip: gr.update(label=say("clip", language)),
            at.subtitles: gr.update(label=say("subtitles", language)),
            at.analyse: gr.update(value=say("analyse", language)),
            at.cancel: gr.update(value=say("cancel", language)),
            at.examples: panel("examples", language, examples=self._shelf.examples),
            at.aside: panel("aside", language),
            at.skeleton: panel("skeleton", language, busy=False),
            at.clip_tab: gr.update(label=say("clip_tab", language)),
            at.models_tab: gr.update(label=say("models", language)),
        }
        if models_opened:
            labels[at.models] = models_value(language)
        return labels | (
            self._told(shown, language) if shown else {at.status: panel("welcome", language)}
        )

    def again(self, shown: Shown, language: str) -> Updates:
        """A result that is shown once more."""
        return self._results(shown, language)

    def _results(self, shown: Shown, language: str) -> Updates:
        at = self._at
        return {
            at.analyse: gr.update(visible=True),
            at.cancel: gr.update(visible=False),
            at.skeleton: gr.update(visible=False),
            at.results: gr.update(visible=True),
            at.span: gr.update(value="", visible=False),
            at.player: gr.update(value=str(shown.player), playback_position=0),
            at.shown: shown,
        } | self._told(shown, language)

    def _told(self, shown: Shown, language: str) -> Updates:
        """What has words in it."""
        at, analysis = self._at, shown.analysis
        return {
            at.status: render.verdict(analysis, language),
            at.now: now_value(analysis, language),
            at.timeline: timeline_value(analysis, language),
            at.moments: render.moments(analysis, language),
            at.words: render.words(analysis, language),
            at.people: render.people(analysis, language, corrected=shown.found is not None),
            at.plane: plane_value(analysis, language),
            at.notes: render.notes(analysis, language),
        }

    def _busy(self, language: str) -> Updates:
        at = self._at
        return {
            at.analyse: gr.update(visible=False),
            at.cancel: gr.update(visible=True),
            at.status: panel("waiting", language),  # the progress covers it
            at.skeleton: gr.update(value=panel("skeleton", language, busy=True), visible=True),
            at.results: gr.update(visible=False),
            at.shown: None,
        }

    def _idle(self, kind: str, text: str, language: str) -> Updates:
        """No result: the reason where the verdict would be, and the promise of one below."""
        at = self._at
        status = panel("notice", language, kind=kind, title=say(kind, language), text=text)
        return {
            at.analyse: gr.update(visible=True),
            at.cancel: gr.update(visible=False),
            at.status: status,
            at.skeleton: gr.update(value=panel("skeleton", language, busy=False), visible=True),
            at.results: gr.update(visible=False),
            at.shown: None,
        }

    def _excuse(self, error: Exception, language: str) -> Updates:
        """A notice in words for what went wrong."""
        if isinstance(error, Cancelled):
            return self._idle("stopped", say("stopped_text", language), language)
        if not isinstance(error, VidsentError):
            log.error("a clip was not analysed", exc_info=error)
        text = (
            error.message(language) if isinstance(error, VidsentError) else say("broken", language)
        )
        gr.Warning(text, duration=NOTICE_S, title=say("failed", language))
        return self._idle("failed", text, language)
