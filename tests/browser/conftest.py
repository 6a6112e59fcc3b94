"""A real browser in front of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

PATIENCE_MS = 150_000  # for what the server must compute first
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (  # quiet on a machine without a network
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """$CHROMIUM, else the system's browser, else Playwright's own; as scripts/browser.sh has it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        yield browser
        browser.close()


def executable() -> str | None:
    """The browser's file; None is Playwright's own."""
    installed = (shutil.which(name) for name in BROWSERS)
    return os.environ.get("CHROMIUM") or next(filter(None, installed), None)


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
