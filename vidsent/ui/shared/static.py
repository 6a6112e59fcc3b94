"""Scripts and styles of the page, served under a path without secrets.

They lie beside the Python modules that they belong to, so a file is served only where it is listed
here: every *.js and *.css below vidsent/ui, by its name alone. Gradio's static paths would write
the machine's absolute folders into the page's source, and its relative ones depend on where the
server was started; so the app gets a route of its own.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from vidsent.ui.shared import FOLDER

PREFIX = "vidsent-ui"  # relative to the page, so that it also works behind a path of a proxy
PLOTLY = "plotly.min.js"
TYPES = {".js": "text/javascript", ".css": "text/css"}
STYLES = (  # in the order in which they overrule each other
    "style.css",
    "upload.css",
    "progress.css",
    "verdict.css",
    "player.css",
    "moments.css",
    "words.css",
    "models.css",
    "timeline.css",
    "people.css",
    "circumplex.css",
    "why.css",
    "downloads.css",
    "live.css",
    "library.css",
    "compare.css",
)
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # addresses carry a stamp


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """What is served, by name; no two files may have the same one."""
    own = [path for path in sorted(FOLDER.rglob("*")) if path.suffix in TYPES]
    listed = {path.name: path for path in own}
    assert len(listed) == len(own), "two scripts or styles of the page have the same name"
    return listed | {PLOTLY: Path(plotly.__file__).with_name("package_data") / PLOTLY}


def static_routes() -> list[BaseRoute]:
    """The route that serves the listed files and no other."""
    return [Route(f"/{PREFIX}/{{name}}", _answer)]


def head() -> str:
    """What every page loads at once; Plotly is fetched early but not waited for.

    Styles are files of their own because Gradio rewrites the rules it is handed.
    """
    style = "".join(f'<link rel="stylesheet" href="{_address(name)}">' for name in STYLES)
    early = f'<link rel="prefetch" href="{_address(PLOTLY)}">'
    return style + early + scripts("player.js", "canvas.js", "library.js")


def scripts(*names: str) -> str:
    """Script tags for listed files."""
    return "".join(f'<script src="{_address(name)}"></script>' for name in names)


def _address(name: str) -> str:
    """Where a file is served, with a stamp that changes when the file does."""
    return f"{PREFIX}/{name}?{_stamp(name)}"


async def _answer(request: Request) -> Response:
    path = files().get(request.path_params["name"])
    if path is None:
        return PlainTextResponse("Not Found", status_code=404)
    return FileResponse(path, media_type=TYPES[path.suffix], headers=FOREVER)


@lru_cache
def _stamp(name: str) -> str:
    return hashlib.sha256(files()[name].read_bytes()).hexdigest()[:12]
