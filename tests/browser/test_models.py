"""The Models tab in a browser: made when it is opened, drawn, translated, narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from vidsent.reports import evaluation_results
from vidsent.ui.text import say

pytestmark = pytest.mark.browser

WIDTHS = "[...document.querySelectorAll('#models .figure .main-svg')].map((e) => e.clientWidth)"
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
INK = "getComputedStyle(document.querySelector('#models .figure .gtitle')).fill"


def _open(page: Page) -> None:
    page.locator("[data-tab-id=models]").click()
    page.wait_for_selector("#models .figure .main-svg")


def test_the_tab_is_made_when_it_is_opened_and_from_this_server_alone(
    page: Page, site: str, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("#models .model")).to_have_count(0)
    _open(page)
    expect(page.locator("#models .model")).to_have_count(len(evaluation_results.MODELS))
    expect(page.locator("#models .not-for li")).not_to_have_count(0)
    assert all(address.startswith((site, "data:", "blob:")) for address in asked)
    page.locator("[data-tab-id=clip]").click()
    expect(page.locator("#analyse")).to_be_visible()
    page.locator("[data-tab-id=models]").click()
    expect(page.locator("#models .figure .main-svg").first).to_be_visible()
    assert complaints == []


def test_it_follows_the_language_and_the_colour_scheme(page: Page) -> None:
    _open(page)
    light = page.evaluate(INK)
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_function(f"(before) => {INK} !== before", arg=light)
    page.locator("#language label").nth(1).click()
    expect(page.locator("#models .not-for h2")).to_have_text(say("not_for", "zh"))
    expect(page.locator("[data-tab-id=models]")).to_have_text(say("models", "zh"))
    expect(page.locator("#models .gtitle").last).to_contain_text("训练过程")


@pytest.mark.visitor(viewport={"width": 390, "height": 844})
def test_it_fits_a_phone(page: Page) -> None:
    _open(page)
    widths = page.evaluate(WIDTHS)
    assert widths and all(200 < width <= 390 for width in widths)
    assert page.evaluate(OVERFLOW) <= 0
