"""The Models tab in a browser: made when it is opened, drawn, translated."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import grave, open_tab, speak
from vidsent.reports import evaluation_results
from vidsent.ui.shared.language import say

pytestmark = pytest.mark.browser

INK = "getComputedStyle(document.querySelector('#models .figure .gtitle')).fill"


def test_the_tab_is_made_when_it_is_opened_and_follows_language_and_colour_scheme(
    page: Page, site: str, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("#models .model")).to_have_count(0)
    open_tab(page, "models")
    page.wait_for_selector("#models .figure .main-svg")
    expect(page.locator("#models .model")).to_have_count(len(evaluation_results.MODELS))
    expect(page.locator("#models .not-for li")).not_to_have_count(0)
    assert all(address.startswith((site, "data:", "blob:")) for address in asked)
    assert grave(page) == []
    open_tab(page, "clip")
    expect(page.locator("#analyse")).to_be_visible()
    open_tab(page, "models")
    expect(page.locator("#models .figure .main-svg").first).to_be_visible()
    light = page.evaluate(INK)
    page.evaluate("document.body.classList.add('dark')")
    page.wait_for_function(f"(before) => {INK} !== before", arg=light)
    speak(page, "zh")
    expect(page.locator("#models .not-for h2")).to_have_text(say("not_for", "zh"))
    expect(page.locator("[data-tab-id=models]")).to_have_text(say("models", "zh"))
    expect(page.locator("#models .gtitle").last).to_contain_text("训练过程")
    assert complaints == []
