"""The timeline as an instrument: moments by key, lanes, zoom, and the verdict of a span."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

TIME = "() => document.querySelector('#player video').currentTime"
RANGE = "() => document.querySelector('#timeline .plot')._fullLayout.xaxis.range"
NEAR_S = 0.35


@pytest.fixture
def stage(page: Page) -> Locator:
    """The timeline of the first example, drawn."""
    page.locator(".example").first.click()
    page.wait_for_selector("#timeline .js-plotly-plot .main-svg")
    page.wait_for_function("() => document.querySelector('#player video')?.readyState >= 1")
    found = page.locator("#timeline .stage")
    found.scroll_into_view_if_needed()
    return found


def _drag(page: Page, stage: Locator, start: float, end: float) -> None:
    """Drag along the stage between two shares of its width."""
    box = stage.bounding_box()
    assert box is not None
    y = box["y"] + 60
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + (start + end) / 2 * box["width"], y)
    page.mouse.move(box["x"] + end * box["width"], y)
    page.mouse.up()


def test_arrow_keys_go_from_moment_to_moment(page: Page, stage: Locator) -> None:
    moments = [
        float(each.get_attribute("data-seek") or "nan") for each in page.locator(".moment").all()
    ]
    assert len(moments) > 2
    for key, wanted in (("ArrowRight", 0), ("ArrowRight", 1), ("ArrowLeft", 0)):
        stage.press(key)
        page.wait_for_function(f"() => Math.abs(({TIME})() - {moments[wanted]}) < {NEAR_S}")
    stage.press("Shift+ArrowRight")
    page.wait_for_function(f"() => Math.abs(({TIME})() - {moments[0] + 1}) < {NEAR_S}")


def test_dragging_seeks_and_with_shift_gives_the_verdict_of_the_span(
    page: Page, stage: Locator, complaints: list[str]
) -> None:
    length = float(stage.get_attribute("aria-valuemax") or "nan")
    _drag(page, stage, 0.2, 0.5)
    page.wait_for_function(f"() => Math.abs(({TIME})() - {length / 2}) < {2 * NEAR_S}")
    expect(page.locator("#span")).to_have_count(0)
    page.keyboard.down("Shift")
    _drag(page, stage, 0.14, 0.2)  # the actor smiles there
    page.keyboard.up("Shift")
    card = page.locator("#span .span")
    expect(card.locator("h2")).to_have_text("Happiness")
    page.locator("#language label").nth(1).click()
    expect(card.locator("h2")).to_have_text("快乐")
    stage.press("Escape")
    expect(page.locator("#span")).to_have_count(0)
    assert complaints == []


def test_zooming_to_a_span_shows_it_alone_and_zero_shows_all(page: Page, stage: Locator) -> None:
    whole = page.evaluate(RANGE)
    page.get_by_role("button", name="Select a span").click()
    _drag(page, stage, 0.25, 0.5)
    page.get_by_role("button", name="Zoom to it").click()
    low, high = page.evaluate(RANGE)
    assert high - low == pytest.approx((whole[1] - whole[0]) / 4, rel=0.1)
    page.get_by_role("button", name="Select a span").click()  # a click seeks again
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    page.wait_for_function(f"() => Math.abs(({TIME})() - {(low + high) / 2}) < {NEAR_S}")
    stage.press("0")
    assert page.evaluate(RANGE) == whole


def test_lanes_are_switched_and_the_choice_is_kept(page: Page, stage: Locator, site: str) -> None:
    tall = stage.evaluate("(each) => each.clientHeight")
    switch = page.get_by_role("button", name="Valence, arousal")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert stage.evaluate("(each) => each.clientHeight") < tall - 50
    expect(stage).not_to_contain_text("arousal")
    expect(stage).to_contain_text("subtitles")
    page.goto(site)
    page.locator(".example").first.click()
    expect(page.get_by_role("button", name="Valence, arousal")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_a_contradiction_of_face_and_words_is_marked(page: Page, stage: Locator) -> None:
    expect(stage).to_contain_text("where they disagree")
    drawn = page.evaluate(
        """() => document.querySelector('#timeline .plot').data
            .filter((trace) => trace.marker?.pattern).map((trace) => trace.base)"""
    )
    assert len(drawn) == 1 and len(drawn[0]) == 1  # the actor says farewell with a smile
    page.locator(".moment.disagreement").click()
    page.wait_for_function(f"() => ({TIME})() > 29")
    expect(page.locator("#now .channel").first).to_contain_text("happiness")
    expect(page.locator("#now .channel").last).to_contain_text("sadness")
