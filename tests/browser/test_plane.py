"""The plane of valence and arousal follows the player, and a click on the way seeks it."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.test_page import NEAR_S, TIME, analysed
from vidsent.core.emotions import COLORS
from vidsent.core.results import Analysis
from vidsent.ui.examples import FOLDER

pytestmark = pytest.mark.browser

RIM = 8  # pixels, as assets/ui/canvas.js has it
ALL = """() => [...document.querySelectorAll('#plane tr:nth-child(2) td')]
  .map((each) => Number(each.textContent.replace('−', '-')))"""
PIXEL = """([x, y]) => {
  const canvas = document.querySelector('#plane .here');
  const scale = canvas.width / canvas.clientWidth;
  return [...canvas.getContext('2d').getImageData(x * scale, y * scale, 1, 1).data];
}"""


@pytest.fixture(scope="module")
def actor() -> Analysis:
    return Analysis.from_json((FOLDER / "actor.en.analysis.json").read_text(encoding="utf-8"))


def show(page: Page) -> None:
    page.locator(".example").first.click()
    analysed(page)
    page.locator("#plane").scroll_into_view_if_needed()


def place(page: Page, valence: float, arousal: float) -> tuple[float, float]:
    """Where a pair lies on the canvas, in its pixels."""
    side = page.evaluate("() => document.querySelector('#plane .here').clientWidth")
    reach = side / 2 - RIM
    return side / 2 + valence * reach, side / 2 - arousal * reach


def point(analysis: Analysis, t_s: float) -> tuple[float, float]:
    index = int(np.argmin(np.abs(analysis.timeline.t_s - t_s)))
    return float(analysis.timeline.valence[index]), float(analysis.timeline.arousal[index])


def test_numbers_and_dot_are_those_of_the_time_being_played(page: Page, actor: Analysis) -> None:
    show(page)
    for moment in actor.moments[:3]:
        page.evaluate("(t_s) => window.vidsent.seek(t_s)", moment.t_s)
        wanted = point(actor, moment.t_s)
        assert page.evaluate(ALL) == pytest.approx(wanted, abs=0.011)
        red, green, blue, _ = page.evaluate(PIXEL, list(place(page, *wanted)))
        assert f"#{red:02x}{green:02x}{blue:02x}" == COLORS[moment.label]


def test_a_click_on_the_way_goes_there_and_one_beside_it_nowhere(
    page: Page, actor: Analysis
) -> None:
    show(page)
    surprise = next(moment for moment in actor.moments if moment.label == "surprise")
    wanted = point(actor, surprise.t_s)
    here = page.locator("#plane .here")
    x, y = place(page, *wanted)
    here.click(position={"x": x, "y": y})
    page.wait_for_function(f"() => ({TIME})() > 0")
    reached = page.evaluate(f"({TIME})()")
    assert page.evaluate(ALL) == pytest.approx(wanted, abs=0.05)
    assert abs(reached - surprise.t_s) < 3  # the emotion is held for a while
    x, y = place(page, 0.9, -0.9)
    here.click(position={"x": x, "y": y})
    assert page.evaluate(f"({TIME})()") == pytest.approx(reached, abs=NEAR_S)


def test_clicks_at_one_place_visit_its_times_in_turn(page: Page, actor: Analysis) -> None:
    """Both ends of the letter's clip are happy, a quarter of a minute apart."""
    show(page)
    first, last = actor.moments[0], actor.moments[-1]
    assert first.label == last.label == "happiness"
    here, visited = page.locator("#plane .here"), []
    x, y = place(page, *point(actor, last.t_s))
    for _ in range(6):
        before = page.evaluate(f"({TIME})()")
        here.click(position={"x": x, "y": y})
        page.wait_for_function(f"(before) => Math.abs(({TIME})() - before) > 0.01", arg=before)
        visited.append(page.evaluate(f"({TIME})()"))
    assert min(visited) < 15 < 28 < max(visited)
