"""What the server shows to anyone, and what it must not."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import httpx

import vidsent


def test_the_page_names_no_folder_of_the_machine(site: str) -> None:
    source = httpx.get(site).text
    assert "vidsent-ui/player.js" in source
    assert str(Path(vidsent.__file__).parent.parent) not in source
    assert str(Path(gr.__file__).parent) not in source


def test_scripts_are_served_and_nothing_beside_them(site: str) -> None:
    for name in ("plotly.min.js", "timeline.js", "style.css"):
        assert httpx.get(f"{site}vidsent-ui/{name}").status_code == 200
    for name in ("..%2fweights%2fmanifest.json", "%2e%2e/examples/examples.json"):
        assert httpx.get(f"{site}vidsent-ui/{name}").status_code == 404
    own = Path(vidsent.__file__)
    assert httpx.get(f"{site}gradio_api/file={own}").status_code == 403
