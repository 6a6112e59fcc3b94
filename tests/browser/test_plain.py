"""The table that seeks without a script of ours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NEAR_S = 0.35
TIME = "() => document.querySelector('#player video').currentTime"


def test_a_row_moves_the_player_without_the_pages_own_link_to_it(page: Page) -> None:
    page.locator(".example").first.click()
    page.wait_for_function("() => document.querySelector('#player video')?.readyState >= 1")
    moment = page.locator(".moment").filter(has_text="Surprise at its height")
    wanted = float(moment.get_attribute("data-seek") or "nan")
    page.evaluate("() => { window.vidsent.seek = () => { throw Error('no script'); }; }")
    page.get_by_role("button", name=re.compile("plain table")).click()
    table = page.locator("#plain-table")
    expect(table).to_contain_text("I got the job!")
    table.get_by_text(re.compile("^Surprise at its height")).first.click()
    page.wait_for_function(f"() => Math.abs(({TIME})() - {wanted}) < {NEAR_S}")
    page.locator("#language label").nth(1).click()
    expect(table).to_contain_text("惊讶达到顶点")
