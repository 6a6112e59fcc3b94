"""The Library tab: ask in two languages, play from an answer, and see nothing of others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import open_tab, player_at, speak, try_example
from vidsent.ui.shared.language import say

pytestmark = pytest.mark.browser


def show_in_library(page: Page, index: int) -> None:
    """Show an example and open the library once it is there."""
    try_example(page, index)
    open_tab(page, "library")
    expect(page.locator("#library-clips .shelf li")).not_to_have_count(0)


def ask(page: Page, query: str) -> None:
    page.fill(".ask input[type=search]", query)
    page.keyboard.press("Enter")


def test_an_answer_plays_from_its_time(page: Page, complaints: list[str]) -> None:
    open_tab(page, "library")
    expect(page.locator("#library-hits")).to_contain_text(say("library_empty", "en"))
    open_tab(page, "clip")
    show_in_library(page, 0)
    ask(page, "letter on the table")
    expect(page.locator(".hit mark").first).to_have_text("letter")
    ask(page, "悲伤的")
    answer = page.locator(".hit .play").first
    expect(answer).to_contain_text("sadness")
    wanted = float(answer.get_attribute("data-t") or "nan")
    assert wanted > 10
    answer.click()
    player_at(page, wanted)
    expect(page.locator("#status")).to_contain_text("actor.mp4")
    open_tab(page, "library")
    page.fill(".ask input[type=search]", "")
    page.locator(".facet", has_text="surprise").click()
    expect(page.locator(".hit .play").first).to_contain_text("surprise")
    page.locator(".hit .like").first.click()
    expect(page.locator("#library-hits .count")).to_contain_text("Moments like the one at")
    speak(page, "zh")
    expect(page.locator("#library-clips h3")).to_have_text(say("your_clips", "zh"))
    page.locator("#library-clips [data-act=remove]").click()
    expect(page.locator("#library-clips")).to_contain_text(say("no_clips", "zh"))
    assert complaints == []


def test_two_visitors_see_only_their_own(page: Page, site: str, chromium: Browser) -> None:
    show_in_library(page, 0)
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    other = context.new_page()
    other.goto(site)
    other.wait_for_selector(".example")
    show_in_library(other, 2)
    for visitor, name in ((page, "actor.mp4"), (other, "words.mp4")):
        ask(visitor, "sad")
        expect(visitor.locator(".hit").first).to_contain_text(name)
        shown = visitor.locator(".hit small").all_inner_texts()
        assert set(shown) == {name}
        expect(visitor.locator("#library-clips .shelf li")).to_have_count(1)
    assert other.evaluate("() => document.documentElement.scrollWidth") <= 390
    context.close()
