"""A visitor whose clip ends the process that decodes it is told so, and may try another."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import analysed, upload
from tests.clips import write_clip, write_long
from tests.workers import busiest, computed_s, workers

pytestmark = pytest.mark.browser

LONG_S = 180.0  # of film, so that a fast machine too is found at work on it


def test_a_crash_of_the_decoder_is_a_notice_and_the_next_clip_is_read(
    page: Page, tmp_path: Path
) -> None:
    long = write_long(tmp_path / "long.mp4", LONG_S, 1280, 720)
    upload(page, long)
    expect(page.locator("#status")).to_contain_text("Finding faces")
    used = {each: computed_s(each) for each in workers()}
    os.kill(busiest(used), signal.SIGSEGV)
    expect(page.locator("#status")).to_contain_text("could not be decoded safely")
    expect(page.locator("#analyse")).to_be_visible()
    page.reload()
    upload(page, write_clip(tmp_path / "short.mp4", 2.0))
    analysed(page)
