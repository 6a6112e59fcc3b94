"""What the Clip tab shows in each of its states, as sets of component updates."""

from __future__ import annotations

import gradio as gr

from vidsent.ui.clip.circumplex.circumplex import circumplex_value
from vidsent.ui.clip.moments.moments import moments_html
from vidsent.ui.clip.people.people import people_html
from vidsent.ui.clip.player.readout import readout_value
from vidsent.ui.clip.timeline.timeline import timeline_value
from vidsent.ui.clip.upload.view import aside_html, examples_html
from vidsent.ui.clip.verdict.verdict import notes_html, verdict_html
from vidsent.ui.clip.view import ClipTab
from vidsent.ui.clip.words.words import words_html
from vidsent.ui.media.examples import ExampleStore
from vidsent.ui.session.result import Result
from vidsent.ui.session.state import Session
from vidsent.ui.shared.events import Updates
from vidsent.ui.shared.language import say
from vidsent.ui.shared.templates import render


class ClipUpdates:
    """Busy, without a result, with one; and each of them in another language."""

    def __init__(self, tab: ClipTab, session: Session, examples: ExampleStore) -> None:
        self._tab, self._session, self._examples = tab, session, examples
        self.outputs = [*tab.components(), session.result]  # all that may change

    def relabel(self, language: str, result: Result | None) -> Updates:
        """The tab in another language, the result included."""
        at, given = self._tab, self._tab.upload
        return {
            given.clip: gr.update(label=say("clip", language)),
            given.subtitles: gr.update(label=say("subtitles", language)),
            given.analyse: gr.update(value=say("analyse", language)),
            given.cancel: gr.update(value=say("cancel", language)),
            given.examples: examples_html(self._examples.examples, language),
            given.aside: aside_html(language),
            at.skeleton: render("clip/progress/skeleton.html", language, busy=False),
            at.tab: gr.update(label=say("clip_tab", language)),
        } | (
            self._worded(result, language)
            if result
            else {at.status: render("clip/verdict/welcome.html", language)}
        )

    def show(self, result: Result, language: str) -> Updates:
        """A new result, or one that is shown once more."""
        at = self._tab
        return {
            at.upload.analyse: gr.update(visible=True),
            at.upload.cancel: gr.update(visible=False),
            at.skeleton: gr.update(visible=False),
            at.results: gr.update(visible=True),
            at.result.span: gr.update(value="", visible=False),
            at.result.player: gr.update(value=str(result.player), playback_position=0),
            self._session.result: result,
        } | self._worded(result, language)

    def _worded(self, result: Result, language: str) -> Updates:
        """What has words in it."""
        at, analysis = self._tab.result, result.analysis
        corrected = result.uncorrected is not None
        return {
            self._tab.status: verdict_html(analysis, language),
            at.readout: readout_value(analysis, language),
            at.timeline: timeline_value(analysis, language),
            at.moments: moments_html(analysis, language),
            at.words: words_html(analysis, language),
            at.people: people_html(analysis, language, corrected),
            at.circumplex: circumplex_value(analysis, language),
            at.notes: notes_html(analysis, language),
        }

    def busy(self, language: str) -> Updates:
        """A clip waits for its turn or is analysed."""
        at = self._tab
        waiting = render("clip/progress/waiting.html", language)  # the progress covers it
        return {at.status: waiting, **self._empty(True, language)}

    def idle(self, kind: str, text: str, language: str) -> Updates:
        """No result: the reason where the verdict would be, and the promise of one below."""
        title = say(kind, language)
        notice = render("shared/notice.html", language, kind=kind, title=title, text=text)
        return {self._tab.status: notice, **self._empty(False, language)}

    def _empty(self, busy: bool, language: str) -> Updates:
        """The tab without a result, while one is made or not."""
        at = self._tab
        skeleton = render("clip/progress/skeleton.html", language, busy=busy)
        return {
            at.upload.analyse: gr.update(visible=not busy),
            at.upload.cancel: gr.update(visible=busy),
            at.skeleton: gr.update(value=skeleton, visible=True),
            at.results: gr.update(visible=False),
            self._session.result: None,
        }
