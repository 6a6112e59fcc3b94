"""The page as one Gradio app: its frame, its tabs, and what they have to do with each other."""

from __future__ import annotations

import gradio as gr
from gradio.events import api

from vidsent.core.options import Options
from vidsent.library.library import Library
from vidsent.ui.api.analyze import analyze_endpoint
from vidsent.ui.api.search import search_endpoint
from vidsent.ui.clip.answers import ClipAnswers
from vidsent.ui.clip.view import build_clip_tab
from vidsent.ui.compare.answers import CompareAnswers
from vidsent.ui.compare.view import build_compare_tab
from vidsent.ui.library.answers import LibraryAnswers
from vidsent.ui.library.view import build_library_tab
from vidsent.ui.live.view import build_live_tab
from vidsent.ui.media.decoder import Decoder
from vidsent.ui.media.examples import ExampleStore, load_examples
from vidsent.ui.models.view import ModelsTab, build_models_tab
from vidsent.ui.session.result import Result
from vidsent.ui.session.state import KEPT_S, Session, result_state, visitor_state
from vidsent.ui.shared.events import PRIVATE, Updates
from vidsent.ui.shared.language import I18N, LANGUAGES, chosen
from vidsent.ui.shared.templates import render

CLEAN_EVERY_S = 300
CLEAN_AFTER_S = KEPT_S - CLEAN_EVERY_S  # so that nothing is older than an hour when it goes
# the browser knows its language at once, the server tells it when it comes round to it
BROWSER_LANGUAGE = "() => (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')"


def build_demo(
    examples: ExampleStore | None = None,
    options: Options | None = None,
    library: Library | None = None,
    image_text_model: str | None = None,
    apart: bool | None = None,
) -> gr.Blocks:
    """The whole page, not launched; `examples` are by default those of assets.

    Uploaded clips are analysed with `options`. All visitors see the clips of `library`; with an
    `image_text_model` they may search pictures by words. They are opened in processes of their
    own, or in this one where `apart` is False, see `Decoder`.
    """
    examples = ExampleStore(load_examples()) if examples is None else examples
    decoder = Decoder(options, apart)
    with gr.Blocks(
        title="vidsent",
        analytics_enabled=False,
        delete_cache=(CLEAN_EVERY_S, CLEAN_AFTER_S),
        fill_width=True,
    ) as demo:
        with gr.Row(elem_id="top"):
            masthead = gr.HTML(render("shared/header.html", "en"), apply_default_css=False)
            language = _language_switch()
        session = Session(language, result_state(), visitor_state())
        with gr.Tabs(elem_id="tabs") as tabs:
            clip_tab = build_clip_tab(examples.examples)
            live_tab = build_live_tab()
            library_tab = build_library_tab(library.clips() if library else None)
            compare_tab = build_compare_tab()
            models_tab = build_models_tab()
        clip = ClipAnswers(clip_tab, session, examples, decoder)

        def replay(result: Result, language: str) -> Updates:
            """A result of the library in the Clip tab, which is opened."""
            return {tabs: gr.update(selected="clip"), **clip.updates.show(result, language)}

        clip.wire(demo)
        live_tab.wire(language)
        outputs = [tabs, *clip.updates.outputs]
        LibraryAnswers(library_tab, session, replay, outputs, library, image_text_model).wire()
        CompareAnswers(compare_tab, examples, library).wire(session)
        models_tab.wire(language)
        PageAnswers(masthead, session, clip, models_tab).wire(demo)
        endpoint = analyze_endpoint(decoder)
        api(endpoint, api_name="analyze_clip", concurrency_id="model", concurrency_limit=1)
        api(search_endpoint(library, examples), api_name="search", concurrency_limit=4)
    return demo


def _language_switch() -> gr.Radio:
    return gr.Radio(
        list(LANGUAGES),
        value=None,  # until the browser has told; see language.chosen
        show_label=False,
        label=I18N("language"),
        container=False,
        elem_id="language",
        scale=0,
    )


class PageAnswers:
    """What concerns the page as a whole: its language."""

    def __init__(
        self, masthead: gr.HTML, session: Session, clip: ClipAnswers, models: ModelsTab
    ) -> None:
        self._masthead, self._session = masthead, session
        self._clip, self._models = clip, models

    def wire(self, demo: gr.Blocks) -> None:
        """Let the tabs that are filled at once follow the language."""
        session, models = self._session, self._models
        outputs = [self._masthead, *self._clip.updates.outputs, models.tab, models.view]
        session.language.input(
            self.relabel,
            [session.language, session.result, models.opened],
            outputs,
            queue=False,
            **PRIVATE,
        )
        demo.load(None, None, [session.language], js=BROWSER_LANGUAGE, **PRIVATE).then(
            self.arrive, [session.language, session.result], outputs, queue=False, **PRIVATE
        )

    def arrive(self, language: str | None, result: Result | None, request: gr.Request) -> Updates:
        """The page in the visitor's language; `result` is there where they were quicker.

        The switch is left as it is: whoever has used it by now has chosen.
        """
        language = chosen(language, request)
        if language == "en":
            return {self._masthead: gr.skip()}  # Gradio takes an empty dict for an answer
        return self.relabel(language, result)

    def relabel(self, language: str, result: Result | None, models_opened: bool = False) -> Updates:
        """Everything on the page in another language, the result included."""
        return {
            self._masthead: render("shared/header.html", language),
            **self._clip.updates.relabel(language, result),
            **self._models.relabel(language, models_opened),
        }
