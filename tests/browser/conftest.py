"""A real browser in front of the page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.steps import explained, open_tab, speak, try_example
from vidsent.ui.shared.language import say

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
# What moves is painted by the processor, sixty times a second, while a test waits.
DESKTOP: dict[str, Any] = {"viewport": {"width": 1360, "height": 900}, "reduced_motion": "reduce"}

Contexts = Callable[[dict[str, Any]], BrowserContext]

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
def contexts(chromium: Browser) -> Iterator[Contexts]:
    """A context of given settings, one for all tests that ask for the same.

    A new one would load all of Gradio's scripts anew, which is two fifths of a short test's time.
    """
    made: dict[str, BrowserContext] = {}

    def context(settings: dict[str, Any]) -> BrowserContext:
        key = repr(sorted(settings.items()))
        if key not in made:
            made[key] = chromium.new_context(**settings)
        return made[key]

    yield context
    for each in made.values():
        each.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page wrote to the console as an error, or threw."""
    return []


@pytest.fixture
def page(
    site: str, contexts: Contexts, complaints: list[str], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A new visitor on the page; `@pytest.mark.visitor(locale=..., ...)` says who they are."""
    marker = request.node.get_closest_marker("visitor")
    context = contexts(DESKTOP | (marker.kwargs if marker else {}))
    visitor = _arrive(site, context, complaints)
    yield visitor
    if visitor.url.startswith("http"):
        visitor.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    visitor.close()
    context.clear_cookies()
    context.clear_permissions()


def _arrive(site: str, context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.goto(site)
    page.wait_for_selector(".example")
    return page


class _Shared:
    """One page with the first example's result, for all tests that only look and click."""

    def __init__(self, site: str, chromium: Browser) -> None:
        self._site, self._context = site, chromium.new_context(**DESKTOP)
        self._page: Page | None = None
        self.complaints: list[str] = []

    def open(self) -> Page:
        """The page as it stands after the example was picked."""
        if self._page is None:
            self._page = _arrive(self._site, self._context, self.complaints)
            try_example(self._page)
            explained(self._page)
        self._reset(self._page)
        self.complaints.clear()
        return self._page

    def drop(self) -> None:
        """Make a new page for the next test: this one may be in any state."""
        if self._page is not None:
            self._page.close()
            self._page = None

    @staticmethod
    def _reset(page: Page) -> None:
        open_tab(page, "clip")
        speak(page, "en")
        for card, key in (("people", "people"), ("why", "why"), ("words", "words")):
            expect(page.locator(f"#{card} h3").first).to_contain_text(say(key, "en"))
        stage = page.locator("#timeline .stage")
        stage.press("Escape")
        stage.press("0")
        page.evaluate("() => { vidsent.video().pause(); vidsent.seek(0); scrollTo(0, 0); }")
        page.mouse.move(0, 0)


@pytest.fixture(scope="session")
def _shared(site: str, chromium: Browser) -> _Shared:
    return _Shared(site, chromium)


@pytest.fixture
def example(_shared: _Shared, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The first example's result in English, the player at its start; shared by a worker's tests.

    Whatever a test changes beyond language, tab, time, zoom and selection it must change back.
    """
    failed = request.session.testsfailed
    yield _shared.open()
    said = list(_shared.complaints)
    if said or request.session.testsfailed > failed:
        _shared.drop()
    assert said == []
