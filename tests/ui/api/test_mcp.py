"""The page as tools for agents, called with the protocol's own client."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession, types
from mcp.client import streamable_http

import vidsent
from tests.clips import write_smile
from vidsent.ui.media.examples import FOLDER
from vidsent.ui.media.uploads import REFUSAL

# the oldest mcp that is allowed has it under its former name only
connect: Any = (
    getattr(streamable_http, "streamable_http_client", None)
    or streamable_http.streamablehttp_client
)


async def _asked(site: str, calls: list[dict[str, Any]]) -> list[Any]:
    """The tools, then the answer to each call of analyze_clip."""
    async with (
        connect(f"{site}gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        answers: list[Any] = [(await session.list_tools()).tools]
        return answers + [await session.call_tool("analyze_clip", each) for each in calls]


def asked(site: str, *calls: dict[str, Any]) -> list[Any]:
    """In a thread: the browser's tests leave a running loop behind in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _asked(site, list(calls))).result()


def text(answer: types.CallToolResult) -> str:
    (content,) = answer.content
    assert isinstance(content, types.TextContent)
    return content.text


def uploaded(site: str, file: Path) -> str:
    with file.open("rb") as content:
        answer = httpx.post(f"{site}gradio_api/upload", files={"files": content})
    return str(answer.json()[0])


def test_only_public_endpoints_are_tools_and_they_are_described(site: str) -> None:
    (tools,) = asked(site)
    assert sorted(tool.name for tool in tools) == ["analyze_clip", "search"]
    for tool in tools:
        assert len(tool.description) > 100
        assert tool.name == "search" or "/gradio_api/upload" in tool.description
        for name, told in tool.inputSchema["properties"].items():
            assert len(told["description"]) > 30, name
            assert {"type", "oneOf", "anyOf", "enum"} & told.keys(), name
            # an object would have a file of the server uploaded to itself: see api/analyze.py
            assert "object" not in json.dumps(told), name


def test_a_tool_answers_what_the_package_answers(site: str, tmp_path: Path) -> None:
    clip, subtitles = write_smile(tmp_path / "smile.mp4"), FOLDER / "words.en.srt"
    call = {"video": uploaded(site, clip), "subtitles": uploaded(site, subtitles)}
    _, answer = asked(site, call)
    assert not answer.isError
    told, here = json.loads(text(answer)), json.loads(vidsent.analyze(clip, subtitles).to_json())
    for part in ("verdict", "timeline", "keywords", "lines", "skipped", "models"):
        assert told[part] == here[part], part


@pytest.mark.parametrize(
    "named",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "SITEconfig",
        "SITEgradio_api/file=/etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "https://example.org/clip.mp4",
        "data:video/mp4;base64,AAAA",
    ],
)
def test_what_is_merely_named_is_refused_with_what_to_do(site: str, named: str) -> None:
    _, answer = asked(site, {"video": named.replace("SITE", site)})
    assert answer.isError
    assert REFUSAL in text(answer)


def test_no_object_makes_the_server_read_its_own_files(site: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.srt"
    secret.write_text("1\n00:00:00,000 --> 00:00:05,000\nthe secret\n")
    clip = uploaded(site, write_smile(tmp_path / "smile.mp4"))
    named = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    for answer in asked(site, {"video": clip, "subtitles": named}, {"video": named})[1:]:
        assert answer.isError
        assert "the secret" not in text(answer)
        assert "not of type" in text(answer) or "not valid" in text(answer)
