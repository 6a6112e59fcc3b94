"""The Compare tab in a browser: two examples, one axis, both players, both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import grave, open_tab, speak
from vidsent.ui.shared.language import say

pytestmark = pytest.mark.browser

TIMES = """() => ['#compare-a', '#compare-b'].map((id) => document.querySelector(`${id} video`))
  .map(({ duration, currentTime }) => currentTime / duration)"""
READY = """() => ['#compare-a', '#compare-b'].every(
  (id) => document.querySelector(`${id} video`)?.readyState >= 1)"""


def test_two_examples_on_one_axis_and_a_click_seeks_both(page: Page, complaints: list[str]) -> None:
    open_tab(page, "compare")
    page.wait_for_selector("#compare-overlay .main-svg")
    assert grave(page) == []
    told = page.locator("#compare-told")
    expect(told.locator("h2")).to_have_text("B shows more happiness, more neutral")
    page.wait_for_function(READY)
    stage = page.locator("#compare-overlay .stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.wait_for_function(f"() => ({TIMES})().every((at) => Math.abs(at - 0.5) < 0.02)")
    stage.press("Home")
    page.wait_for_function(f"() => ({TIMES})().every((at) => at === 0)")
    moment = told.locator("[data-at]").first
    at = float(moment.get_attribute("data-at") or "nan")
    moment.click()
    page.wait_for_function(
        f"(at) => ({TIMES})().every((each) => Math.abs(each - at) < 0.02)", arg=at
    )

    page.get_by_label("time in seconds").click()
    expect(told).to_contain_text("0:")
    page.locator("#compare-b-choice input").click()
    page.get_by_role("option").first.click()  # the same clip twice
    expect(told.locator("h2")).to_contain_text("Much the same")
    speak(page, "zh")
    expect(told.locator("h2")).to_contain_text("大体相同")
    expect(page.get_by_role("tab", name=say("compare_tab", "zh"))).to_be_visible()
    assert complaints == []
