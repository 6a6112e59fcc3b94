"""The page as a server of tools for agents (Model Context Protocol), with answers in JSON."""

from __future__ import annotations

import json
from typing import Any

from gradio.mcp import GradioMCPServer
from mcp import types


def answer_in_json() -> None:
    """Make Gradio's tools answer JSON text; of itself it writes Python's own notation."""
    GradioMCPServer.postprocess_output_data = _as_json  # type: ignore[assignment, method-assign]


def _as_json(
    server: GradioMCPServer, data: Any, root_url: str
) -> list[types.TextContent | types.ImageContent]:
    return [
        types.TextContent(type="text", text=json.dumps(output, ensure_ascii=False))
        for output in data
    ]
