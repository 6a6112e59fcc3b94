"""The pictures of the README, taken of the page itself: docs/screenshot.png and docs/page.gif.

Starts the page, drives it in headless Chromium with an example, and takes the pictures. Needs what
tests/browser needs. Run it as `make pictures` after the page has changed its looks.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.browser.conftest import FLAGS, executable
from vidsent.ui.media.examples import ExampleStore, load_examples
from vidsent.ui.page import build_demo
from vidsent.ui.server import launch

DOCS = Path(__file__).resolve().parents[1] / "docs"
SIZE: ViewportSize = {"width": 1280, "height": 1060}
WIDTH = 800  # pixels of the moving picture
COLORS = 160
PLAYED = range(26)  # pictures while the clip plays, each a second of it
PATIENCE_MS = 120_000
SEEK = """(t) => new Promise((done) => {
  const player = document.querySelector('#player video');
  const drawn = () => requestAnimationFrame(() => setTimeout(done, 250));
  player.addEventListener('seeked', drawn, { once: true });
  window.vidsent.seek(t);
})"""


def main() -> None:
    demo = build_demo(ExampleStore(load_examples()))
    address = launch(demo, port=7999, prevent_thread_lock=True, quiet=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        page = browser.new_context(viewport=SIZE).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        _analysed(page)
        page.evaluate(SEEK, 10.6)
        page.locator(".moment").nth(6).click()
        page.wait_for_selector("#why img")
        page.wait_for_timeout(1500)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=DOCS / "screenshot.png", full_page=True)
        frames = [*_playing(page), *_others(page)]
        browser.close()
    demo.close()
    _write(frames, DOCS / "page.gif")


def _analysed(page: Page) -> None:
    page.locator(".example").first.click()
    page.wait_for_selector("#timeline .js-plotly-plot .main-svg")
    page.wait_for_function("() => document.querySelector('#player video')?.readyState >= 2")
    page.wait_for_timeout(1500)


def _playing(page: Page) -> list[tuple[Image.Image, int]]:
    """Pictures with the time each is shown, in milliseconds."""
    frames = []
    for place in PLAYED:
        page.evaluate(SEEK, 1.0 + 1.4 * place)
        frames.append((_picture(page), 280))
    return frames


def _others(page: Page) -> list[tuple[Image.Image, int]]:
    frames = []
    page.locator("#why").scroll_into_view_if_needed()
    page.wait_for_timeout(600)
    frames.append((_picture(page), 1800))
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("tab", name="Library").click()
    page.locator("#library input, #library textarea").first.fill("angry talk about money")
    page.keyboard.press("Enter")
    page.wait_for_selector("#library .hit")
    page.wait_for_timeout(1200)
    frames.append((_picture(page), 1800))
    return frames


def _picture(page: Page) -> Image.Image:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.resize(
        (WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS
    )


def _write(frames: list[tuple[Image.Image, int]], path: Path) -> None:
    first, *rest = (picture.quantize(COLORS) for picture, _ in frames)
    times = [shown for _, shown in frames]
    first.save(path, save_all=True, append_images=rest, duration=times, loop=0, optimize=True)
    print(f"wrote {path}: {path.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
