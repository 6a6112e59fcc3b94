"""The Live tab: the camera's picture, what is shown on it now, and the last minute.

Everything happens between assets/ui/live.js and the route of `frames`; Gradio only mounts it.
Pictures go to the server one at a time, the next when the last is answered, so nothing queues.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from vidsent.core.emotions import COLORS, LABELS, VALENCE_AROUSAL, name
from vidsent.ui.frames import ADDRESS
from vidsent.ui.static import scripts
from vidsent.ui.text import say
from vidsent.ui.texts import live as texts

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


class Live(gr.HTML):
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
            "texts": {key.removeprefix("live_"): say_plain(key, language) for key in texts.EN},
        }
    )


def live_tab(language: str) -> tuple[str, dict[str, Any]]:
    """The tab in another language: its contents, and its name."""
    return live_value(language), gr.update(label=say("live_tab", language))


def say_plain(key: str, language: str) -> str:
    """The sentence with its {places} as they are; the script fills them in."""
    return (texts.ZH if language.startswith("zh") else texts.EN)[key]
