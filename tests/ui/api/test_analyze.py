"""The public endpoints over HTTP: their contract, their answers and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

import vidsent
from tests.clips import write_clip, write_smile
from vidsent.ui import build_demo
from vidsent.ui.api.analyze import Answer
from vidsent.ui.media.examples import FOLDER, ExampleStore
from vidsent.ui.media.uploads import REFUSAL

CONTRACT = Path(__file__).with_name("contract.json")
RENEW = (
    "The public endpoints are not what tests/ui/api/contract.json says, and others build on them. "
    "If that is meant, tell it in CHANGELOG.md and write the contract anew: "
    "python -m tests.ui.api.test_analyze"
)


def offered() -> dict[str, Any]:
    """Of every public endpoint, the parameters (type, whether required) and what is returned."""
    endpoints = build_demo(ExampleStore(())).get_api_info()["named_endpoints"]
    return {
        name: {
            "parameters": {
                each["parameter_name"]: {
                    "type": each["type"],
                    "required": not each["parameter_has_default"],
                }
                for each in told["parameters"]
            },
            "returns": [each["type"] for each in told["returns"]],
        }
        for name, told in sorted(endpoints.items())
    }


def test_the_public_endpoints_keep_their_contract() -> None:
    assert offered() == json.loads(CONTRACT.read_text("utf-8")), RENEW


def test_the_openapi_document_tells_the_contract(site: str) -> None:
    told = httpx.get(f"{site}gradio_api/openapi.json").json()
    contract = json.loads(CONTRACT.read_text("utf-8"))
    calls = {path for path in told["paths"] if path.startswith("/gradio_api/call/v2/")}
    assert calls == {f"/gradio_api/call/v2{name}" for name in contract}, RENEW
    for name, kept in contract.items():
        body = told["paths"][f"/gradio_api/call/v2{name}"]["post"]["requestBody"]["content"]
        properties = body["application/json"]["schema"]["properties"]
        assert properties == {key: each["type"] for key, each in kept["parameters"].items()}, RENEW


def test_the_endpoint_gives_what_the_package_gives(site: str, tmp_path: Path) -> None:
    clip, subtitles = write_smile(tmp_path / "smile.mp4"), FOLDER / "words.en.srt"
    answer = Client(site, verbose=False).predict(
        video=handle_file(clip), subtitles=handle_file(subtitles), api_name="/analyze_clip"
    )
    here = json.loads(vidsent.analyze(clip, subtitles).to_json())
    assert answer.keys() == here.keys() == Answer.__annotations__.keys()
    for part in ("clip", "verdict", "timeline", "keywords", "lines", "skipped", "models"):
        assert answer[part] == here[part], part
    assert all("picture" not in each for each in (*answer["moments"], *answer["tracks"]))


def test_a_broken_file_is_answered_with_what_to_do(site: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video" * 100)
    with pytest.raises(AppError, match="convert it to MP4"):
        Client(site, verbose=False).predict(video=handle_file(broken), api_name="/analyze_clip")


def answered(site: str, *data: object) -> str:
    """What a call of analyze_clip streams, or why it could not begin."""
    call = f"{site}gradio_api/call/analyze_clip"
    begun = httpx.post(call, json={"data": data})
    if begun.status_code != 200:
        return begun.text
    return httpx.get(f"{call}/{begun.json()['event_id']}", timeout=60).text


META = {"meta": {"_type": "gradio.FileData"}}


def test_only_what_was_uploaded_is_read(site: str, tmp_path: Path) -> None:
    secret = write_clip(tmp_path / "secret.mp4")
    named = (
        str(secret),
        "/etc/passwd",
        "file:///etc/passwd",
        f"{site}gradio_api/file={secret}",
        f"{site}config",
        "http://example.org/clip.mp4",
        "",
        {"path": str(secret)},
        {"path": "", "url": f"file://{secret}"},
        {"path": "http://example.org/clip.mp4", **META},
        {"path": f"{site}config", **META},
        ["/etc/passwd"],
        7,
    )
    for file in named:
        told = answered(site, file, None)
        assert REFUSAL in told and "verdict" not in told, file
        assert "event: error" in told, file
    assert "event: error" in answered(site, {"path": str(secret), **META}, None)


def test_subtitles_are_held_to_the_same(site: str, tmp_path: Path) -> None:
    with write_clip(tmp_path / "clip.mp4").open("rb") as clip:
        (path,) = httpx.post(f"{site}gradio_api/upload", files={"files": clip}).json()
    for words in ("/etc/passwd", "http://example.org/a.srt", {"path": "/etc/hostname"}):
        assert REFUSAL in answered(site, path, words)
    assert "event: complete" in answered(site, path, None)
    assert "event: complete" in answered(site, f"{site}gradio_api/file={path}", None)


def test_no_event_of_the_page_fetches_an_address(site: str) -> None:
    config = httpx.get(f"{site}config").json()
    video = next(each["id"] for each in config["components"] if each["type"] == "video")
    taking = [each for each in config["dependencies"] if video in each["inputs"]]
    assert taking
    for event in taking:
        data: list[object] = [None] * len(event["inputs"])
        data[event["inputs"].index(video)] = {"path": "http://example.org/a.mp4", **META}
        body = {"data": data, "fn_index": event["id"], "session_hash": "someone"}
        told = httpx.post(f"{site}gradio_api/run/predict", json=body).text
        if event["queue"]:
            httpx.post(f"{site}gradio_api/queue/join", json=body).raise_for_status()
            stream = f"{site}gradio_api/queue/data?session_hash=someone"
            told = httpx.get(stream, timeout=60).text
        assert REFUSAL in told, event["id"]


if __name__ == "__main__":
    CONTRACT.write_text(json.dumps(offered(), indent=1) + "\n", encoding="utf-8")
