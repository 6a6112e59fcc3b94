"""The files of a result: JSON, CSV, captions, the report, and the annotated video on request.

Drawing the video takes a while, so it has a place of its own in the queue, beside the models,
tells how far it is on its button, and stops when it is cancelled or another result is result.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr

from vidsent.core.errors import Cancelled, VidsentError
from vidsent.core.progress import Step
from vidsent.reports.text_images import has_font
from vidsent.ui.clip.downloads.view import DownloadButtons, title_html
from vidsent.ui.media.decoder import Decoder
from vidsent.ui.session.result import Result
from vidsent.ui.session.state import Session
from vidsent.ui.session.tasks import SessionTasks
from vidsent.ui.shared.events import NOTICE_S, PRIVATE, Updates, session_id
from vidsent.ui.shared.language import LANGUAGES, say

TOLD_EVERY_S = 0.25  # of work on the video; also how late a cancel may come
ANNOTATED = ".annotated.mp4"
SAVE = """(file) => {
  if (!file?.url) return;
  const link = document.createElement('a');
  [link.href, link.download] = [file.url, file.orig_name ?? ''];
  link.click();
}"""

log = logging.getLogger(__name__)


class DownloadAnswers:
    """What the buttons do."""

    def __init__(self, buttons: DownloadButtons, decoder: Decoder) -> None:
        self._at, self._decoder, self._tasks = buttons, decoder, SessionTasks()

    def wire(self, demo: gr.Blocks, session: Session) -> None:
        """Let the buttons follow the visitor's result and the language of the page."""
        at, result, language = self._at, session.result, session.language
        video = [at.title, at.annotate, at.stop, at.annotated]
        everything = [at.title, at.json, at.csv, at.vtt, at.report, *video[1:]]
        result.change(self.offer, [result, language], everything, queue=False, **PRIVATE)
        language.change(self.relabel, [result, language], everything, queue=False, **PRIVATE)
        written = at.report.click(
            self.write_report, [result, language], [at.report_file], queue=False, **PRIVATE
        )
        written.success(None, [at.report_file], js=SAVE, **PRIVATE)
        asked = at.annotate.click(self.begin, [language], video, queue=False, **PRIVATE)
        made = asked.success(
            self.make,
            [result, language],
            video,
            concurrency_id="encode",
            concurrency_limit=1,
            trigger_mode="multiple",  # subtle: else lost while one that was cancelled still ends
            **PRIVATE,
        )
        at.stop.click(self.cancel, [language], video, cancels=[made], queue=False, **PRIVATE)
        demo.unload(self.leave)

    def offer(self, result: Result | None, language: str, request: gr.Request) -> Updates:
        """The files of a new result; the video of the one before is not wanted any more."""
        self._tasks.cancel(session_id(request))
        there = result is not None
        files = {
            self._at.json: result.json if result else None,
            self._at.csv: result.csv if result else None,
            self._at.vtt: result.captions(language) if result else None,
        }
        return {
            **{button: _file(path) for button, path in files.items()},
            self._at.report: gr.update(interactive=there),
            **self._idle(language, "", there),
        }

    def relabel(self, result: Result | None, language: str) -> Updates:
        """The buttons in another language, and the files with words in them."""
        return {
            self._at.title: title_html(language),
            self._at.json: gr.update(label=say("json", language)),
            self._at.csv: gr.update(label=say("csv", language)),
            self._at.vtt: gr.update(label=say("vtt", language)),
            self._at.report: gr.update(value=say("report", language)),
            self._at.annotate: gr.update(value=say("annotate", language)),
            self._at.stop: gr.update(value=say("annotate_stop", language)),
            self._at.annotated: gr.update(label=say("annotated", language)),
        } | (self._translated(result, language) if result else {})

    def _translated(self, result: Result, language: str) -> Updates:
        """The captions in `language`, and the video, which may have been made in another only."""
        captions = str(result.captions(language))
        updates = {self._at.vtt: gr.update(label=say("vtt", language), value=captions)}
        if not any(result.named(ANNOTATED, each).exists() for _, each in LANGUAGES):
            return updates
        path = result.named(ANNOTATED, language)
        here = path.exists()
        return updates | {
            self._at.annotate: gr.update(
                value=say("annotate", language), visible=not here, interactive=True
            ),
            self._at.annotated: gr.update(
                label=say("annotated", language), value=str(path) if here else None, visible=here
            ),
        }

    def write_report(self, result: Result | None, language: str) -> str | None:
        """The report in the language of the page, written now."""
        return str(result.report(language)) if result else None

    def begin(self, language: str, request: gr.Request) -> Updates:
        """The video has been asked for; its turn may take a while to come."""
        self._tasks.enqueue(session_id(request))
        return {
            self._at.title: title_html(language, "annotate_started"),
            self._at.annotate: gr.update(value=say("annotate_waits", language), interactive=False),
            self._at.stop: gr.update(visible=True),
        }

    def make(self, result: Result | None, language: str, request: gr.Request) -> Iterator[Updates]:
        """Draw the video, telling how far it is."""
        check = self._tasks.start(session_id(request), lambda step: None, queued=True)
        try:
            if result is None:
                raise Cancelled("There is no result any more.")
            path = result.named(ANNOTATED, language)
            if not path.exists():
                told_s = 0.0
                with closing(
                    self._decoder.annotating(
                        result.clip, result.analysis, result.json, path, language
                    )
                ) as shares:
                    for share in shares:
                        check(Step("annotating", share))
                        if time.monotonic() - told_s >= TOLD_EVERY_S:
                            told_s = time.monotonic()
                            yield self._running(language, share)
            check(Step("annotating", 1.0))
            yield self._ready(language, path)
        except Exception as error:
            yield self._excuse(error, language, result is not None)

    def cancel(self, language: str, request: gr.Request) -> Updates:
        """Stop drawing this visitor's video."""
        self._tasks.cancel(session_id(request))
        return self._idle(language, "annotate_stopped")

    def leave(self, request: gr.Request) -> None:
        """The page was closed: nobody waits for the video any more."""
        self._tasks.cancel(session_id(request))

    def _running(self, language: str, share: float) -> Updates:
        percent = round(100 * min(share, 1.0))
        return {self._at.annotate: gr.update(value=say("annotate_runs", language, share=percent))}

    def _ready(self, language: str, path: Path) -> Updates:
        note = "annotate_ready" if has_font(language) else "annotate_in_english"
        return {
            self._at.title: title_html(language, note),
            self._at.annotate: gr.update(visible=False),
            self._at.stop: gr.update(visible=False),
            self._at.annotated: gr.update(value=str(path), visible=True),
        }

    def _idle(self, language: str, note: str, there: bool = True) -> Updates:
        """The video can be asked for, where there is a result."""
        return {
            self._at.title: title_html(language, note),
            self._at.annotate: gr.update(
                value=say("annotate", language), visible=True, interactive=there
            ),
            self._at.stop: gr.update(visible=False),
            self._at.annotated: gr.update(value=None, visible=False),
        }

    def _excuse(self, error: Exception, language: str, there: bool) -> Updates:
        if isinstance(error, Cancelled):
            return self._idle(language, "annotate_stopped" if there else "", there)
        if not isinstance(error, VidsentError):
            log.error("a video was not annotated", exc_info=error)
        text = (
            error.message(language)
            if isinstance(error, VidsentError)
            else say("annotate_broken", language)
        )
        gr.Warning(text, duration=NOTICE_S)
        return self._idle(language, "", there)


def _file(path: Path | None) -> dict[str, Any]:
    """An update of a download button, which does nothing without a file."""
    return gr.update(value=str(path) if path else None, interactive=path is not None)
