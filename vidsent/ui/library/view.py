"""Where everything stands in the Library tab. No behaviour here: `answers` has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from vidsent.library.store import Card
from vidsent.ui.library.cards import clips_html, form_value, nothing_html
from vidsent.ui.shared.language import I18N, say

FORM = """
<form class="ask" role="search">
<label class="query"><span></span><input type="search" maxlength="400" autocomplete="off"></label>
<button type="submit"></button>
<label class="pictures"><input type="checkbox"><span></span></label>
<div class="facets" role="group"></div>
</form>
"""


class QueryForm(gr.HTML):
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
    """The components that the library's answers read or change."""

    tab: gr.Tab
    form: QueryForm
    hits: gr.HTML
    clips: gr.HTML


def build_library_tab(kept: Sequence[Card] | None = None) -> LibraryTab:
    """The tab inside the current Tabs; `kept` are the clips of the kept library, if any."""
    with (
        gr.Tab(I18N("library"), id="library") as tab,
        gr.Row(elem_id="library", equal_height=False),
    ):
        clips = _acting(clips_html((), kept, "en"), "library-clips")
        with gr.Column(scale=1, min_width=320, elem_id="library-main"):
            form = QueryForm(form_value("en"), elem_id="library-form", elem_classes="card")
            hits = _acting(_empty("en"), "library-hits")
    return LibraryTab(tab, form, hits, clips)


def _acting(value: str, name: str) -> gr.HTML:
    """A card whose buttons say what they are for; see library.js."""
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
