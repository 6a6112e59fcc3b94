"""An example answers at once, in the language of the visitor."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.steps import analysed, explained, grave, speak, try_example
from vidsent.core.timecode import format_time

pytestmark = pytest.mark.browser

CLICK_AT_ONCE = """new MutationObserver((_, watch) => {
  const example = document.querySelector(".example");
  if (example) { watch.disconnect(); example.click(); }
}).observe(document, { childList: true, subtree: true });"""


def test_an_example_answers_with_its_verdict_and_its_first_moment(page: Page) -> None:
    assert grave(page) == []  # the page without a result
    try_example(page)
    first = page.locator(".moment").first
    expect(first).to_be_visible()
    with page.expect_download() as download:
        page.click("#csv")
    assert download.value.path().read_text("utf-8-sig").startswith("t_s,")
    explained(page)
    t_s = float(first.get_attribute("data-seek") or "nan")
    expect(page.locator("#why h3 time")).to_have_text(format_time(t_s))
    assert grave(page) == []


def test_the_language_can_be_changed_with_a_result_on_the_page(example: Page) -> None:
    speak(example, "zh")
    expect(example.locator("#status")).to_contain_text("把握")
    expect(example.locator("#analyse")).to_have_text("开始分析")
    expect(example.locator("#timeline .legend")).to_contain_text("快乐")
    speak(example, "en")
    expect(example.locator("#timeline .legend")).to_contain_text("happiness")


@pytest.mark.visitor(locale="zh-CN")
def test_who_clicks_before_the_server_greets_is_answered_in_their_language(
    page: Page, site: str
) -> None:
    expect(page.locator("#analyse")).to_contain_text("分析")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.add_init_script(CLICK_AT_ONCE)
    # It waits: after a refusal Gradio's client takes the server for gone, and loads again.
    greetings: list[Route] = []
    page.route("**/gradio_api/run/**", lambda greeting: greetings.append(greeting))
    page.goto(site)
    analysed(page)
    expect(page.locator("#status")).to_contain_text("把握")
    picked = [body for body in asked if '"index":0' in body]
    assert picked and not any('"data":["en"]' in body for body in picked)
    page.goto("about:blank")
    for greeting in greetings:  # one left waiting is logged as an error, in a later test
        greeting.abort()
