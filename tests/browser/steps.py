"""What tests do on the page again and again."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

NEAR_S = 0.35  # a player lands on a picture, not between two
TIME = "(() => document.querySelector('#player video')?.currentTime ?? -1)()"
LOADED = "() => document.querySelector('#player video')?.readyState >= 1"
STILL = """() => document.getAnimations().every(({ playState, effect }) =>
  playState !== 'running' || effect.getComputedTiming().iterations === Infinity)"""
GRAVE = {"serious", "critical"}
# What Gradio makes and we cannot mend would be left out here, one selector with its reason each.
EXCLUDED: dict[str, str] = {}


def open_tab(page: Page, name: str) -> None:
    """Open a tab by its key: clip, live, library, compare, models."""
    page.locator(f"[role=tab][data-tab-id={name}]").click()


def speak(page: Page, language: str) -> None:
    """Switch the page to "en" or "zh"."""
    page.locator("#language label").nth(int(language == "zh")).click()


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
    """Wait for the result: its timeline is drawn and its player can seek."""
    page.wait_for_selector("#timeline .js-plotly-plot .main-svg")
    page.wait_for_function(LOADED)


def try_example(page: Page, index: int = 0) -> None:
    page.locator(".example").nth(index).click()
    analysed(page)


def player_at(page: Page, t_s: float, near_s: float = NEAR_S) -> None:
    """Wait until the player is at a time."""
    page.wait_for_function(f"() => Math.abs({TIME} - {t_s}) < {near_s}")


def explained(page: Page) -> None:
    """Wait for the why card of a moment with a face."""
    expect(page.locator("#why .why-face").first).to_be_visible()


def saved(page: Page, button: str, folder: Path) -> Path:
    """The file that a button gives, under the name that the browser suggests."""
    with page.expect_download() as download:
        page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def grave(page: Page) -> list[str]:
    """Violations of axe-core as the page stands, each with the elements that it is about."""
    page.wait_for_function(STILL)  # what fades would be judged in between
    context = {"include": [["body"]], "exclude": [[selector] for selector in EXCLUDED]}
    # to tell of all that is well takes as long as to look
    found = Axe().run(page, context, {"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: " + ", ".join(str(node["target"]) for node in each["nodes"])
        for each in found
        if each["impact"] in GRAVE
    ]
