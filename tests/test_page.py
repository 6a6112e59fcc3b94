"""The page as an app: what others call, and that they get what the package gives."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import vidsent
from tests.clips import write_clip
from vidsent.ui.examples import FOLDER, Shelf, load_examples
from vidsent.ui.page import build_demo
from vidsent.ui.server import launch

CLIP = FOLDER / "portrait.mp4"


@pytest.fixture(scope="module")
def demo() -> gr.Blocks:
    """The page without examples, so that nothing is analysed in the background."""
    return build_demo(Shelf(()))


@pytest.fixture(scope="module")
def client(demo: gr.Blocks) -> Iterator[Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = launch(demo, "127.0.0.1", port, prevent_thread_lock=True, quiet=True)
    yield Client(address, verbose=False)
    demo.close()


def test_one_endpoint_is_public_and_keeps_its_shape(demo: gr.Blocks) -> None:
    named = demo.get_api_info()["named_endpoints"]
    assert set(named) == {"/analyze_clip"}
    names = [each["parameter_name"] for each in named["/analyze_clip"]["parameters"]]
    assert names == ["video", "subtitles"]


def test_the_endpoint_gives_what_the_package_gives(client: Client) -> None:
    subtitles = FOLDER / "portrait.en.srt"
    answer = client.predict(
        video=handle_file(str(CLIP)),
        subtitles=handle_file(str(subtitles)),
        api_name="/analyze_clip",
    )
    here = json.loads(vidsent.analyze(CLIP, subtitles).to_json())
    for part in ("verdict", "timeline", "keywords", "lines", "skipped", "models"):
        assert answer[part] == here[part], part


def test_a_path_that_was_not_uploaded_is_refused(client: Client, tmp_path: Path) -> None:
    secret = write_clip(tmp_path / "secret.mp4")
    call = f"{client.src}gradio_api/call/analyze_clip"
    named = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    begun = httpx.post(call, json={"data": [named, None]})
    if begun.status_code == 200:
        told = httpx.get(f"{call}/{begun.json()['event_id']}", timeout=60).text
        assert "event: error" in told
        assert "verdict" not in told


def test_a_hopeless_file_is_told_in_words(client: Client, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video" * 100)
    with pytest.raises(AppError, match="convert it to MP4"):
        client.predict(video=handle_file(str(broken)), subtitles=None, api_name="/analyze_clip")


def test_every_example_has_its_files_and_both_languages() -> None:
    examples = load_examples()
    assert len(examples) >= 3
    for example in examples:
        assert example.clip.is_file()
        assert set(example.title) == set(example.credit) == {"en", "zh"}
        assert all(path.is_file() for path in example.subtitles.values())
        assert example.poster.startswith(b"\xff\xd8")
