"""The plane of valence and arousal follows the player, and a click on the way seeks it."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from tests.browser.steps import NEAR_S, TIME
from vidsent.core.emotions import COLORS
from vidsent.core.results import Analysis
from vidsent.ui.media.examples import FOLDER

pytestmark = pytest.mark.browser

RIM = 8  # pixels, as canvas.js has it
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


@pytest.fixture
def here(example: Page) -> Locator:
    """The canvas that is clicked, in sight."""
    canvas = example.locator("#plane .here")
    canvas.scroll_into_view_if_needed()
    return canvas


def place(page: Page, valence: float, arousal: float) -> tuple[float, float]:
    """Where a pair lies on the canvas, in its pixels."""
    side = page.evaluate("() => document.querySelector('#plane .here').clientWidth")
    reach = side / 2 - RIM
    return side / 2 + valence * reach, side / 2 - arousal * reach


def point(analysis: Analysis, t_s: float) -> tuple[float, float]:
    index = int(np.argmin(np.abs(analysis.timeline.t_s - t_s)))
    return float(analysis.timeline.valence[index]), float(analysis.timeline.arousal[index])


def test_numbers_and_dot_are_those_of_the_time_being_played(
    example: Page, here: Locator, actor: Analysis
) -> None:
    for moment in actor.moments[:3]:
        example.evaluate("(t_s) => window.vidsent.seek(t_s)", moment.t_s)
        wanted = point(actor, moment.t_s)
        assert example.evaluate(ALL) == pytest.approx(wanted, abs=0.011)
        red, green, blue, _ = example.evaluate(PIXEL, list(place(example, *wanted)))
        assert f"#{red:02x}{green:02x}{blue:02x}" == COLORS[moment.label]


def test_a_click_on_the_way_goes_there_and_one_beside_it_nowhere(
    example: Page, here: Locator, actor: Analysis
) -> None:
    surprise = next(moment for moment in actor.moments if moment.label == "surprise")
    wanted = point(actor, surprise.t_s)
    x, y = place(example, *wanted)
    here.click(position={"x": x, "y": y})
    example.wait_for_function(f"() => {TIME} > 0")
    reached = example.evaluate(TIME)
    assert example.evaluate(ALL) == pytest.approx(wanted, abs=0.05)
    assert abs(reached - surprise.t_s) < 3  # the emotion is held for a while
    x, y = place(example, 0.9, -0.9)
    here.click(position={"x": x, "y": y})
    assert example.evaluate(TIME) == pytest.approx(reached, abs=NEAR_S)


def test_clicks_at_one_place_visit_its_times_in_turn(
    example: Page, here: Locator, actor: Analysis
) -> None:
    """Both ends of the letter's clip are happy, a quarter of a minute apart."""
    first, last = actor.moments[0], actor.moments[-1]
    assert first.label == last.label == "happiness"
    visited = []
    x, y = place(example, *point(actor, last.t_s))
    for _ in range(6):
        before = example.evaluate(TIME)
        here.click(position={"x": x, "y": y})
        example.wait_for_function(f"(before) => Math.abs({TIME} - before) > 0.01", arg=before)
        visited.append(example.evaluate(TIME))
    assert min(visited) < 15 < 28 < max(visited)
