"""The Models tab, made when it is opened: HTML with figures as JSON in it that models.js draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from vidsent.ui.models.cards import models_html
from vidsent.ui.shared.events import PRIVATE, Updates
from vidsent.ui.shared.language import I18N, chosen, say
from vidsent.ui.shared.static import PLOTLY, scripts


class ModelsView(gr.HTML):
    """Shows what `models_html` made; empty until the tab is opened."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            head=scripts(PLOTLY, "models.js"),
            js_on_load="vidsent.models.mount(element, watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "HTML with figures as JSON"}


@dataclass(frozen=True)
class ModelsTab:
    """The tab, its contents, and whether this visitor has opened it."""

    tab: gr.Tab
    view: ModelsView
    opened: gr.State

    def wire(self, language: gr.Radio) -> None:
        """Fill the tab when it is opened."""
        self.tab.select(
            self.open, [language, self.opened], [self.view, self.opened], queue=False, **PRIVATE
        )

    def open(self, language: str | None, opened: bool, request: gr.Request) -> Updates:
        """The contents, which nobody waited for before they were asked for; made once."""
        made = {} if opened else {self.view: models_html(chosen(language, request))}
        return {**made, self.opened: True}

    def relabel(self, language: str, opened: bool) -> Updates:
        """The tab in another language; its contents where they were made."""
        made = {self.view: models_html(language)} if opened else {}
        return {self.tab: gr.update(label=say("models", language)), **made}


def build_models_tab() -> ModelsTab:
    """The tab inside the current Tabs."""
    with gr.Tab(I18N("models"), id="models") as tab:
        view = ModelsView(elem_id="models")
        opened = gr.State(False)
    return ModelsTab(tab, view, opened)
