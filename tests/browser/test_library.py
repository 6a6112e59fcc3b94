"""The Library tab: ask in two languages, play from an answer, and see nothing of others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from vidsent.ui.text import say

pytestmark = pytest.mark.browser

NEAR_S = 0.35
TIME = "() => document.querySelector('#player video')?.currentTime ?? -1"


def go(page: Page, tab: str) -> None:
    page.locator(f"[role=tab][data-tab-id={tab}]").click()


def try_example(page: Page, index: int) -> None:
    """Show an example and open the library once it is there."""
    page.locator(".example").nth(index).click()
    page.wait_for_selector("#timeline .js-plotly-plot .main-svg")
    go(page, "library")
    expect(page.locator("#library-clips .shelf li")).not_to_have_count(0)


def ask(page: Page, query: str) -> None:
    page.fill(".ask input[type=search]", query)
    page.keyboard.press("Enter")


def test_an_answer_plays_from_its_time(page: Page, complaints: list[str]) -> None:
    go(page, "library")
    expect(page.locator("#library-hits")).to_contain_text(say("library_empty", "en"))
    go(page, "clip")
    try_example(page, 0)
    ask(page, "letter on the table")
    expect(page.locator(".hit mark").first).to_have_text("letter")
    ask(page, "悲伤的")
    answer = page.locator(".hit .play").first
    expect(answer).to_contain_text("sadness")
    wanted = float(answer.get_attribute("data-t") or "nan")
    assert wanted > 10
    answer.click()
    page.wait_for_function(f"() => Math.abs(({TIME})() - {wanted}) < {NEAR_S}")
    expect(page.locator("#status")).to_contain_text("actor.mp4")
    go(page, "library")
    page.fill(".ask input[type=search]", "")
    page.locator(".facet", has_text="surprise").click()
    expect(page.locator(".hit .play").first).to_contain_text("surprise")
    page.locator(".hit .like").first.click()
    expect(page.locator("#library-hits .count")).to_contain_text("Moments like the one at")
    page.locator("#language label").nth(1).click()
    expect(page.locator("#library-clips h3")).to_have_text(say("your_clips", "zh"))
    page.locator("#library-clips [data-act=remove]").click()
    expect(page.locator("#library-clips")).to_contain_text(say("no_clips", "zh"))
    assert complaints == []


def test_two_visitors_see_only_their_own(page: Page, site: str, chromium: Browser) -> None:
    try_example(page, 0)
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    other = context.new_page()
    other.goto(site)
    other.wait_for_selector(".example")
    try_example(other, 2)
    for visitor, name in ((page, "actor.mp4"), (other, "words.mp4")):
        ask(visitor, "sad")
        expect(visitor.locator(".hit").first).to_contain_text(name)
        shown = visitor.locator(".hit small").all_inner_texts()
        assert set(shown) == {name}
        expect(visitor.locator("#library-clips .shelf li")).to_have_count(1)
    assert other.evaluate("() => document.documentElement.scrollWidth") <= 390
    context.close()
