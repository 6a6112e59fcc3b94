"""The timeline as an instrument: moments by key, lanes, zoom, and the verdict of a span."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import NEAR_S, TIME, player_at, speak, try_example

pytestmark = pytest.mark.browser

RANGE = "() => document.querySelector('#timeline .plot')._fullLayout.xaxis.range"


@pytest.fixture
def stage(example: Page) -> Locator:
    """The timeline of the first example, drawn."""
    found = example.locator("#timeline .stage")
    found.scroll_into_view_if_needed()
    return found


def _click(page: Page, stage: Locator, share: float) -> None:
    box = stage.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + share * box["width"], box["y"] + 60)


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


def test_arrow_keys_go_from_moment_to_moment(example: Page, stage: Locator) -> None:
    moments = [
        float(each.get_attribute("data-seek") or "nan") for each in example.locator(".moment").all()
    ]
    assert len(moments) > 2
    for key, wanted in (("ArrowRight", 0), ("ArrowRight", 1), ("ArrowLeft", 0)):
        stage.press(key)
        player_at(example, moments[wanted])
    stage.press("Shift+ArrowRight")
    player_at(example, moments[0] + 1)


def test_a_click_seeks_and_playing_moves_the_playhead(example: Page, stage: Locator) -> None:
    half_s = float(stage.get_attribute("aria-valuemax") or "nan") / 2
    _click(example, stage, 0.5)
    player_at(example, half_s, 2 * NEAR_S)
    before = float(stage.get_attribute("aria-valuenow") or "nan")
    assert before == pytest.approx(half_s, abs=2 * NEAR_S)
    stage.press("ArrowDown")
    player_at(example, before - 1)
    example.evaluate("() => document.querySelector('#player video').play()")
    example.wait_for_function(
        "(t_s) => Number(document.querySelector('#timeline .stage').ariaValueNow) > t_s",
        arg=before - 0.5,
    )


def test_dragging_seeks_and_with_shift_gives_the_verdict_of_the_span(
    example: Page, stage: Locator
) -> None:
    length = float(stage.get_attribute("aria-valuemax") or "nan")
    _drag(example, stage, 0.2, 0.5)
    player_at(example, length / 2, 2 * NEAR_S)
    expect(example.locator("#span")).to_have_count(0)
    example.keyboard.down("Shift")
    _drag(example, stage, 0.14, 0.2)  # the actor smiles there
    example.keyboard.up("Shift")
    card = example.locator("#span .span")
    expect(card.locator("h2")).to_have_text("Happiness")
    speak(example, "zh")
    expect(card.locator("h2")).to_have_text("快乐")
    stage.press("Escape")
    expect(example.locator("#span")).to_have_count(0)


def test_zooming_to_a_span_shows_it_alone_and_zero_shows_all(example: Page, stage: Locator) -> None:
    whole = example.evaluate(RANGE)
    example.get_by_role("button", name="Select a span").click()
    _drag(example, stage, 0.25, 0.5)
    example.get_by_role("button", name="Zoom to it").click()
    low, high = example.evaluate(RANGE)
    assert high - low == pytest.approx((whole[1] - whole[0]) / 4, rel=0.1)
    example.get_by_role("button", name="Select a span").click()  # a click seeks again
    stage.scroll_into_view_if_needed()
    _click(example, stage, 0.5)
    player_at(example, (low + high) / 2)
    stage.press("0")
    assert example.evaluate(RANGE) == whole


def test_a_contradiction_of_face_and_words_is_marked(example: Page, stage: Locator) -> None:
    expect(stage).to_contain_text("where they disagree")
    drawn = example.evaluate(
        """() => document.querySelector('#timeline .plot').data
            .filter((trace) => trace.marker?.pattern).map((trace) => trace.base)"""
    )
    assert len(drawn) == 1 and len(drawn[0]) == 1  # the actor says farewell with a smile
    example.locator(".moment.disagreement").click()
    example.wait_for_function(f"() => {TIME} > 29")
    expect(example.locator("#now .channel").first).to_contain_text("happiness")
    expect(example.locator("#now .channel").last).to_contain_text("sadness")


def test_lanes_are_switched_and_the_choice_is_kept(
    example: Page, stage: Locator, site: str
) -> None:
    tall = stage.evaluate("(each) => each.clientHeight")
    switch = example.get_by_role("button", name="Valence, arousal")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    assert stage.evaluate("(each) => each.clientHeight") < tall - 50
    expect(stage).not_to_contain_text("arousal")
    expect(stage).to_contain_text("subtitles")
    later = example.context.new_page()
    later.goto(site)
    try_example(later)
    kept = later.get_by_role("button", name="Valence, arousal")
    expect(kept).to_have_attribute("aria-pressed", "false")
    later.close()
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
