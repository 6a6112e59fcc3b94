"""Nothing that strangers wrote runs; nothing jumps; everyone knows their place in line."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Contexts
from tests.browser.steps import analysed, choose, upload
from tests.builders import spoken_lines, synthetic_analysis
from tests.clips import write_long, write_smile
from vidsent.ui import build_demo
from vidsent.ui.media.examples import FOLDER, Example, ExampleStore
from vidsent.ui.server import launch
from vidsent.ui.shared.language import say

pytestmark = pytest.mark.browser

PLANTED = "<img src=x onerror=hacked=1><script>hacked=1</script>{{7*7}}\"'><svg/onload=hacked=1>"
RAN = "() => window.hacked !== undefined || document.querySelector('img[src=x]') !== null"
FIRST_VIEW_S, EXAMPLE_S = 6.0, 15.0  # three and five times what is promised: the machine is shared
MOST_SHIFT = 0.05
# A film that a fast machine too is still reading when the other visitor has come: for 18 s on one
# that reads 820 of its pictures a second.
LONG_S, LONG_SIZE = 1500.0, (640, 360)
SETTLED_MS = 1500  # in which whatever still jumps does so
WATCHED = """
window.shift = 0; window.first = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => {
  if (!each.hadRecentInput) window.shift += each.value;
})).observe({ type: "layout-shift", buffered: true });
new MutationObserver((_, watch) => {
  if (!document.querySelector(".example img")) return;
  window.first = performance.now(); watch.disconnect();
}).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture(scope="module")
def hostile_site() -> Iterator[str]:
    """A page with one example, whose every text was written by someone who means harm."""
    lines = tuple(
        replace(
            line,
            text=PLANTED,
            kind=kind,
            words=tuple(replace(w, text=PLANTED, start=0, end=9) for w in line.words),
        )
        for line, kind in zip(spoken_lines(), ("subtitle", "danmaku") * 2, strict=True)
    )
    analysis = synthetic_analysis(name=f"{PLANTED}.mp4", lines=lines, skipped={PLANTED: 1})
    moments = tuple(replace(each, why={"en": PLANTED, "zh": PLANTED}) for each in analysis.moments)
    analysis = replace(analysis, moments=moments, models={PLANTED: PLANTED})
    told = {"en": PLANTED, "zh": PLANTED}
    examples = ExampleStore([Example(FOLDER / "words.mp4", {}, told, told, b"")])
    examples._made = {(0, "en"): analysis, (0, "zh"): analysis}
    demo = build_demo(examples)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield launch(demo, "127.0.0.1", port, prevent_thread_lock=True, quiet=True)
    demo.close()


@pytest.mark.filterwarnings("ignore:A `<script>` tag was found:UserWarning")  # as it should
def test_nothing_that_was_planted_runs(hostile_site: str, page: Page) -> None:
    page.goto(hostile_site)
    page.locator(".example").click()
    analysed(page)
    assert page.locator("#notes").inner_text().count("onerror") >= 2
    for moment in page.locator("#words [data-seek], .moment").all():
        moment.click()
        expect(page.locator("#now .stamp")).not_to_be_empty()
    assert not page.evaluate(RAN)
    page.get_by_text("中文").click()
    expect(page.locator("#status")).to_contain_text("把握")
    assert not page.evaluate(RAN)


def test_nothing_planted_in_files_runs(page: Page, tmp_path: Path) -> None:
    clip = tmp_path / "<img src=x onerror=hacked=1>.mp4"
    clip.write_bytes(write_smile(tmp_path / "smile.mp4").read_bytes())
    escaped = PLANTED.replace("&", "&amp;").replace("<", "&lt;")
    comments = "".join(f'<d p="{n},1,25,0,0,0,a,1">{escaped}{n} 好难过</d>' for n in range(5))
    danmaku = tmp_path / "<svg onload=hacked=1>.xml"
    danmaku.write_text(f"<i>{comments}</i>", encoding="utf-8")
    upload(page, clip, danmaku)
    analysed(page)
    expect(page.locator("#words")).to_contain_text("onerror")
    page.locator("#words .row").first.click()
    assert not page.evaluate(RAN)


@pytest.mark.alone
@pytest.mark.parametrize("width", [1360, 390])
def test_the_first_view_is_quick_and_nothing_jumps(
    site: str, chromium: Browser, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.add_init_script(WATCHED)
    page.goto(site)
    page.wait_for_function("() => window.first > 0")
    page.wait_for_timeout(SETTLED_MS)
    began_s = page.evaluate("() => performance.now()") / 1000
    page.locator(".example").first.click()
    analysed(page)
    assert page.evaluate("() => performance.now()") / 1000 - began_s < EXAMPLE_S
    page.wait_for_timeout(SETTLED_MS)
    assert page.evaluate("() => window.first") / 1000 < FIRST_VIEW_S
    assert page.evaluate("() => window.shift") < MOST_SHIFT
    assert complaints == []
    context.close()


def test_progress_counts_and_who_waits_knows_their_place(
    page: Page, site: str, contexts: Contexts, tmp_path: Path
) -> None:
    other = contexts({"locale": "zh-CN", "reduced_motion": "reduce"}).new_page()
    other.goto(site)
    other.wait_for_selector(".example")
    choose(other, FOLDER / "actor.mp4")  # ready, as the film does not take long either
    status = page.locator("#status")
    upload(page, write_long(tmp_path / "long.mp4", LONG_S, *LONG_SIZE))
    expect(status).to_contain_text(re.compile(r"Finding faces: [\d,]+ of [\d,]+ pictures"))
    other.click("#analyse")
    expect(other.locator("#status .place")).to_have_text(say("place", "zh", n=1))
    page.click("#cancel")
    expect(status).to_contain_text("Stopped")
    expect(other.locator("#status")).to_contain_text(re.compile(r"寻找人脸：\d+ / \d{3} 帧"))
    other.click("#cancel")
    expect(other.locator("#status")).to_contain_text(say("stopped", "zh"))
    other.close()
