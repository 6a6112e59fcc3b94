"""Where the page sends the camera's pictures: one route that answers with what is shown on each.

A picture is a small JPEG, read in memory and forgotten; the answer is JSON. Nothing queues here:
a page sends its next picture when the last one is answered, and one that does not is told so.
"""

from __future__ import annotations

import io
import re
import time
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from vidsent.core.emotions import LABELS
from vidsent.live import LiveFace
from vidsent.timeline.verdict import dominant
from vidsent.ui.live.sessions import LiveSessions
from vidsent.ui.shared.static import PREFIX

ADDRESS = f"{PREFIX}/live"
MAX_BYTES = 300_000  # of a picture; the page sends about 20 kB
MAX_PIXELS = 1_280  # of its longest side
GRAIN = 1_000  # steps across the picture that a place is rounded to
VISITOR = re.compile(r"[0-9a-f]{32}")
BUSY_S = 2  # after which it is worth asking again


class _Refused(Exception):
    """The request is answered with `status` and the reason, a key of the page's sentences."""

    def __init__(self, status: int, reason: str, **more: Any) -> None:
        self.status, self.told = status, {"error": reason, **more}


def live_routes(sessions: LiveSessions | None = None) -> list[BaseRoute]:
    """POST a JPEG to be read, or nothing to ask for a place; DELETE to give the place back."""
    endpoint = LiveEndpoint(sessions or LiveSessions())
    return [Route(f"/{ADDRESS}", endpoint.answer, methods=["POST", "DELETE"])]


class LiveEndpoint:
    """Answers pictures of visitors who were admitted."""

    def __init__(self, sessions: LiveSessions) -> None:
        self._sessions = sessions
        self._turn = Lock()  # one picture at a time through the models, which take all cores

    async def answer(self, request: Request) -> Response:
        """The faces of the picture, or why there are none, as JSON."""
        try:
            visitor = _visitor(request)
            if request.method == "DELETE":
                self._sessions.end(visitor)
                return Response(status_code=204)
            content = await _body(request)
            return JSONResponse(await run_in_threadpool(self._read, visitor, content))
        except _Refused as refused:
            headers = {"Retry-After": str(BUSY_S)} if refused.status == 503 else None
            return JSONResponse(refused.told, refused.status, headers)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody hears it

    def _read(self, visitor: str, content: bytes) -> dict[str, Any]:
        session = self._sessions.admit(visitor)
        if isinstance(session, int):
            raise _Refused(503, "busy", place=session, most=self._sessions.most)
        if not content:
            return {"faces": [], "ms": 0}
        if not session.lock.acquire(blocking=False):
            raise _Refused(429, "early")
        try:
            began_s = time.perf_counter()
            image = decode_jpeg(content)
            with self._turn:
                faces = session.reader.read(image, time.monotonic())
            size = np.array([image.shape[1], image.shape[0]] * 2, np.float32)
            took_ms = 1e3 * (time.perf_counter() - began_s)
            return {"faces": [_told(face, size) for face in faces], "ms": round(took_ms, 1)}
        finally:
            session.lock.release()


def _visitor(request: Request) -> str:
    """The token of the visitor who asks; other sites are refused, as browsers name them."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise _Refused(403, "elsewhere")
    visitor = request.headers.get("x-visitor", "")
    if not VISITOR.fullmatch(visitor):
        raise _Refused(400, "unnamed")
    return visitor


async def _body(request: Request) -> bytes:
    """The request's body, refused as soon as it is too long."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MAX_BYTES:
            raise _Refused(413, "too_large")
    return bytes(content)


def decode_jpeg(content: bytes) -> np.ndarray:
    """A JPEG as (H, W, 3) uint8 RGB; its size is checked before it is decoded.

    Refuses what is no JPEG, or larger than MAX_PIXELS.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
            if max(image.size) > MAX_PIXELS:
                raise _Refused(413, "too_large")
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _Refused(415, "not_a_picture") from error


def _told(face: LiveFace, size: np.ndarray) -> dict[str, Any]:
    """A face for the page: box in 1/GRAIN of the picture, shares in percent, the label's index."""
    told: dict[str, Any] = {
        "id": face.id,
        "box": np.rint(GRAIN * face.box / size).astype(int).tolist(),
        "label": -1,
    }
    if face.probs is not None:
        told |= {
            "label": LABELS.index(dominant(face.probs)),
            "shares": [round(100 * float(share), 1) for share in face.probs],
            "valence": round(face.valence, 3),
            "arousal": round(face.arousal, 3),
        }
    return told
