"""The table that seeks without a script of ours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import player_at, speak

pytestmark = pytest.mark.browser

WITHOUT = """() => {
  window.kept = window.vidsent.seek;
  window.vidsent.seek = () => { throw Error('no script'); };
}"""
AGAIN = "() => { window.vidsent.seek = window.kept; }"


def test_a_row_moves_the_player_without_the_pages_own_link_to_it(example: Page) -> None:
    moment = example.locator(".moment").filter(has_text="Surprise at its height")
    wanted = float(moment.get_attribute("data-seek") or "nan")
    example.get_by_role("button", name=re.compile("plain table")).click()
    table = example.locator("#plain-table")
    expect(table).to_contain_text("I got the job!")
    example.evaluate(WITHOUT)
    table.get_by_text(re.compile("^Surprise at its height")).first.click()
    player_at(example, wanted)
    example.evaluate(AGAIN)
    speak(example, "zh")
    expect(table).to_contain_text("惊讶达到顶点")
    example.get_by_role("button", name=re.compile("表格")).click()
