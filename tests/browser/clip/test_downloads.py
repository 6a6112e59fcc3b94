"""Every file that the page gives opens where its reader would open it."""

from __future__ import annotations

import base64
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import analysed, saved, speak, upload
from tests.clips import add_tone, write_smile
from vidsent.core.emotions import COLORS
from vidsent.core.results import Analysis
from vidsent.reports.overlay import rgb
from vidsent.timeline.verdict import dominant

pytestmark = pytest.mark.browser

CUES = """(text) => new Promise((told) => {
  const [player, track] = [document.createElement('video'), document.createElement('track')];
  track.src = URL.createObjectURL(new Blob([text], { type: 'text/vtt' }));
  [track.default, track.kind] = [true, 'captions'];
  track.onload = () => told([...track.track.cues].map((cue) => cue.getCueAsHTML().textContent));
  track.onerror = () => told(null);
  player.append(track);
  document.body.append(player);
  track.track.mode = 'showing';
})"""

PLAYS = """(content) => new Promise((told) => {
  const player = document.createElement('video');
  player.onerror = () => told([player.error.message]);
  player.onseeked = () => told([player.duration, player.videoWidth, player.currentTime]);
  player.onloadeddata = () => { player.currentTime = 4; };
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  player.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
})"""

# Stop is pressed in the picture in which it appears: a busy machine's click may come too late.
BEGIN_AND_STOP = """() => new Promise((pressed) => {
  const look = () => {
    const stop = document.querySelector('#annotate_stop');
    if (!stop) return requestAnimationFrame(look);
    stop.click();
    pressed();
  };
  document.querySelector('#annotate').click();
  look();
})"""

TOO_EARLY = "status of 422"  # Gradio's own cancel, sent before it heard the number of the event


def test_the_files_of_an_example_open(example: Page, chromium: Browser, tmp_path: Path) -> None:
    analysis = Analysis.from_json(saved(example, "#json", tmp_path).read_text("utf-8"))
    captions = saved(example, "#vtt", tmp_path).read_text("utf-8")
    told = example.evaluate(CUES, captions)
    assert told is not None and len(told) == captions.count("-->")
    for line in analysis.lines:
        label = "" if line.probs is None else dominant(line.probs)
        assert any(line.text in text and label in text for text in told)
    for language, lang, headline in (("en", "en", "Happiness"), ("zh", "zh-Hans", "快乐")):
        speak(example, language)
        expect(example.locator("#keep-title")).to_contain_text(
            "下载" if lang != "en" else "Downloads"
        )
        opens_offline(chromium, saved(example, "#report", tmp_path), lang, headline, analysis)


def opens_offline(
    chromium: Browser, path: Path, lang: str, headline: str, analysis: Analysis
) -> None:
    """The report shows itself from disk, asks for nothing, and complains of nothing."""
    context = chromium.new_context(offline=True, viewport={"width": 794, "height": 1123})
    report = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    report.on("request", lambda request: asked.append(request.url))
    report.on("console", lambda message: said.append(message.text))
    report.on("pageerror", lambda error: said.append(str(error)))
    report.goto(path.as_uri())
    assert report.evaluate("() => document.documentElement.lang") == lang
    expect(report.locator("h1")).to_contain_text(headline)
    assert report.locator("figure img").count() == len(analysis.moments) > 0
    assert report.evaluate("() => [...document.images].every((each) => each.naturalWidth > 0)")
    bands = report.locator("svg.still > path[fill]")
    assert bands.count() == 7 and report.locator("svg.still circle").count() > 0
    box = report.locator("svg.still").bounding_box()
    assert box is not None and box["width"] > 500 and box["height"] > 150
    report.emulate_media(media="print")
    assert report.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert said == []
    context.close()


def test_the_annotated_video_is_made_on_request_and_can_be_cancelled(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    clip = add_tone(write_smile(tmp_path / "mute.mp4"), tmp_path / "smile.mp4", seconds=6)
    upload(page, clip)
    analysed(page)
    page.evaluate(BEGIN_AND_STOP)
    expect(page.locator("#keep-title [role=status]")).to_have_text(
        "The annotated video was cancelled."
    )
    expect(page.locator("#annotate")).to_be_enabled()
    expect(page.locator("#annotated")).to_have_count(0)
    page.click("#annotate")
    video = saved(page, "#annotated", tmp_path)
    assert video.name == "smile.annotated.mp4"
    played = page.evaluate(PLAYS, base64.b64encode(video.read_bytes()).decode())
    assert played == pytest.approx([6, 512, 4], abs=0.1)
    analysis = Analysis.from_json(saved(page, "#json", tmp_path).read_text("utf-8"))
    (track,) = analysis.tracks
    at = int(np.abs(track.t_s - 3.5).argmin())
    with av.open(str(video)) as container:
        frame = next(
            each for each in container.decode(video=0) if (each.time or 0) >= track.t_s[at]
        )
        image = frame.to_ndarray(format="rgb24").astype(int)
    x, y, _, height = track.boxes[at].round().astype(int)
    side = image[y + height // 4 : y + height // 2, x - 2 : x + 3]
    color = np.array(rgb(COLORS[dominant(track.probs[at])]))
    assert (np.abs(side - color).max(axis=-1) < 50).any(axis=1).mean() > 0.8
    with av.open(str(video)) as container:
        loud = [np.abs(each.to_ndarray()).max() > 0.1 for each in container.decode(audio=0)]
    assert np.mean(loud) > 0.9 and len(loud) * 1024 == pytest.approx(6 * 48_000, rel=0.05)
    assert [each for each in complaints if TOO_EARLY not in each] == []
