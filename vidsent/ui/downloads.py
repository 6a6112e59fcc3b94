"""The files of a result: JSON, CSV, captions, the report, and the annotated video on request.

Drawing the video takes a while, so it has a place of its own in the queue, beside the models,
tells how far it is on its button, and stops when it is cancelled or another result is shown.
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
from vidsent.ui.decoder import Decoder
from vidsent.ui.events import NOTICE_S, PRIVATE, Updates, session
from vidsent.ui.jobs import Jobs
from vidsent.ui.render import panel
from vidsent.ui.shown import Shown
from vidsent.ui.text import I18N, LANGUAGES, say

TOLD_EVERY_S = 0.25  # of work on the video; also how late a cancel may come
ANNOTATED = ".annotated.mp4"
SAVE = """(file) => {
  if (!file?.url) return;
  const link = document.createElement('a');
  [link.href, link.download] = [file.url, file.orig_name ?? ''];
  link.click();
}"""

log = logging.getLogger(__name__)


class Downloads:
    """The buttons, made inside the current block, and what they do."""

    def __init__(self, decoder: Decoder) -> None:
        self._jobs, self._decoder = Jobs(), decoder
        self.title = gr.HTML(self._titled("en"), apply_default_css=False, elem_id="keep-title")
        with gr.Row(elem_id="downloads"):
            self.json, self.csv, self.vtt = (
                gr.DownloadButton(str(I18N(key)), size="sm", elem_id=key, interactive=False)
                for key in ("json", "csv", "vtt")
            )
            self.report = gr.Button(I18N("report"), size="sm", elem_id="report", interactive=False)
            self.annotate = gr.Button(
                I18N("annotate"), size="sm", elem_id="annotate", interactive=False
            )
            self.stop = gr.Button(
                I18N("annotate_stop"), size="sm", elem_id="annotate_stop", visible=False
            )
            self.annotated = gr.DownloadButton(
                str(I18N("annotated")), size="sm", elem_id="annotated", visible=False
            )
        self._report_file = gr.DownloadButton(visible=False)

    def wire(self, demo: gr.Blocks, shown: gr.State, language: gr.Radio) -> None:
        """Let the buttons follow the visitor's result and the language of the page."""
        buttons = [self.title, self.json, self.csv, self.vtt, self.report]
        video = [self.title, self.annotate, self.stop, self.annotated]
        everything = [*buttons, *video[1:]]
        shown.change(self.offer, [shown, language], everything, queue=False, **PRIVATE)
        language.change(self.relabel, [shown, language], everything, queue=False, **PRIVATE)
        written = self.report.click(
            self.write_report, [shown, language], [self._report_file], queue=False, **PRIVATE
        )
        written.success(None, [self._report_file], js=SAVE, **PRIVATE)
        asked = self.annotate.click(self.begin, [language], video, queue=False, **PRIVATE)
        made = asked.success(
            self.make,
            [shown, language],
            video,
            concurrency_id="encode",
            concurrency_limit=1,
            trigger_mode="multiple",  # subtle: else lost while one that was cancelled still ends
            **PRIVATE,
        )
        self.stop.click(self.cancel, [language], video, cancels=[made], queue=False, **PRIVATE)
        demo.unload(self.leave)

    def offer(self, shown: Shown | None, language: str, request: gr.Request) -> Updates:
        """The files of a new result; the video of the one before is not wanted any more."""
        self._jobs.stop(session(request))
        there = shown is not None
        files = {
            self.json: shown.json if shown else None,
            self.csv: shown.csv if shown else None,
            self.vtt: shown.captions(language) if shown else None,
        }
        return {
            **{button: _file(path) for button, path in files.items()},
            self.report: gr.update(interactive=there),
            **self._idle(language, "", there),
        }

    def relabel(self, shown: Shown | None, language: str) -> Updates:
        """The buttons in another language, and the files with words in them."""
        return {
            self.title: self._titled(language),
            self.json: gr.update(label=say("json", language)),
            self.csv: gr.update(label=say("csv", language)),
            self.vtt: gr.update(label=say("vtt", language)),
            self.report: gr.update(value=say("report", language)),
            self.annotate: gr.update(value=say("annotate", language)),
            self.stop: gr.update(value=say("annotate_stop", language)),
            self.annotated: gr.update(label=say("annotated", language)),
        } | (self._translated(shown, language) if shown else {})

    def _translated(self, shown: Shown, language: str) -> Updates:
        """The captions in `language`, and the video, which may have been made in another only."""
        captions = str(shown.captions(language))
        updates = {self.vtt: gr.update(label=say("vtt", language), value=captions)}
        if not any(shown.named(ANNOTATED, each).exists() for _, each in LANGUAGES):
            return updates
        path = shown.named(ANNOTATED, language)
        here = path.exists()
        return updates | {
            self.annotate: gr.update(
                value=say("annotate", language), visible=not here, interactive=True
            ),
            self.annotated: gr.update(
                label=say("annotated", language), value=str(path) if here else None, visible=here
            ),
        }

    def write_report(self, shown: Shown | None, language: str) -> str | None:
        """The report in the language of the page, written now."""
        return str(shown.report(language)) if shown else None

    def begin(self, language: str, request: gr.Request) -> Updates:
        """The video has been asked for; its turn may take a while to come."""
        self._jobs.open(session(request))
        return {
            self.title: self._titled(language, "annotate_started"),
            self.annotate: gr.update(value=say("annotate_waits", language), interactive=False),
            self.stop: gr.update(visible=True),
        }

    def make(self, shown: Shown | None, language: str, request: gr.Request) -> Iterator[Updates]:
        """Draw the video, telling how far it is."""
        check = self._jobs.start(session(request), lambda step: None, opened=True)
        try:
            if shown is None:
                raise Cancelled("There is no result any more.")
            path = shown.named(ANNOTATED, language)
            if not path.exists():
                told_s = 0.0
                with closing(self._decoder.annotating(shown, path, language)) as shares:
                    for share in shares:
                        check(Step("annotating", share))
                        if time.monotonic() - told_s >= TOLD_EVERY_S:
                            told_s = time.monotonic()
                            yield self._running(language, share)
            check(Step("annotating", 1.0))
            yield self._ready(language, path)
        except Exception as error:
            yield self._excuse(error, language, shown is not None)

    def cancel(self, language: str, request: gr.Request) -> Updates:
        """Stop drawing this visitor's video."""
        self._jobs.stop(session(request))
        return self._idle(language, "annotate_stopped")

    def leave(self, request: gr.Request) -> None:
        """The page was closed: nobody waits for the video any more."""
        self._jobs.stop(session(request))

    def _running(self, language: str, share: float) -> Updates:
        percent = round(100 * min(share, 1.0))
        return {self.annotate: gr.update(value=say("annotate_runs", language, share=percent))}

    def _ready(self, language: str, path: Path) -> Updates:
        note = "annotate_ready" if has_font(language) else "annotate_in_english"
        return {
            self.title: self._titled(language, note),
            self.annotate: gr.update(visible=False),
            self.stop: gr.update(visible=False),
            self.annotated: gr.update(value=str(path), visible=True),
        }

    def _idle(self, language: str, note: str, there: bool = True) -> Updates:
        """The video can be asked for, where there is a result."""
        return {
            self.title: self._titled(language, note),
            self.annotate: gr.update(
                value=say("annotate", language), visible=True, interactive=there
            ),
            self.stop: gr.update(visible=False),
            self.annotated: gr.update(value=None, visible=False),
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

    def _titled(self, language: str, note: str = "") -> str:
        return panel("downloads", language, note=say(note, language) if note else "")


def _file(path: Path | None) -> dict[str, Any]:
    """An update of a download button, which does nothing without a file."""
    return gr.update(value=str(path) if path else None, interactive=path is not None)
