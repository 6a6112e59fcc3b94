"""The one public endpoint: its contract, its answers and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gradio.exceptions import Error
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import vidsent
from vidsent.ui import build_demo
from vidsent.ui.endpoint import analyze_clip
from vidsent.ui.examples import FOLDER, Shelf


def test_the_one_public_endpoint_keeps_its_contract() -> None:
    endpoints = build_demo(Shelf(())).get_api_info()["named_endpoints"]
    assert list(endpoints) == ["/analyze_clip"]
    parameters = endpoints["/analyze_clip"]["parameters"]
    assert [each["parameter_name"] for each in parameters] == ["video", "subtitles"]
    assert [each["parameter_has_default"] for each in parameters] == [False, True]


def test_the_endpoint_says_what_the_package_says(site: str) -> None:
    clip, subtitles = FOLDER / "words.mp4", FOLDER / "words.en.srt"
    client = Client(site, verbose=False)
    answer = client.predict(
        video=handle_file(clip), subtitles=handle_file(subtitles), api_name="/analyze_clip"
    )
    wanted = vidsent.analyze(clip, subtitles)
    assert answer["verdict"] == json.loads(wanted.to_json())["verdict"]
    assert len(answer["timeline"]["t_s"]) == len(wanted.timeline.t_s)
    assert all("picture" not in moment for moment in answer["moments"])


def test_a_broken_file_is_answered_with_what_to_do(site: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video" * 100)
    client = Client(site, verbose=False)
    with pytest.raises(AppError, match="convert it to MP4"):
        client.predict(video=handle_file(broken), api_name="/analyze_clip")


@pytest.mark.parametrize("path", ["/etc/passwd", "", "../../secret.mp4"])
def test_a_path_that_was_not_uploaded_is_refused(path: str) -> None:
    with pytest.raises(Error, match="Upload the file first"):
        analyze_clip({"path": path, "meta": {"_type": "gradio.FileData"}})
