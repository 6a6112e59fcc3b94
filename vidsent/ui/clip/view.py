"""Where everything stands in the Clip tab. No behaviour here: `answers` has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import gradio as gr
from gradio.blocks import Block

from vidsent.ui.clip.circumplex.circumplex import Circumplex
from vidsent.ui.clip.downloads.view import DownloadButtons, build_downloads
from vidsent.ui.clip.player.readout import Readout
from vidsent.ui.clip.table_view.table_view import TableView
from vidsent.ui.clip.timeline.timeline import Timeline
from vidsent.ui.clip.upload.view import UploadCard, build_upload
from vidsent.ui.clip.why.card import WhyCard
from vidsent.ui.media.examples import Example
from vidsent.ui.shared.language import I18N
from vidsent.ui.shared.static import scripts
from vidsent.ui.shared.templates import render


@dataclass(frozen=True)
class ResultView:
    """What shows a result, in the order of the page."""

    player: gr.Video
    readout: Readout
    timeline: Timeline
    span: gr.HTML
    moments: gr.HTML
    why: WhyCard
    words: gr.HTML
    circumplex: Circumplex
    people: gr.HTML
    notes: gr.HTML
    downloads: DownloadButtons
    table: TableView


@dataclass(frozen=True)
class ClipTab:
    """The components that the tab's answers read or change."""

    tab: gr.Tab
    upload: UploadCard
    status: gr.HTML
    skeleton: gr.HTML
    results: gr.Column
    result: ResultView

    def components(self) -> list[Block]:
        """All that an analysis may change."""
        parts = (self, self.upload, self.result)
        values = (getattr(part, field.name) for part in parts for field in fields(part))
        return [value for value in values if isinstance(value, Block)]


def build_clip_tab(examples: Sequence[Example]) -> ClipTab:
    """The tab inside the current Tabs."""
    with (
        gr.Tab(I18N("clip_tab"), id="clip") as tab,
        gr.Row(elem_id="main", equal_height=False),
    ):
        with gr.Column(scale=0, min_width=280, elem_id="side"):
            upload = build_upload(examples)
        with gr.Column(scale=1, min_width=320, elem_id="stage"):
            status, skeleton = _status(), _skeleton()
            with gr.Column(visible=False, elem_id="results") as results:
                result = _result()
    return ClipTab(tab, upload, status, skeleton, results, result)


def _status() -> gr.HTML:
    return gr.HTML(
        render("clip/verdict/welcome.html", "en"),
        head=scripts("queue.js"),
        js_on_load="vidsent.queue.mount(element)",
        apply_default_css=False,
        elem_id="status",
        elem_classes="card",
    )


def _skeleton() -> gr.HTML:
    html = render("clip/progress/skeleton.html", "en", busy=False)
    return gr.HTML(html, apply_default_css=False, elem_id="skeleton")


def _result() -> ResultView:
    with gr.Row(elem_classes="card", elem_id="watch"):
        player = _player()
        readout = Readout(elem_id="now", min_width=240, scale=4)
    timeline = Timeline(elem_id="timeline", elem_classes="card")
    span = _card("span", visible=False)
    moments = _card("moments")
    why = WhyCard(elem_id="why", elem_classes="card")
    with gr.Row(elem_id="details", equal_height=False):
        with gr.Column(min_width=320):
            words = _card(
                "words", head=scripts("words.js"), js_on_load="vidsent.words.mount(element)"
            )
            circumplex = Circumplex(elem_id="plane", elem_classes="card")
        with gr.Column(min_width=280):
            people = _card(
                "people",
                head=scripts("people.js"),
                js_on_load="vidsent.people.mount(element, (it) => trigger('correct', it))",
            )
            with gr.Column(elem_classes="card", elem_id="keep"):
                notes = gr.HTML(apply_default_css=False, elem_id="notes")
                downloads = build_downloads()
    with gr.Column():
        table = TableView()
    return ResultView(
        player=player,
        readout=readout,
        timeline=timeline,
        span=span,
        moments=moments,
        why=why,
        words=words,
        circumplex=circumplex,
        people=people,
        notes=notes,
        downloads=downloads,
        table=table,
    )


def _player() -> gr.Video:
    return gr.Video(
        show_label=False,
        interactive=False,
        buttons=[],
        height=304,
        min_width=280,
        scale=5,
        elem_id="player",
        container=False,
    )


def _card(name: str, **settings: Any) -> gr.HTML:
    """A card whose HTML an analysis fills; clicks in it seek (player.js)."""
    settings.setdefault("js_on_load", None)
    return gr.HTML(apply_default_css=False, elem_id=name, elem_classes="card", **settings)
