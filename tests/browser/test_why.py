"""The card that explains a moment follows the clicks, the player and the language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from vidsent.core.emotions import name
from vidsent.core.timecode import format_time

pytestmark = pytest.mark.browser

TOP = "() => document.querySelector('#details').getBoundingClientRect().top + scrollY"


def _answered(page: Page, t_s: float) -> None:
    expect(page.locator("#why h3 time")).to_have_text(format_time(t_s))
    expect(page.locator("#why .busy")).to_have_count(0)


def test_the_card_tells_the_moment_that_was_clicked(page: Page, complaints: list[str]) -> None:
    page.locator(".example").first.click()
    moments = page.locator("#moments .moment")
    first = float(moments.first.get_attribute("data-seek") or "nan")
    _answered(page, first)  # without a click, the first one
    below = page.evaluate(TOP)
    page.evaluate("document.querySelectorAll('#moments .moment').forEach((e) => e.click())")
    last = float(moments.last.get_attribute("data-seek") or "nan")
    _answered(page, last)  # of many clicks the last one counts
    label = page.locator("#why .why-label")
    expect(label).to_contain_text((moments.last.locator("strong").text_content() or "").split()[0])
    heat = page.locator("#why img.heat").first
    assert heat.evaluate("(image) => image.naturalWidth") == 48
    toggle = page.locator("#why .why-toggle")
    toggle.click()
    expect(heat).to_be_hidden()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(TOP) == pytest.approx(below, abs=1)  # nothing moved
    page.evaluate("() => vidsent.seek(15)")
    page.locator("#why .why-here").click()
    _answered(page, 15)
    expect(label).to_contain_text("fear")
    page.locator("#language label").nth(1).click()
    expect(label).to_contain_text(name("fear", "zh"))
    assert complaints == []


def test_a_persons_curve_seeks_and_follows_the_player(page: Page) -> None:
    page.locator(".example").first.click()
    curve = page.locator("#people .curve").first
    # until then Gradio may put the player back to its start
    page.wait_for_function("() => document.querySelector('#player video')?.readyState >= 3")
    expect(page.locator("#why .why-face")).to_be_visible()
    box = curve.bounding_box()
    assert box is not None
    curve.click(position={"x": box["width"] * 0.25, "y": box["height"] / 2})
    wanted = 0.25 * float(curve.get_attribute("data-span") or "nan")
    page.wait_for_function(
        f"() => Math.abs(document.querySelector('#player video').currentTime - {wanted}) < 0.4"
    )
    page.mouse.move(0, 0)
    expect(page.locator("#people .reading").first).to_contain_text("surprise")
    left = float(curve.locator(".mark").evaluate("(mark) => parseFloat(mark.style.left)"))
    assert left == pytest.approx(25, abs=1.5)
