"""The page as one Gradio app: the layout, and which handler answers what."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.events import api

from vidsent.core.options import Options
from vidsent.library.library import Library
from vidsent.ui.compare import wire_compare
from vidsent.ui.compare_answers import CompareAnswers
from vidsent.ui.decoder import Decoder
from vidsent.ui.downloads import Downloads
from vidsent.ui.endpoint import analyze_endpoint
from vidsent.ui.endpoint_search import search_endpoint
from vidsent.ui.events import PRIVATE
from vidsent.ui.examples import Shelf, load_examples
from vidsent.ui.handlers import Handlers
from vidsent.ui.identities import wire_identities
from vidsent.ui.layout import KEPT_S, Layout, build_layout
from vidsent.ui.library_answers import LibraryAnswers
from vidsent.ui.library_tab import wire_library
from vidsent.ui.live import live_tab
from vidsent.ui.plain import PlainTable
from vidsent.ui.shown import forget
from vidsent.ui.why import wire_why

CLEAN_EVERY_S = 300
CLEAN_AFTER_S = KEPT_S - CLEAN_EVERY_S  # so that nothing is older than an hour when it goes
# the browser knows its language at once, the server tells it when it comes round to it
SPOKEN = "() => (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')"


def build_demo(
    shelf: Shelf | None = None,
    options: Options | None = None,
    library: Library | None = None,
    image_text_model: str | None = None,
    apart: bool | None = None,
) -> gr.Blocks:
    """The whole page, not launched; `shelf` holds the examples, by default those of assets.

    Uploaded clips are analysed with `options`. All visitors see the clips of `library`; with an
    `image_text_model` they may search pictures by words. They are opened in processes of their
    own, or in this one where `apart` is False, see `Decoder`.
    """
    shelf = Shelf(load_examples()) if shelf is None else shelf
    decoder = Decoder(options, apart)
    with gr.Blocks(
        title="vidsent",
        analytics_enabled=False,
        delete_cache=(CLEAN_EVERY_S, CLEAN_AFTER_S),
        fill_width=True,
    ) as demo:
        kept = gr.State(None, time_to_live=KEPT_S, delete_callback=forget)
        layout = build_layout(shelf.examples, kept, library.clips() if library else None)
        handlers = Handlers(layout, shelf, decoder)
        everything = _wire(demo, layout, handlers, decoder)
        with layout.keep:
            Downloads(decoder).wire(demo, layout.shown, layout.language)
        with layout.plain:
            PlainTable().wire(layout.shown, layout.language, layout.player)
        answers = LibraryAnswers(layout, handlers, library, image_text_model)
        wire_library(layout, answers, everything, PRIVATE)
        wire_compare(layout, CompareAnswers(layout.compare, shelf, library), PRIVATE)
        endpoint = analyze_endpoint(decoder)
        api(endpoint, api_name="analyze_clip", concurrency_id="model", concurrency_limit=1)
        api(search_endpoint(library, shelf), api_name="search", concurrency_limit=4)
    return demo


def _wire(demo: gr.Blocks, at: Layout, on: Handlers, decoder: Decoder) -> list[Any]:
    """Connect the Clip and the Models tab; returns the components that a result may change."""
    parts = (getattr(at, field.name) for field in fields(at))
    everything = [part for part in parts if isinstance(part, Block)]
    checked = at.analyse.click(
        on.begin, [at.clip, at.language], everything, concurrency_limit=None, **PRIVATE
    )
    run = checked.success(
        on.run,
        [at.clip, at.subtitles, at.track, at.language],
        everything,
        concurrency_id="model",
        concurrency_limit=1,
        api_visibility="private",
        show_progress="full",
        show_progress_on=at.status,
    )
    picked = at.examples.pick(
        on.pick,
        [at.language],
        everything,
        concurrency_limit=4,
        api_visibility="private",
        show_progress="full",
        show_progress_on=at.status,
    )
    for asked in (at.analyse.click, at.examples.pick):  # on a phone the answer is further down
        asked(None, js="() => vidsent.reveal('#status')", **PRIVATE)
    at.cancel.click(
        on.stop, [at.language], everything, cancels=[run, picked], queue=False, **PRIVATE
    )
    at.language.input(
        on.relabel,
        [at.language, at.shown, at.models_opened],
        everything,
        queue=False,
        **PRIVATE,
    )
    for asked in (at.clip.change, at.language.input):
        asked(on.look, [at.clip, at.language, at.track], [at.track], queue=False, **PRIVATE)
    at.timeline.span(on.span, [at.shown, at.language], [at.span], queue=False, **PRIVATE)
    at.models_tab.select(
        on.open_models,
        [at.language, at.models_opened],
        [at.models, at.models_opened],
        queue=False,
        **PRIVATE,
    )
    corrected = wire_identities(at)
    wire_why(demo, at.why, at.language, at.shown, (run, picked), corrected, KEPT_S, decoder)
    at.language.change(live_tab, [at.language], [at.live, at.live_tab], queue=False, **PRIVATE)
    demo.load(None, None, [at.language], js=SPOKEN, **PRIVATE).then(
        on.arrive, [at.language, at.shown], everything, queue=False, **PRIVATE
    )
    demo.unload(on.leave)
    return everything
