"""Scripts and styles that the page's own components load, served under a path without secrets.

Gradio's static paths would write the machine's absolute folders into the page's source, and its
relative ones depend on where the server was started. So the app gets two routes of its own.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from vidsent.core.weights import assets

PREFIX = "vidsent-ui"  # relative to the page, so that it also works behind a path of a proxy
UI = assets() / "ui"
PLOTLY = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"
STYLES = (  # the page's, then one for each part that has its own
    "style.css",
    "timeline.css",
    "people.css",
    "plane.css",
    "why.css",
    "downloads.css",
    "live.css",
    "library.css",
    "compare.css",
)
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def routes() -> list[BaseRoute]:
    """The routes that serve the page's scripts; they show these files and no other."""
    return [
        Route(f"/{PREFIX}/{PLOTLY.name}", _plotly),
        Mount(f"/{PREFIX}", StaticFiles(directory=UI)),
    ]


def head() -> str:
    """What every page loads at once; Plotly is fetched early but not waited for.

    Styles are files of their own because Gradio rewrites the rules it is handed.
    """
    style = "".join(f'<link rel="stylesheet" href="{_address(name)}">' for name in STYLES)
    early = f'<link rel="prefetch" href="{_address(PLOTLY.name)}">'
    return style + early + scripts("player.js", "canvas.js", "library.js")


def scripts(*names: str) -> str:
    """Script tags for files of assets/ui, or Plotly's."""
    return "".join(f'<script src="{_address(name)}"></script>' for name in names)


def _address(name: str) -> str:
    """Where a file is served, with a stamp that changes when the file does."""
    return f"{PREFIX}/{name}?{_stamp(name)}"


async def _plotly(request: Request) -> Response:
    return FileResponse(PLOTLY, media_type="text/javascript", headers=FOREVER)


@lru_cache
def _stamp(name: str) -> str:
    path = PLOTLY if name == PLOTLY.name else UI / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
