"""axe-core finds nothing that would keep people from the page, in any of its states."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from vidsent.ui.text import say

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
# What Gradio makes and we cannot mend would be left out here, one selector with its reason each.
EXCLUDED: dict[str, str] = {}


def grave(page: Page) -> list[str]:
    """Violations of the page as it stands, each with the elements that it is about."""
    context = {"include": [["body"]], "exclude": [[selector] for selector in EXCLUDED]}
    # to tell of all that is well takes as long as to look
    found = Axe().run(page, context, {"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: " + ", ".join(str(node["target"]) for node in each["nodes"])
        for each in found
        if each["impact"] in GRAVE
    ]


def _example(page: Page) -> None:
    page.locator(".example").first.click()
    page.wait_for_selector("#timeline .js-plotly-plot .main-svg")
    page.wait_for_function("() => document.querySelector('#player video')?.readyState >= 1")
    expect(page.locator("#why .why-face")).to_be_visible()
    page.wait_for_timeout(300)  # until what fades has faded


def test_empty_with_a_result_and_the_models(page: Page) -> None:
    assert grave(page) == []
    _example(page)
    assert grave(page) == []
    page.get_by_role("tab").last.click()
    page.wait_for_selector("#models .figure .main-svg")
    assert grave(page) == []


@pytest.mark.parametrize("key", ["live_tab", "compare_tab"])
def test_the_camera_and_the_comparison(page: Page, key: str) -> None:
    page.get_by_role("tab", name=say(key, "en"), exact=True).click()
    shown = {"live_tab": "#live .begin", "compare_tab": "#compare-overlay .main-svg"}[key]
    page.wait_for_selector(shown)
    page.wait_for_timeout(300)
    assert grave(page) == []


@pytest.mark.visitor(locale="zh-CN", color_scheme="dark")
def test_in_chinese_and_in_the_dark(page: Page) -> None:
    assert grave(page) == []
    _example(page)
    assert grave(page) == []
    page.get_by_role("tab").last.click()
    page.wait_for_selector("#models .figure .main-svg")
    assert grave(page) == []


@pytest.mark.visitor(viewport={"width": 390, "height": 844})
def test_on_a_phone(page: Page) -> None:
    _example(page)
    assert grave(page) == []
    page.evaluate("document.querySelector('#why').append(document.createElement('button'))")
    assert [found.split(":")[0] for found in grave(page)] == ["button-name"]  # it does look
