"""What happens in the Clip tab. Every answer is a set of component updates.

Answers never let an exception through: what a visitor can act on becomes a notice with its
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
from vidsent.ui.clip.downloads.answers import DownloadAnswers
from vidsent.ui.clip.people.answers import PeopleAnswers
from vidsent.ui.clip.progress.reporter import reporter
from vidsent.ui.clip.timeline.span import span_html
from vidsent.ui.clip.updates import ClipUpdates
from vidsent.ui.clip.upload.text_tracks import list_tracks, track_list, track_option
from vidsent.ui.clip.view import ClipTab
from vidsent.ui.clip.why.answers import WhyAnswers
from vidsent.ui.media.decoder import Decoder
from vidsent.ui.media.examples import ExampleStore
from vidsent.ui.session.result import Result, new_folder, write_result
from vidsent.ui.session.state import Session
from vidsent.ui.session.tasks import SessionTasks
from vidsent.ui.shared.events import NOTICE_S, PRIVATE, Updates, session_id
from vidsent.ui.shared.language import chosen, say

log = logging.getLogger(__name__)


class ClipAnswers:
    """The Clip tab's behaviour."""

    def __init__(
        self, tab: ClipTab, session: Session, examples: ExampleStore, decoder: Decoder
    ) -> None:
        self._tab, self._session = tab, session
        self._examples, self._decoder = examples, decoder
        self._tasks = SessionTasks()
        self.updates = ClipUpdates(tab, session, examples)

    def wire(self, demo: gr.Blocks) -> None:
        """Connect the tab's components with these answers."""
        at, given, session = self._tab, self._tab.upload, self._session
        outputs = self.updates.outputs
        checked = given.analyse.click(
            self.begin,
            [given.clip, session.language],
            outputs,
            concurrency_limit=None,
            **PRIVATE,
        )
        run = checked.success(
            self.run,
            [given.clip, given.subtitles, given.track, session.language],
            outputs,
            concurrency_id="model",
            concurrency_limit=1,
            api_visibility="private",
            show_progress="full",
            show_progress_on=at.status,
        )
        picked = given.examples.pick(
            self.pick,
            [session.language],
            outputs,
            concurrency_limit=4,
            api_visibility="private",
            show_progress="full",
            show_progress_on=at.status,
        )
        for asked in (given.analyse.click, given.examples.pick):
            # on a phone the answer is further down
            asked(None, js="() => vidsent.reveal('#status')", **PRIVATE)
        given.cancel.click(
            self.stop,
            [session.language],
            outputs,
            cancels=[run, picked],
            queue=False,
            **PRIVATE,
        )
        for changed in (given.clip.change, session.language.input):
            inputs = [given.clip, session.language, given.track]
            changed(self.list_tracks, inputs, [given.track], queue=False, **PRIVATE)
        result = at.result
        inputs = [session.result, session.language]
        result.timeline.span(self.span, inputs, [result.span], queue=False, **PRIVATE)
        corrected = PeopleAnswers(result.people, result.readout, session).wire()
        WhyAnswers(result.why, self._decoder).wire(demo, session, (run, picked), corrected)
        DownloadAnswers(result.downloads, self._decoder).wire(demo, session)
        result.table.wire(session, result.player)
        demo.unload(self.leave)

    def list_tracks(
        self, clip: str | None, language: str | None, track: str | None, request: gr.Request
    ) -> Updates:
        """Offer the text tracks of a clip, where it has any."""
        if clip is not None:
            self._decoder.warm()  # while they choose what else there is
        tracks = list_tracks(clip, self._decoder)
        return {self._tab.upload.track: track_list(tracks, chosen(language, request), track)}

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
            yield self.updates.idle("failed", error.message(language), language)
            told, title = error.message(language), say("failed", language)
            raise gr.Error(told, NOTICE_S, title=title, print_exception=False) from error
        self._tasks.enqueue(session_id(request))
        yield self.updates.busy(language)

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
        tell = self._tasks.start(session_id(request), reporter(progress, language), queued=True)
        folder = new_folder()
        try:
            options = replace(self._decoder.options, track=track_option(track))
            analysis, player = self._decoder.analyse(clip, subtitles, options, tell, folder)
            return self.updates.show(write_result(analysis, player, folder, Path(clip)), language)
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
        example = self._examples.examples[index]
        tell = self._tasks.start(session_id(request), reporter(progress, language))
        try:
            analysis = self._examples.analysis(index, language, tell)
            subtitles = example.subtitles.get(language)
            given = {
                self._tab.upload.clip: str(example.clip),
                self._tab.upload.subtitles: str(subtitles) if subtitles else None,
            }
            result = write_result(analysis, example.clip, new_folder())
            return given | self.updates.show(result, language)
        except Exception as error:
            return self._excuse(error, language)

    def span(
        self, result: Result | None, language: str | None, event: gr.EventData, request: gr.Request
    ) -> Updates:
        """The verdict of the selected part of the timeline; nothing where it was cleared."""
        span, start_s, end_s = self._tab.result.span, event.start, event.end
        if result is None or start_s is None or end_s is None:
            return {span: gr.update(value="", visible=False)}
        language = chosen(language, request)
        html = span_html(result.analysis, float(start_s), float(end_s), language)
        return {span: gr.update(value=html, visible=True)}

    def stop(self, language: str | None, request: gr.Request) -> Updates:
        """Stop this visitor's work."""
        language = chosen(language, request)
        self._tasks.cancel(session_id(request))
        return self.updates.idle("stopped", say("stopped_text", language), language)

    def leave(self, request: gr.Request) -> None:
        """The page was closed: nobody waits for the answer any more."""
        self._tasks.cancel(session_id(request))

    def _excuse(self, error: Exception, language: str) -> Updates:
        """A notice in words for what went wrong."""
        if isinstance(error, Cancelled):
            return self.updates.idle("stopped", say("stopped_text", language), language)
        if not isinstance(error, VidsentError):
            log.error("a clip was not analysed", exc_info=error)
        text = (
            error.message(language) if isinstance(error, VidsentError) else say("broken", language)
        )
        gr.Warning(text, duration=NOTICE_S, title=say("failed", language))
        return self.updates.idle("failed", text, language)
