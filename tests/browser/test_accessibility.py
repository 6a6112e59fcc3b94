"""In Chinese, in the dark, on a phone: all can be read and reached, and nothing sticks out.

axe-core also looks at the page in English, where other tests have it before them: without a result
and with one (clip/test_examples), in each tab, in the open form of a person.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import explained, grave, open_tab, try_example

pytestmark = pytest.mark.browser

GROUND_AND_INK = """() => ['body', '#timeline .stage'].map((each) => getComputedStyle(
  document.querySelector(each))[each === 'body' ? 'backgroundColor' : 'color'])"""
SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"
WIDTHS = """() => [...document.querySelectorAll('#models .figure .main-svg')]
  .map((each) => each.clientWidth)"""


def _light(color: str) -> int:
    """The sum of red, green and blue of "rgb(1, 2, 3)"."""
    return sum(map(int, color[4:-1].split(",")[:3]))


@pytest.mark.visitor(locale="zh-CN", color_scheme="dark")
def test_in_chinese_and_in_the_dark(page: Page) -> None:
    assert grave(page) == []
    try_example(page)
    explained(page)
    expect(page.locator("#status")).to_contain_text("把握")
    ground, ink = page.evaluate(GROUND_AND_INK)
    assert _light(ground) < 3 * 80 and _light(ink) > 3 * 130
    assert grave(page) == []
    open_tab(page, "models")
    page.wait_for_selector("#models .figure .main-svg")
    assert grave(page) == []


@pytest.mark.visitor(viewport={"width": 390, "height": 844})
def test_on_a_phone(page: Page) -> None:
    try_example(page)
    explained(page)
    assert page.evaluate(SIDEWAYS) <= 0
    assert grave(page) == []
    page.evaluate("document.querySelector('#why').append(document.createElement('button'))")
    assert [found.split(":")[0] for found in grave(page)] == ["button-name"]  # it does look
    open_tab(page, "models")
    page.wait_for_selector("#models .figure .main-svg")
    widths = page.evaluate(WIDTHS)
    assert widths and all(200 < width <= 390 for width in widths)
    assert page.evaluate(SIDEWAYS) <= 0
