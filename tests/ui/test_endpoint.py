"""The endpoint that analyses: its contract, its answers and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import vidsent
from tests.clips import write_clip, write_smile
from vidsent.ui import build_demo
from vidsent.ui.examples import FOLDER, Shelf


def test_the_endpoint_keeps_its_contract() -> None:
    endpoints = build_demo(Shelf(())).get_api_info()["named_endpoints"]
    assert list(endpoints) == ["/analyze_clip", "/search"]
    parameters = endpoints["/analyze_clip"]["parameters"]
    assert [each["parameter_name"] for each in parameters] == ["video", "subtitles"]
    assert [each["parameter_has_default"] for each in parameters] == [False, True]


def test_the_endpoint_gives_what_the_package_gives(site: str, tmp_path: Path) -> None:
    clip, subtitles = write_smile(tmp_path / "smile.mp4"), FOLDER / "words.en.srt"
    answer = Client(site, verbose=False).predict(
        video=handle_file(clip), subtitles=handle_file(subtitles), api_name="/analyze_clip"
    )
    here = json.loads(vidsent.analyze(clip, subtitles).to_json())
    for part in ("verdict", "timeline", "keywords", "lines", "skipped", "models"):
        assert answer[part] == here[part], part
    assert all("picture" not in moment for moment in answer["moments"])


def test_a_broken_file_is_answered_with_what_to_do(site: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video" * 100)
    with pytest.raises(AppError, match="convert it to MP4"):
        Client(site, verbose=False).predict(video=handle_file(broken), api_name="/analyze_clip")


def test_a_file_of_the_server_cannot_be_named(site: str, tmp_path: Path) -> None:
    secret = write_clip(tmp_path / "secret.mp4")
    call = f"{site}gradio_api/call/analyze_clip"
    named = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    for file in (named, {"path": str(secret)}, {"path": "", "url": f"file://{secret}"}):
        begun = httpx.post(call, json={"data": [file, None]})
        if begun.status_code == 200:
            told = httpx.get(f"{call}/{begun.json()['event_id']}", timeout=60).text
            assert "event: error" in told and "verdict" not in told
