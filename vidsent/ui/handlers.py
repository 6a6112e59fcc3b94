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
from typing import Any

import gradio as gr

import vidsent
from vidsent import video
from vidsent.errors import Cancelled, VidsentError
from vidsent.options import Limits, Options
from vidsent.ui import render
from vidsent.ui.examples import Shelf
from vidsent.ui.jobs import Jobs, Progress
from vidsent.ui.layout import Layout
from vidsent.ui.models import models_value
from vidsent.ui.now import now_value
from vidsent.ui.playable import playable
from vidsent.ui.render import panel
from vidsent.ui.shown import Shown, new_folder, show
from vidsent.ui.text import say, spoken
from vidsent.ui.timeline import timeline_value
from vidsent.ui.tracks import offered, wanted

STAGES = {"words": "words_stage", "timeline": "timeline_stage", "player": "player_stage"}
PLAYER_FROM = 0.97  # share of the work after which the player's copy is made
LEAST_REPORT = 0.01  # share of the work between two reports to the browser
NOTICE_S = 10

log = logging.getLogger(__name__)
Updates = dict[Any, Any]


class Handlers:
    """The page's behaviour, for the components of one layout."""

    def __init__(self, layout: Layout, shelf: Shelf, options: Options | None = None) -> None:
        self._at = layout
        self._shelf = shelf
        self._options = options or Options()
        self._jobs = Jobs()
        self._limits = Limits()

    def look(self, clip: str | None, language: str, track: str | None) -> Updates:
        """Offer the text tracks of a clip, where it has any."""
        return {self._at.track: offered(clip, language, track)}

    def begin(self, clip: str | None, language: str, request: gr.Request) -> Iterator[Updates]:
        """Check the clip before it takes a place in the queue; raises gr.Error to stop there."""
        try:
            if clip is None:
                raise VidsentError(say("no_clip", language))
            video.probe(clip, self._limits)
        except VidsentError as error:
            yield self._idle("failed", str(error), language)
            raise gr.Error(str(error), duration=NOTICE_S, print_exception=False) from error
        self._jobs.open(_session(request))
        yield self._busy(language)

    def run(
        self,
        clip: str,
        subtitles: str | None,
        track: str | None,
        language: str,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  Gradio finds it by its default
    ) -> Updates:
        """Analyse an uploaded clip and show what was found."""
        tell = self._jobs.start(_session(request), _reporter(progress, language), opened=True)
        folder = new_folder()
        try:
            options = replace(self._options, track=wanted(track))
            told = _scaled(tell, PLAYER_FROM)
            analysis = vidsent.analyze(clip, subtitles, options, told)
            duration_s = max(analysis.clip.duration_s, 1e-3)
            player = playable(
                Path(clip),
                folder,
                self._limits,
                lambda t_s: tell("player", min(1.0, PLAYER_FROM + 0.03 * t_s / duration_s)),
            )
            return self._results(show(analysis, player, folder), language)
        except Exception as error:
            shutil.rmtree(folder, ignore_errors=True)
            return self._excuse(error, language)

    def pick(
        self,
        language: str,
        event: gr.EventData,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Updates:
        """Show an example, which has been analysed in the background or is now."""
        index = int(event.index)
        example = self._shelf.examples[index]
        tell = self._jobs.start(_session(request), _reporter(progress, language))
        try:
            analysis = self._shelf.analysis(index, language, tell)
            subtitles = example.subtitles.get(language)
            chosen = {
                self._at.clip: str(example.clip),
                self._at.subtitles: str(subtitles) if subtitles else None,
            }
            return chosen | self._results(show(analysis, example.clip, new_folder()), language)
        except Exception as error:
            return self._excuse(error, language)

    def span(self, shown: Shown | None, language: str, event: gr.EventData) -> Updates:
        """The verdict of the selected part of the timeline; nothing where it was cleared."""
        start_s, end_s = event.start, event.end
        if shown is None or start_s is None or end_s is None:
            return {self._at.span: gr.update(value="", visible=False)}
        told = render.span(shown.analysis, float(start_s), float(end_s), language)
        return {self._at.span: gr.update(value=told, visible=True)}

    def stop(self, language: str, request: gr.Request) -> Updates:
        """Stop this visitor's work."""
        self._jobs.stop(_session(request))
        return self._idle("stopped", say("stopped_text", language), language)

    def leave(self, request: gr.Request) -> None:
        """The page was closed: nobody waits for the answer any more."""
        self._jobs.stop(_session(request))

    def arrive(self, request: gr.Request) -> Updates:
        """The language of the page, from the browser's own."""
        language = spoken(request.headers.get("accept-language"))
        return {self._at.language: language} | (
            {} if language == "en" else self.relabel(language, None)
        )

    def open_models(self, language: str, opened: bool) -> Updates:
        """The Models tab, which nobody waited for before it was asked for; made once."""
        made = {} if opened else {self._at.models: models_value(language)}
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
            at.json: gr.update(label=say("json", language)),
            at.csv: gr.update(label=say("csv", language)),
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
            at.json: str(shown.json),
            at.csv: str(shown.csv),
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
            at.people: render.people(analysis, language),
            at.notes: render.notes(analysis, language),
        }

    def _busy(self, language: str) -> Updates:
        at = self._at
        return {
            at.analyse: gr.update(visible=False),
            at.cancel: gr.update(visible=True),
            at.status: "",  # the progress lies there until there is a verdict
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
        text = str(error) if isinstance(error, VidsentError) else say("broken", language)
        gr.Warning(text, duration=NOTICE_S)
        return self._idle("failed", text, language)


def _session(request: gr.Request) -> str:
    return request.session_hash or ""


def _reporter(progress: gr.Progress, language: str) -> Progress:
    """Named stages in the visitor's language, no more often than anyone can see."""
    last = ("", -1.0)

    def report(stage: str, done: float) -> None:
        nonlocal last
        if stage != last[0] or done - last[1] >= LEAST_REPORT:
            last = (stage, done)
            progress(round(done, 2), desc=say(STAGES.get(stage, stage), language))

    return report


def _scaled(tell: Progress, share: float) -> Progress:
    """`tell` for a part of the work that is `share` of all of it."""
    return lambda stage, done: tell(stage, share * done)
