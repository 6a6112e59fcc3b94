"""What a visitor does: upload, watch, click, try an example, make a mistake, read Chinese."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PATIENCE_MS
from tests.clips import Subtitled, grey_levels, write_pictures, write_smile, write_subtitled
from vidsent.ui.examples import FOLDER

pytestmark = pytest.mark.browser

NEAR_S = 0.35  # a player lands on a picture, not between two
CLICK_AT_ONCE = """new MutationObserver((_, watch) => {
  const example = document.querySelector(".example");
  if (example) { watch.disconnect(); example.click(); }
}).observe(document, { childList: true, subtree: true });"""
TIME = "() => document.querySelector('#player video').currentTime"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A smile from second 2 to second 5, under a name that is no one's friend."""
    return write_smile(tmp_path_factory.mktemp("upload") / "微笑 & <b>smile.mp4")


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    path = tmp_path / "said.srt"
    path.write_text(
        "1\n00:00:02,500 --> 00:00:04,500\nI am so happy <script>window.hacked=1</script>!\n",
        encoding="utf-8",
    )
    return path


def choose(page: Page, clip: Path) -> None:
    page.set_input_files("#clip input[type=file]", str(clip))
    page.wait_for_selector("#clip video")


def upload(page: Page, clip: Path, subtitles: Path | None = None) -> None:
    choose(page, clip)
    if subtitles is not None:
        page.set_input_files("#subtitles input[type=file]", str(subtitles))
        page.wait_for_selector(f"#subtitles >> text={subtitles.stem}")
    page.click("#analyse")


def analysed(page: Page) -> None:
    page.wait_for_selector("#timeline .js-plotly-plot .main-svg")
    page.wait_for_function("() => document.querySelector('#player video')?.readyState >= 1")


def test_upload_gives_a_timeline_and_a_moment_moves_the_player(
    page: Page, clip: Path, subtitles: Path, complaints: list[str]
) -> None:
    upload(page, clip, subtitles)
    analysed(page)
    expect(page.locator("#status")).to_contain_text("Happiness")
    moment = page.locator(".moment").first
    wanted = float(moment.get_attribute("data-seek") or "nan")
    assert 2.0 <= wanted <= 5.0
    moment.click()
    page.wait_for_function(f"() => Math.abs(({TIME})() - {wanted}) < {NEAR_S}")
    word = page.locator("#words [data-seek]").first
    word.click()
    page.wait_for_function(f"() => Math.abs(({TIME})() - 2.5) < {NEAR_S}")
    assert page.evaluate("() => window.hacked") is None
    assert page.locator("b:has-text('smile')").count() == 0  # the name is text, not markup
    assert complaints == []


def test_the_clips_own_subtitles_can_be_chosen(page: Page, tmp_path: Path) -> None:
    english = Subtitled("mov_text", ((0.5, 2.0, "I am so happy"),), "eng")
    chinese = Subtitled("mov_text", ((0.5, 2.0, "我好难过"),), "chi")
    clip = write_subtitled(tmp_path / "both.mp4", [english, chinese])
    page.set_input_files("#clip input[type=file]", str(clip))
    choice = page.locator("#track input")
    expect(choice).to_have_value("1 · English")
    choice.click()
    page.get_by_role("option", name="2 · Chinese").click()
    page.click("#analyse")
    analysed(page)
    expect(page.locator("#words")).to_contain_text("我好难过")
    expect(page.locator("#words")).not_to_contain_text("happy")
    page.get_by_text("中文", exact=True).first.click()
    expect(choice).to_have_value("2 · 中文")


def test_a_click_on_the_timeline_seeks_and_playing_moves_the_playhead(
    page: Page, clip: Path
) -> None:
    upload(page, clip)
    analysed(page)
    stage = page.locator("#timeline .stage")
    box = stage.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.wait_for_function(f"() => Math.abs(({TIME})() - 3) < {NEAR_S}")
    before = float(stage.get_attribute("aria-valuenow") or "nan")
    assert before == pytest.approx(3, abs=NEAR_S)
    stage.press("ArrowDown")
    page.wait_for_function(f"() => Math.abs(({TIME})() - 2) < {NEAR_S}")
    page.evaluate("() => document.querySelector('#player video').play()")
    page.wait_for_function(
        "() => Number(document.querySelector('#timeline .stage').ariaValueNow) > 2.6"
    )


def test_an_example_answers_with_its_verdict(page: Page) -> None:
    page.locator(".example").first.click()
    analysed(page)
    expect(page.locator(".moment").first).to_be_visible()
    with page.expect_download() as download:
        page.click("#csv")
    assert download.value.path().read_text("utf-8-sig").startswith("t_s,")


def test_a_broken_file_is_a_notice_and_the_server_lives(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video" * 500)
    page.set_input_files("#clip input[type=file]", str(broken))
    page.wait_for_selector("#clip video")
    page.click("#analyse")
    expect(page.locator("#status")).to_contain_text("convert it to MP4", timeout=PATIENCE_MS)
    page.locator(".example").first.click()
    analysed(page)


def test_cancel_stops_the_work_and_the_page_is_ready_again(page: Page) -> None:
    upload(page, FOLDER / "words.mp4")  # half a minute long: time enough to change one's mind
    page.click("#cancel")
    expect(page.locator("#status")).to_contain_text("Stopped")
    expect(page.locator("#analyse")).to_be_visible()
    page.click("#analyse")
    analysed(page)


def test_a_clip_that_browsers_do_not_play_is_shown_all_the_same(page: Page, tmp_path: Path) -> None:
    pictures, times_s = grey_levels(30), np.arange(30) / 10
    upload(page, write_pictures(tmp_path / "old.avi", pictures, times_s, codec="mpeg4"))
    analysed(page)
    expect(page.locator("#clip.unplayable")).to_be_visible()
    assert page.evaluate("() => document.querySelector('#player video').videoWidth") == 160
    expect(page.locator("#status")).to_contain_text("Nothing to read here")
    expect(page.locator("#plane")).to_be_hidden()
    expect(page.get_by_text("not playable")).to_have_count(0)  # no alarm about it


def test_the_language_can_be_changed_with_a_result_on_the_page(page: Page) -> None:
    page.locator(".example").first.click()
    analysed(page)
    page.get_by_text("中文").click()
    expect(page.locator("#status")).to_contain_text("把握")
    expect(page.locator("#analyse")).to_have_text("开始分析")
    expect(page.locator("#timeline .legend")).to_contain_text("快乐")
    page.get_by_text("EN", exact=True).click()
    expect(page.locator("#timeline .legend")).to_contain_text("happiness")


@pytest.mark.visitor(locale="zh-CN")
def test_a_chinese_browser_gets_a_chinese_page(page: Page) -> None:
    expect(page.locator("#analyse")).to_contain_text("分析")
    page.locator(".example").first.click()
    analysed(page)
    expect(page.locator("#status")).to_contain_text("把握")


@pytest.mark.visitor(locale="zh-CN")
def test_who_clicks_before_the_server_greets_is_answered_in_their_language(
    page: Page, site: str
) -> None:
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


@pytest.mark.visitor(color_scheme="dark")
def test_dark_mode_reaches_the_chart(page: Page) -> None:
    page.locator(".example").first.click()
    analysed(page)
    ground, ink = page.evaluate(
        """() => ['body', '#timeline .stage'].map((each) => getComputedStyle(
            document.querySelector(each))[each === 'body' ? 'backgroundColor' : 'color'])"""
    )
    assert sum(map(int, ground[4:-1].split(",")[:3])) < 3 * 80
    assert sum(map(int, ink[4:-1].split(",")[:3])) > 3 * 130


@pytest.mark.visitor(viewport={"width": 390, "height": 844})
def test_nothing_sticks_out_on_a_phone(page: Page) -> None:
    page.locator(".example").first.click()
    analysed(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
