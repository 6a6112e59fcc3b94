"""What a visitor does with clips: upload, choose subtitles, make a mistake, change their mind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gradio.utils import get_upload_folder
from playwright.sync_api import Page, expect

from tests.browser.steps import analysed, player_at, try_example, upload
from tests.clips import (
    Subtitled,
    grey_levels,
    write_clip,
    write_pictures,
    write_smile,
    write_subtitled,
)
from vidsent.ui.media.examples import FOLDER

pytestmark = pytest.mark.browser


def test_upload_gives_a_timeline_and_a_moment_moves_the_player(
    page: Page, tmp_path: Path, complaints: list[str]
) -> None:
    """A smile from second 2 to second 5, under a name that is no one's friend."""
    clip, subtitles = write_smile(tmp_path / "微笑 & <b>smile.mp4"), tmp_path / "said.srt"
    subtitles.write_text(
        "1\n00:00:02,500 --> 00:00:04,500\nI am so happy <script>window.hacked=1</script>!\n",
        encoding="utf-8",
    )
    upload(page, clip, subtitles)
    analysed(page)
    expect(page.locator("#status")).to_contain_text("Happiness")
    moment = page.locator(".moment").first
    wanted = float(moment.get_attribute("data-seek") or "nan")
    assert 2.0 <= wanted <= 5.0
    moment.click()
    player_at(page, wanted)
    page.locator("#words [data-seek]").first.click()
    player_at(page, 2.5)
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


def test_a_broken_file_is_a_notice_and_the_server_lives(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video" * 500)
    upload(page, broken)
    expect(page.locator("#status")).to_contain_text("convert it to MP4")
    try_example(page)


def test_a_clip_that_browsers_do_not_play_is_shown_all_the_same(page: Page, tmp_path: Path) -> None:
    pictures, times_s = grey_levels(30), np.arange(30) / 10
    upload(page, write_pictures(tmp_path / "old.avi", pictures, times_s, codec="mpeg4"))
    analysed(page)
    expect(page.locator("#clip.unplayable")).to_be_visible()
    assert page.evaluate("() => document.querySelector('#player video').videoWidth") == 160
    expect(page.locator("#status")).to_contain_text("Nothing to read here")
    expect(page.locator("#plane")).to_be_hidden()
    expect(page.get_by_text("not playable")).to_have_count(0)  # no alarm about it


def _folders() -> set[Path]:
    """The folders that were made for results, see `new_folder`."""
    return set(Path(get_upload_folder()).glob("?" * 32))


def test_cancel_stops_the_work_leaves_no_files_and_the_page_is_ready_again(
    page: Page, tmp_path: Path
) -> None:
    before, status = _folders(), page.locator("#status")
    upload(page, FOLDER / "words.mp4")  # half a minute long: time enough to change one's mind
    expect(status).to_contain_text("Finding faces")
    page.click("#cancel")
    expect(status).to_contain_text("Stopped")
    page.wait_for_timeout(1500)  # in which the work that was stopped would write
    assert _folders() <= before
    expect(page.locator("#analyse")).to_be_visible()
    page.locator("#clip").get_by_label("Clear").click()
    upload(page, write_clip(tmp_path / "short.mp4", 2.0))
    analysed(page)
