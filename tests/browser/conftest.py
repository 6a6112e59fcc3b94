"""The page as it is served, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from vidsent.ui.examples import Shelf, load_examples
from vidsent.ui.page import build_demo
from vidsent.ui.server import launch

PATIENCE_MS = 60_000  # for what the server must compute first
FLAGS = (  # quiet on a machine without a network
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the page, served from this process on a free port."""
    demo = build_demo(Shelf(load_examples()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = launch(demo, "127.0.0.1", port, prevent_thread_lock=True, quiet=True)
    yield address
    demo.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else Playwright's own."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page wrote to the console as an error, or threw."""
    return []


@pytest.fixture
def page(
    site: str, chromium: Browser, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A new visitor on the page; `@pytest.mark.visitor(locale=..., ...)` says who they are."""
    marker = request.node.get_closest_marker("visitor")
    settings = {"viewport": {"width": 1360, "height": 900}} | (marker.kwargs if marker else {})
    context = chromium.new_context(**settings)
    visitor = context.new_page()
    visitor.set_default_timeout(PATIENCE_MS)
    visitor.on("pageerror", lambda error: complaints.append(str(error)))
    visitor.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    visitor.goto(site)
    visitor.wait_for_selector(".example")
    yield visitor
    context.close()
