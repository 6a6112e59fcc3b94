"""The Live tab: the camera's picture, what is shown on it now, and the last minute.

Everything happens between live.js and the route of `endpoint`; Gradio only mounts it.
Pictures go to the server one at a time, the next when the last is answered, so nothing queues.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from vidsent.core.emotions import COLORS, LABELS, VALENCE_AROUSAL, name
from vidsent.ui.live import texts
from vidsent.ui.live.endpoint import ADDRESS
from vidsent.ui.shared.events import PRIVATE
from vidsent.ui.shared.language import I18N, say
from vidsent.ui.shared.static import scripts

TEMPLATE = """
<div class="live">
<section class="camera">
<div class="view"><div class="picture"><video muted playsinline></video>
<div class="faces" aria-hidden="true"></div></div>
<div class="cover"><p class="message" aria-live="polite"></p>
<button type="button" class="begin"></button></div></div>
<p class="private quiet"></p>
<div class="controls"><button type="button" class="end"></button><p class="rate"></p></div>
</section>
<section class="reading"><h3></h3><p class="felt"></p><div class="bars"></div>
<div class="affect"><canvas class="trail" role="img"></canvas><div class="numbers"></div></div>
</section>
<section class="minute"><h3></h3><canvas role="img"></canvas></section>
<p class="heard" role="status"></p>
</div>
"""


class LiveView(gr.HTML):
    """Shows what `live_value` made: the sentences and names that the script needs."""

    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(
            value,
            html_template=TEMPLATE,
            head=scripts("live_view.js", "live.js"),
            js_on_load="vidsent.live.mount(element, props, watch)",
            apply_default_css=False,
            **settings,
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "string", "description": "JSON: address, names, colors, places, texts"}


def live_value(language: str) -> str:
    """Everything the script says and draws with, for readers of `language`, as JSON."""
    return json.dumps(
        {
            "address": ADDRESS,
            "names": [name(label, language) for label in LABELS],
            "colors": [COLORS[label] for label in LABELS],
            "places": VALENCE_AROUSAL.round(2).tolist(),
            "texts": {key.removeprefix("live_"): template_of(key, language) for key in texts.EN},
        }
    )


@dataclass(frozen=True)
class LiveTab:
    """The tab and all that it contains."""

    tab: gr.Tab
    view: LiveView

    def wire(self, language: gr.Radio) -> None:
        """Let the tab follow the language of the page."""
        language.change(relabel, [language], [self.view, self.tab], queue=False, **PRIVATE)


def build_live_tab() -> LiveTab:
    """The tab inside the current Tabs."""
    with gr.Tab(I18N("live_tab"), id="live") as tab:
        view = LiveView(live_value("en"), elem_id="live")
    return LiveTab(tab, view)


def relabel(language: str) -> tuple[str, dict[str, Any]]:
    """The tab in another language: its contents, and its name."""
    return live_value(language), gr.update(label=say("live_tab", language))


def template_of(key: str, language: str) -> str:
    """The sentence with its {places} as they are; the script fills them in."""
    return (texts.ZH if language.startswith("zh") else texts.EN)[key]
