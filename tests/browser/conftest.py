"""A real browser in front of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PATIENCE_MS = 150_000  # for what the server must compute first
# The shell has no window to draw for: a page is there in half of the time.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
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


@pytest.fixture(scope="session")
def browsing(chromium: Browser) -> Iterator[Callable[[dict[str, Any]], BrowserContext]]:
    """A context of given settings, one for all tests that ask for the same.

    A new one would load all of Gradio's scripts anew, which is two fifths of a short test's time.
    """
    contexts: dict[str, BrowserContext] = {}

    def context(settings: dict[str, Any]) -> BrowserContext:
        key = repr(sorted(settings.items()))
        if key not in contexts:
            contexts[key] = chromium.new_context(**settings)
        return contexts[key]

    yield context
    for each in contexts.values():
        each.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page wrote to the console as an error, or threw."""
    return []


@pytest.fixture
def page(
    site: str,
    browsing: Callable[[dict[str, Any]], BrowserContext],
    complaints: list[str],
    request: pytest.FixtureRequest,
) -> Iterator[Page]:
    """A new visitor on the page; `@pytest.mark.visitor(locale=..., ...)` says who they are."""
    marker = request.node.get_closest_marker("visitor")
    settings = {"viewport": {"width": 1360, "height": 900}} | (marker.kwargs if marker else {})
    context = browsing(settings)
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
    forget(context)


def forget(context: BrowserContext) -> None:
    """Close all pages of `context` and leave nothing in it for the next visitor but the cache."""
    for page in context.pages:
        if page.url.startswith("http"):
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.close()
    context.clear_cookies()
    context.clear_permissions()
