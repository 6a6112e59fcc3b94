"""What the server shows to anyone, and what it must not."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import httpx

import vidsent
from vidsent.ui.shared.static import STYLES, TYPES, files, head

SERVED = {
    "plotly.min.js": "text/javascript",
    "timeline.js": "text/javascript",
    "style.css": "text/css",
    "models.css": "text/css",
}
UNSERVED = (
    "..%2fweights%2fmanifest.json",
    "%2e%2e/examples/examples.json",
    "page.py",
    "clip/view.py",
    "clip/timeline/timeline.js",
    "shared%2fstatic.py",
    "notice.html",
    "",
)


def test_only_scripts_and_styles_are_listed_and_every_style_is_loaded() -> None:
    assert {path.suffix for path in files().values()} == set(TYPES)
    assert set(STYLES) == {name for name in files() if name.endswith(".css")}
    assert all(f'href="vidsent-ui/{name}?' in head() for name in STYLES)


def test_the_page_names_no_folder_of_the_machine(site: str) -> None:
    source = httpx.get(site).text
    assert "vidsent-ui/player.js" in source
    assert str(Path(vidsent.__file__).parent.parent) not in source
    assert str(Path(gr.__file__).parent) not in source


def test_scripts_are_served_and_nothing_beside_them(site: str) -> None:
    for name, kind in SERVED.items():
        answer = httpx.get(f"{site}vidsent-ui/{name}")
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind)
    for name in UNSERVED:
        assert httpx.get(f"{site}vidsent-ui/{name}").status_code == 404, name
    own = Path(vidsent.__file__)
    assert httpx.get(f"{site}gradio_api/file={own}").status_code == 403
