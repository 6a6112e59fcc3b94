"""Where everything stands on the page. No behaviour here: `page` wires it, `handlers` answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from vidsent.library.store import Card
from vidsent.ui.compare import CompareTab, build_compare_tab
from vidsent.ui.examples import Example
from vidsent.ui.library_tab import LibraryTab, build_library_tab, visitor_state
from vidsent.ui.live import Live, live_value
from vidsent.ui.models import Models
from vidsent.ui.now import Now
from vidsent.ui.plane import Plane
from vidsent.ui.render import panel
from vidsent.ui.static import scripts
from vidsent.ui.text import I18N, LANGUAGES
from vidsent.ui.timeline import Timeline
from vidsent.ui.why import WhyCard

KEPT_S = 3600  # how long a result is kept for its visitor
TEXT_TYPES = [".srt", ".vtt", ".ass", ".ssa", ".sub", ".smi", ".ttml", ".txt", ".xml", ".json"]
PICK = """
element.addEventListener('click', (event) => {
  const example = event.target.closest('[data-index]');
  if (example) trigger('pick', { index: Number(example.dataset.index) });
});
"""


@dataclass(frozen=True)
class Layout:
    """The components that handlers read or change, by what they show."""

    masthead: gr.HTML
    language: gr.Radio
    clip: gr.Video
    subtitles: gr.File
    track: gr.Dropdown
    analyse: gr.Button
    cancel: gr.Button
    examples: gr.HTML
    aside: gr.HTML
    status: gr.HTML
    skeleton: gr.HTML
    results: gr.Column
    player: gr.Video
    now: Now
    timeline: Timeline
    span: gr.HTML
    moments: gr.HTML
    why: WhyCard
    words: gr.HTML
    people: gr.HTML
    plane: Plane
    notes: gr.HTML
    keep: gr.Column
    plain: gr.Column
    shown: gr.State
    tabs: gr.Tabs
    clip_tab: gr.Tab
    live_tab: gr.Tab
    live: Live
    models_tab: gr.Tab
    models: Models
    models_opened: gr.State
    library: LibraryTab
    compare: CompareTab


def build_layout(
    examples: Sequence[Example], forget: gr.State, kept: Sequence[Card] | None = None
) -> Layout:
    """All components inside the current Blocks; `forget` holds the visitor's result.

    `kept` are the clips of a library that all visitors see, None where there is none.
    """
    with gr.Row(elem_id="top"):
        masthead = gr.HTML(panel("header", "en"), apply_default_css=False)
        language = gr.Radio(
            list(LANGUAGES),
            value=None,  # until the browser has told; see text.chosen
            show_label=False,
            label=I18N("language"),
            container=False,
            elem_id="language",
            scale=0,
        )
    visitor = visitor_state()
    with gr.Tabs(elem_id="tabs") as tabs:
        with (
            gr.Tab(I18N("clip_tab"), id="clip") as clip_tab,
            gr.Row(elem_id="main", equal_height=False),
        ):
            with gr.Column(scale=0, min_width=280, elem_id="side"):
                side = _side(examples)
            with gr.Column(scale=1, min_width=320, elem_id="stage"):
                stage = _stage()
        with gr.Tab(I18N("live_tab"), id="live") as live_tab:
            live = Live(live_value("en"), elem_id="live")
        library = build_library_tab(visitor, kept)
        compare = build_compare_tab()
        with gr.Tab(I18N("models"), id="models") as models_tab:
            models = Models(elem_id="models")
    return Layout(
        masthead=masthead,
        language=language,
        shown=forget,
        tabs=tabs,
        clip_tab=clip_tab,
        live_tab=live_tab,
        live=live,
        models_tab=models_tab,
        models=models,
        models_opened=gr.State(False),
        library=library,
        compare=compare,
        **side,
        **stage,
    )


def _side(examples: Sequence[Example]) -> dict[str, Any]:
    with gr.Column(elem_classes="card", elem_id="input"):
        clip = gr.Video(label=I18N("clip"), sources=["upload", "webcam"], elem_id="clip")
        subtitles = gr.File(label=I18N("subtitles"), file_types=TEXT_TYPES, elem_id="subtitles")
        track = gr.Dropdown([], label=I18N("track"), visible=False, elem_id="track")
        analyse = gr.Button(I18N("analyse"), variant="primary", elem_id="analyse")
        cancel = gr.Button(I18N("cancel"), variant="stop", visible=False, elem_id="cancel")
    tried = gr.HTML(
        panel("examples", "en", examples=examples),
        js_on_load=PICK,
        apply_default_css=False,
        elem_id="examples",
        elem_classes="card",
        visible=bool(examples),
    )
    aside = gr.HTML(panel("aside", "en"), apply_default_css=False, elem_id="aside")
    return {
        "clip": clip,
        "subtitles": subtitles,
        "track": track,
        "analyse": analyse,
        "cancel": cancel,
        "examples": tried,
        "aside": aside,
    }


def _stage() -> dict[str, Any]:
    status = gr.HTML(
        panel("welcome", "en"),
        head=scripts("queue.js"),
        js_on_load="vidsent.queue.mount(element)",
        apply_default_css=False,
        elem_id="status",
        elem_classes="card",
    )
    skeleton = gr.HTML(
        panel("skeleton", "en", busy=False), apply_default_css=False, elem_id="skeleton"
    )
    with gr.Column(visible=False, elem_id="results") as results:
        with gr.Row(elem_classes="card", elem_id="watch"):
            player = gr.Video(
                show_label=False,
                interactive=False,
                buttons=[],
                height=304,
                min_width=280,
                scale=5,
                elem_id="player",
                container=False,
            )
            now = Now(elem_id="now", min_width=240, scale=4)
        timeline = Timeline(elem_id="timeline", elem_classes="card")
        span = _panel("span", visible=False)
        moments = _panel("moments")
        why = WhyCard(elem_id="why", elem_classes="card")
        with gr.Row(elem_id="details", equal_height=False):
            with gr.Column(min_width=320):
                words = _panel(
                    "words",
                    head=scripts("words.js"),
                    js_on_load="vidsent.words.mount(element)",
                )
                plane = Plane(elem_id="plane", elem_classes="card")
            with gr.Column(min_width=280):
                people = _panel(
                    "people",
                    head=scripts("people.js"),
                    js_on_load="vidsent.people.mount(element, (it) => trigger('correct', it))",
                )
                with gr.Column(elem_classes="card", elem_id="keep") as keep:
                    notes = gr.HTML(apply_default_css=False, elem_id="notes")
        plain = gr.Column()
    return {
        "status": status,
        "skeleton": skeleton,
        "results": results,
        "player": player,
        "now": now,
        "timeline": timeline,
        "span": span,
        "moments": moments,
        "why": why,
        "words": words,
        "people": people,
        "plane": plane,
        "notes": notes,
        "plain": plain,
        "keep": keep,
    }


def _panel(name: str, **settings: Any) -> gr.HTML:
    """A card whose HTML an analysis fills; clicks in it seek (assets/ui/player.js)."""
    settings.setdefault("js_on_load", None)
    return gr.HTML(apply_default_css=False, elem_id=name, elem_classes="card", **settings)
