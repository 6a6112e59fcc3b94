"""The page in the reader's language: a sentence for a key, and which language a browser wants.

Every folder of the page has its sentences in a module `texts` with EN and ZH. They are found by
that name, so that a new folder need not be listed anywhere; keys are shared by all folders.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import gradio as gr

from vidsent.ui.shared import FOLDER

PACKAGE = "vidsent.ui"
LANGUAGES = (("EN", "en"), ("中文", "zh"))


def text_modules() -> list[ModuleType]:
    """All modules `texts` of the page, each with EN and ZH."""
    places = (path.parent.relative_to(FOLDER).parts for path in sorted(FOLDER.rglob("texts.py")))
    return [import_module(".".join((PACKAGE, *place, "texts"))) for place in places]


_MODULES = text_modules()
EN = {key: text for module in _MODULES for key, text in module.EN.items()}
ZH = {key: text for module in _MODULES for key, text in module.ZH.items()}
TEXTS = {"en": EN, "zh": ZH}
# Gradio asks for the browser's exact locale first, and knows no plain "zh"
I18N = gr.I18n(**{"en": EN, "zh": ZH, "zh-CN": ZH, "zh-TW": ZH})


def say(key: str, language: str, **values: object) -> str:
    """The sentence `key` for readers of `language`, which is "en" or "zh"."""
    return TEXTS[language][key].format(**values)


def accepted(accept_language: str | None) -> str:
    """The language of the page for a browser that sends this Accept-Language header."""
    best = max([*(accept_language or "").split(","), "en;q=0"], key=_quality)
    return "zh" if best.strip().lower().startswith("zh") else "en"


def chosen(language: str | None, request: gr.Request) -> str:
    """The language that was chosen; until there is one, what the browser asks for."""
    return language or accepted(request.headers.get("accept-language"))


def _quality(preference: str) -> float:
    """The weight of one preference such as "zh-CN;q=0.8"."""
    _, _, weight = preference.partition(";q=")
    try:
        return float(weight) if weight else 1.0
    except ValueError:  # as good as not wanted
        return -1.0
