"""The card that explains a moment follows the clicks, the player and the language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import explained, player_at, speak
from vidsent.core.emotions import name
from vidsent.core.timecode import format_time

pytestmark = pytest.mark.browser

TOP = "() => document.querySelector('#details').getBoundingClientRect().top + scrollY"


def _answered(page: Page, t_s: float) -> None:
    expect(page.locator("#why h3 time")).to_have_text(format_time(t_s))
    expect(page.locator("#why .busy")).to_have_count(0)


def test_the_card_tells_the_moment_that_was_clicked(example: Page) -> None:
    moments = example.locator("#moments .moment")
    explained(example)
    below = example.evaluate(TOP)
    example.evaluate("document.querySelectorAll('#moments .moment').forEach((e) => e.click())")
    last = float(moments.last.get_attribute("data-seek") or "nan")
    _answered(example, last)  # of many clicks the last one counts
    label = example.locator("#why .why-label")
    expect(label).to_contain_text((moments.last.locator("strong").text_content() or "").split()[0])
    heat = example.locator("#why img.heat").first
    assert heat.evaluate("(image) => image.naturalWidth") == 96
    toggle = example.locator("#why .why-toggle")
    toggle.click()
    expect(heat).to_be_hidden()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    assert example.evaluate(TOP) == pytest.approx(below, abs=1)  # nothing moved
    toggle.click()
    expect(heat).to_be_visible()
    example.evaluate("() => vidsent.seek(15)")
    example.locator("#why .why-here").click()
    _answered(example, 15)
    expect(label).to_contain_text("fear")
    speak(example, "zh")
    expect(label).to_contain_text(name("fear", "zh"))


def test_a_persons_curve_seeks_and_follows_the_player(example: Page) -> None:
    curve = example.locator("#people .curve").first
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    assert box is not None
    curve.click(position={"x": box["width"] * 0.25, "y": box["height"] / 2})
    player_at(example, 0.25 * float(curve.get_attribute("data-span") or "nan"), 0.4)
    example.mouse.move(0, 0)
    expect(example.locator("#people .reading").first).to_contain_text("surprise")
    left = float(curve.locator(".mark").evaluate("(mark) => parseFloat(mark.style.left)"))
    assert left == pytest.approx(25, abs=1.5)
