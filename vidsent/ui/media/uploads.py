"""Files that callers name: only those that were uploaded, and nothing is ever fetched for them.

Gradio downloads an http address that stands in place of an upload, in any event and of any size;
it shuns the server's own network, but a caller could still have it fetch from elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import gradio as gr
from gradio import processing_utils
from gradio.utils import get_upload_folder

from vidsent.core.errors import ClipOpenError

SERVED = "/gradio_api/file="  # what Gradio's upload tool for agents puts before the path
REFUSAL = (
    "Only uploaded files are read: no addresses, and no paths of the server. Send the file to "
    "/gradio_api/upload, then name the path that it answers."
)


def uploaded(named: object) -> Path:
    """The file that an upload's answer names; raises ClipOpenError for anything else.

    `named` is the path that /gradio_api/upload answered, the address under which the file is
    served since, or the object that gradio_client makes of either. Nothing is opened.
    """
    text = named.get("path") if isinstance(named, dict) else named
    if not isinstance(text, str) or not text or "\0" in text:
        raise ClipOpenError(REFUSAL)
    path, folder = Path(_served(text)).resolve(), Path(get_upload_folder()).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise ClipOpenError(REFUSAL)
    return path


def _served(text: str) -> str:
    """The path in an address of the page's own files; other text as it is."""
    address = urlsplit(text) if text.startswith(("http://", "https://")) else None
    if address is None or SERVED not in address.path:
        return text
    return unquote(address.path.partition(SERVED)[2])


def fetch_nothing() -> None:
    """Make Gradio refuse addresses in place of uploads, in every event of this process."""
    processing_utils.async_ssrf_protected_download = _refuse
    processing_utils.save_url_to_cache = processing_utils.ssrf_protected_download = _refuse


def _refuse(*_: object, **__: object) -> NoReturn:
    raise gr.Error(REFUSAL, print_exception=False)
