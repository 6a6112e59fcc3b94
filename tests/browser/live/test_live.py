"""The Live tab in a browser whose camera is a clip of our own actor, who smiles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from av.video.stream import VideoStream
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FLAGS, PATIENCE_MS, executable
from tests.browser.steps import grave, open_tab, player_at
from vidsent.media import video
from vidsent.ui.media.examples import FOLDER
from vidsent.ui.shared.language import say

pytestmark = pytest.mark.browser

CAMERA_HZ = 20
SMILES_S = (5.5, 8.4)  # of the actor
LEAST_RATE = 5.0  # answers a second
RECORDED_MS = 3000
LENGTH = """(id) => {
  const { duration, srcObject } = document.querySelector(`${id} video`) ?? {};
  return !srcObject && duration > 1.5 && duration < 8;
}"""
STREAM = "document.querySelector('#live video').srcObject"


def write_camera(path: Path) -> Path:
    """What Chromium's fake device plays in a loop: the actor's smile as motion JPEG."""
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=CAMERA_HZ)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuvj420p"
        for frame in video.frames(FOLDER / "actor.mp4", CAMERA_HZ):
            if SMILES_S[0] <= frame.t_s < SMILES_S[1]:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.image)))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def with_camera(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser with a fake camera, which it hands out unasked."""
    played = write_camera(tmp_path_factory.mktemp("camera") / "smile.mjpeg")
    flags = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={played}",
    )
    browser = chromium.browser_type.launch(executable_path=executable(), args=[*FLAGS, *flags])
    yield browser
    browser.close()


@pytest.fixture
def visitor(site: str, with_camera: Browser) -> Iterator[Page]:
    """Someone with a camera, on the Live tab."""
    context = with_camera.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(site)
    page.get_by_role("tab", name=say("live_tab", "en")).click()
    page.wait_for_selector("#live .begin")
    expect(page.locator("#live .message")).to_have_text(say("live_invite", "en"))
    yield page
    context.close()


@pytest.mark.alone
def test_a_smile_is_told_at_five_answers_a_second_and_the_camera_stops(visitor: Page) -> None:
    failures: list[str] = []
    visitor.on("pageerror", lambda error: failures.append(str(error)))
    expect(visitor.locator("#live .private")).to_contain_text("none is written to a file")
    visitor.click("#live .begin")
    expect(visitor.locator("#live .felt")).to_have_text("happiness")
    label = visitor.locator("#live .faces .box span")
    expect(label).to_have_text(re.compile("^happiness"))
    box, picture = (
        label.locator("..").bounding_box(),
        visitor.locator("#live .picture").bounding_box(),
    )
    assert box and picture
    middle = (box["x"] + box["width"] / 2 - picture["x"]) / picture["width"]
    assert 0.35 < middle < 0.65
    visitor.wait_for_timeout(3000)
    rate = float((visitor.locator("#live .rate").inner_text()).split()[0])
    print(f"live: {visitor.locator('#live .rate').inner_text()}")
    assert rate >= LEAST_RATE
    visitor.get_by_text("中文", exact=True).first.click()
    expect(visitor.locator("#live .felt")).to_have_text("快乐")
    expect(visitor.get_by_role("tab", name=say("live_tab", "zh"))).to_be_visible()
    visitor.get_by_role("tab").first.click()  # to leave the tab is to stop
    visitor.wait_for_function(f"() => {STREAM} === null")
    assert failures == []


def test_what_is_wrong_with_the_camera_is_told_in_words(page: Page) -> None:
    open_tab(page, "live")
    message = page.locator("#live .message")
    expect(message).to_have_text(say("live_invite", "en"))  # the server's greeting has come
    assert grave(page) == []
    for name, key in (("NotFoundError", "live_none"), ("NotAllowedError", "live_refused")):
        page.evaluate(
            "(name) => { navigator.mediaDevices.getUserMedia = async () => {"
            " throw new DOMException('', name); }; }",
            name,
        )
        page.click("#live .begin")
        expect(message).to_have_text(say(key, "en"))
        expect(page.locator("#live .begin")).to_be_visible()
    page.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.click("#live .begin")
    expect(message).to_have_text(say("live_insecure", "en"))


def test_a_recording_of_the_camera_is_analysed_like_a_clip(visitor: Page) -> None:
    visitor.get_by_role("tab").first.click()
    visitor.get_by_label("Capture from camera").click()
    visitor.locator("#clip button:not(.upload-container) > .wrap").click()
    record = visitor.locator("#clip .capture-button")
    record.click()
    visitor.wait_for_timeout(RECORDED_MS)
    record.click()
    visitor.wait_for_function(LENGTH, arg="#clip")
    visitor.click("#analyse")
    expect(visitor.locator("#status .verdict")).to_contain_text("Happiness")
    expect(visitor.locator("#status .verdict")).to_contain_text("face 100%")
    visitor.wait_for_function(LENGTH, arg="#player")
    moment = visitor.locator(".moment").first
    wanted = float(moment.get_attribute("data-seek") or "nan")
    moment.click()
    player_at(visitor, wanted)
