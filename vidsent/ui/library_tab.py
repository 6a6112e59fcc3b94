"""The Library tab: its components, and which of its handlers answers what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from vidsent.library.store import Card
from vidsent.ui.library_view import clips_html, form_value, nothing_html
from vidsent.ui.text import I18N, say
from vidsent.ui.visitor import leave

if TYPE_CHECKING:
    from vidsent.ui.layout import Layout
    from vidsent.ui.library_answers import LibraryAnswers

KEPT_S = 3600  # since a visitor's last clip
FORM = """
<form class="ask" role="search">
<label class="query"><span></span><input type="search" maxlength="400" autocomplete="off"></label>
<button type="submit"></button>
<label class="pictures"><input type="checkbox"><span></span></label>
<div class="facets" role="group"></div>
</form>
"""


class Form(gr.HTML):
    """Where the question is asked; `ask` is triggered with {query, label, pictures}."""

    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(
            value,
            html_template=FORM,
            # Gradio knows an event by its name in quotes here
            js_on_load="vidsent.library.form(element, props, watch, (it) => trigger('ask', it))",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "JSON: texts and emotions"}


@dataclass(frozen=True)
class LibraryTab:
    """The components that the library's handlers read or change."""

    tab: gr.Tab
    form: Form
    hits: gr.HTML
    clips: gr.HTML
    visitor: gr.State


def visitor_state() -> gr.State:
    """Where a visitor's clips are held; not to be made inside Tabs, which would count it as one."""
    return gr.State(None, time_to_live=KEPT_S, delete_callback=leave)


def build_library_tab(visitor: gr.State, kept: Sequence[Card] | None = None) -> LibraryTab:
    """The tab inside the current Tabs; `kept` are the clips of the kept library, if any."""
    with (
        gr.Tab(I18N("library"), id="library") as tab,
        gr.Row(elem_id="library", equal_height=False),
    ):
        clips = _acting(clips_html((), kept, "en"), "library-clips")
        with gr.Column(scale=1, min_width=320, elem_id="library-main"):
            form = Form(form_value("en"), elem_id="library-form", elem_classes="card")
            hits = _acting(_empty("en"), "library-hits")
    return LibraryTab(tab, form, hits, clips, visitor)


def wire_library(
    at: Layout, on: LibraryAnswers, everything: list[Any], private: dict[str, Any]
) -> None:
    """Connect the tab with the rest of the page; `everything` is all that a result fills."""
    tab = at.library
    at.shown.change(
        on.remember,
        [at.shown, tab.visitor, at.language],
        [tab.visitor, tab.clips],
        concurrency_limit=4,
        **private,
    )
    tab.form.ask(on.ask, [tab.visitor, at.language], [tab.hits], concurrency_limit=4, **private)
    for cards in (tab.hits, tab.clips):
        acted = cards.act(
            on.act,
            [tab.visitor, at.language],
            [*everything, tab.hits, tab.clips],
            concurrency_limit=4,
            **private,
        )
        acted.success(None, js="() => vidsent.library.land()", **private)
    # subtle: two answers of the server may come in another order than they were made, and the
    # older one show no clips; who opens the tab sees them all the same
    tab.tab.select(on.shelf, [tab.visitor, at.language], [tab.clips], queue=False, **private)
    at.language.change(
        on.relabel,
        [tab.visitor, at.language],
        [tab.tab, tab.form, tab.hits, tab.clips],
        queue=False,
        **private,
    )


def _acting(value: str, name: str) -> gr.HTML:
    """A card whose buttons say what they are for; see assets/ui/library.js."""
    return gr.HTML(
        value,
        js_on_load="vidsent.library.acts(element, (it) => trigger('act', it))",
        apply_default_css=False,
        elem_id=name,
        elem_classes="card",
    )


def _empty(language: str) -> str:
    return nothing_html(
        say("library_empty", language), say("library_empty_text", language), language
    )
