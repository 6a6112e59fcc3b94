"""How the page is served: limits, what may be fetched, and where it listens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gradio as gr

from vidsent.core.errors import VidsentError
from vidsent.core.options import Limits, Options
from vidsent.library.library import Library
from vidsent.ui.api.mcp_server import answer_in_json
from vidsent.ui.live.endpoint import live_routes
from vidsent.ui.media.examples import FOLDER, ExampleStore, load_examples
from vidsent.ui.media.uploads import fetch_nothing
from vidsent.ui.page import build_demo
from vidsent.ui.shared.language import I18N
from vidsent.ui.shared.static import head, static_routes
from vidsent.ui.shared.theme import theme

QUEUE = 20  # visitors waiting, unless another number is asked for; more are refused politely
SESSIONS = 200  # results kept in memory at once, the oldest go first
PORT = 7860


def serve(
    host: str | None = None,
    port: int | None = None,
    speech_model: str | None = None,
    library: Path | None = None,
    image_text_model: str | None = None,
    in_process: bool = False,
    waiting: int = QUEUE,
) -> None:
    """Serve the page until interrupted; raises VidsentError where the port is taken.

    `speech_model` listens to uploaded clips that have no words, see `Options`. All visitors see
    the clips of the kept `library`; `image_text_model` lets them search pictures by words.
    With `in_process` uploads are decoded in the server itself, which one of them may then end.
    As many as `waiting` visitors may stand in line.
    """
    kept = Library(library, image_text_model) if library is not None else None
    examples = ExampleStore(load_examples())
    examples.warm()
    try:
        options = Options(speech_model=speech_model)
        apart = False if in_process else None
        demo = build_demo(examples, options, kept, image_text_model, apart)
        launch(demo, host, port, waiting)
    except OSError as error:
        raise VidsentError(
            f"The page could not be served: {error} Choose another port with --port or PORT."
        ) from error


def launch(
    demo: gr.Blocks,
    host: str | None = None,
    port: int | None = None,
    waiting: int = QUEUE,
    **settings: Any,
) -> str:
    """Serve a page and return its address; blocks unless `prevent_thread_lock` is set.

    The host is `host`, else GRADIO_SERVER_NAME (a Space sets it), else 127.0.0.1; the port is
    `port`, else PORT or GRADIO_SERVER_PORT, else 7860. As many as `waiting` visitors may stand in
    line; more are told that it is full.
    """
    fetch_nothing()
    answer_in_json()
    demo.queue(max_size=waiting, default_concurrency_limit=1)
    _, address, _ = demo.launch(
        server_name=host,
        server_port=port or _port(),
        theme=theme(),
        head=head(),
        i18n=I18N,
        app_kwargs={"routes": [*live_routes(), *static_routes()]},
        max_file_size=Limits().clip_bytes,
        allowed_paths=[str(FOLDER)],
        strict_cors=True,
        enable_monitoring=False,
        state_session_capacity=SESSIONS,
        show_error=False,
        share=False,
        mcp_server=True,
        run_history=False,
        ssr_mode=False,
        pwa=False,
        footer_links=["api"],
        **settings,
    )
    return str(address)


def _port() -> int:
    return int(os.environ.get("PORT") or os.environ.get("GRADIO_SERVER_PORT") or PORT)
