"""The rows of people: a visitor names one, joins two, and has them back as they were found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import explained, grave, saved, speak
from vidsent.core.results import Analysis
from vidsent.ui.media.examples import FOLDER, INDEX
from vidsent.ui.shared.language import say

pytestmark = pytest.mark.browser

NAME = "Ana <b>& Bo"  # a stranger's, who tries
TWO = "portrait.mp4"  # the example whose one person was followed twice


def _shown(page: Page) -> Locator:
    page.locator(f".example[data-index='{_place()}']").click()
    rows = page.locator("#people .person")
    expect(rows).to_have_count(2)
    explained(page)
    return rows


def _place() -> int:
    listed = json.loads((FOLDER / INDEX).read_text("utf-8"))
    return [entry["clip"] for entry in listed].index(TWO)


def _save(row: Locator, name: str, same: str | None = None) -> None:
    row.locator("summary").click()
    field = row.get_by_role("textbox", name=say("name", "en"))
    expect(field).to_be_focused()
    if same is not None:
        row.get_by_role("combobox", name=say("same_as", "en")).select_option(label=same)
    field.fill(name)
    field.press("Enter")


def test_a_person_is_named_and_joined_and_all_of_the_page_and_its_files_say_so(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    rows = _shown(page)
    _save(rows.first, NAME)
    called = rows.locator("strong")
    expect(called).to_have_text([NAME, "Person B"])
    expect(rows.first.locator("summary")).to_be_focused()
    expect(page.locator("#why .why-read strong").first).to_have_text(NAME)
    page.evaluate("() => vidsent.seek(6)")
    expect(page.locator(".boxes .box span").first).to_contain_text(f"{NAME} · ")
    rows.last.locator("summary").click()
    assert grave(page) == []
    page.keyboard.press("Escape")
    expect(rows.last.locator("form")).to_be_hidden()
    expect(rows.last.locator("summary")).to_be_focused()
    _save(rows.last, "", same=NAME)
    expect(called).to_have_text([NAME])
    read = Analysis.from_json(saved(page, "#json", tmp_path).read_text("utf-8"))
    assert [(track.id, track.name) for track in read.tracks] == [(1, NAME)]
    speak(page, "zh")
    expect(page.locator("#why .why-read strong").first).to_have_text(NAME)
    page.get_by_role("button", name=say("as_found", "zh")).click()
    expect(called).to_have_text(["人物 A", "人物 B"])
    expect(page.get_by_role("button", name=say("as_found", "zh"))).to_have_count(0)
    assert complaints == []
