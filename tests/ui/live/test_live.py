"""The Live tab's server side: sessions, and the route that takes pictures."""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vidsent.core.emotions import LABELS
from vidsent.ui.live import texts
from vidsent.ui.live.endpoint import ADDRESS, GRAIN, MAX_BYTES, live_routes
from vidsent.ui.live.sessions import (
    IDLE_S,
    MAX_WAITING,
    PATIENCE_S,
    TURN_S,
    LiveSession,
    LiveSessions,
)
from vidsent.ui.live.view import live_value
from vidsent.ui.shared.static import files

ANNE, BEN, CLEO = ("a" * 32, "b" * 32, "c" * 32)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> Iterator[TestClient]:
    app = Starlette(routes=live_routes(LiveSessions(most=1, clock=clock)))
    with TestClient(app) as client:
        yield client


def jpeg(picture: np.ndarray) -> bytes:
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "JPEG", quality=85)
    return written.getvalue()


def post(
    client: TestClient, content: bytes, visitor: str = ANNE, **headers: str
) -> tuple[int, Any]:
    answer = client.post(f"/{ADDRESS}", content=content, headers={"X-Visitor": visitor, **headers})
    return answer.status_code, answer.json()


def test_a_smile_is_answered_with_its_place_and_label(client: TestClient) -> None:
    status, told = post(client, jpeg(np.asarray(data.astronaut())))
    assert status == 200
    (face,) = told["faces"]
    x, y, width, height = (each * 512 / GRAIN for each in face["box"])
    assert x < 222 < x + width and y < 130 < y + height
    assert LABELS[face["label"]] == "happiness"
    assert sum(face["shares"]) == pytest.approx(100, abs=0.5)


def test_no_picture_asks_for_a_place_and_delete_gives_it_back(client: TestClient) -> None:
    assert post(client, b"")[0] == 200
    assert post(client, b"", BEN) == (503, {"error": "busy", "place": 1, "most": 1})
    assert client.delete(f"/{ADDRESS}", headers={"X-Visitor": ANNE}).status_code == 204
    assert post(client, b"", BEN)[0] == 200


def bomb() -> bytes:
    """A small JPEG whose header claims 60 000 pixels on each side."""
    content = jpeg(np.zeros((16, 16, 3), np.uint8))
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", 60_000, 60_000) + content[at + 4 :]


@pytest.mark.parametrize(
    ("content", "statuses", "reason"),
    [
        (b"not a picture", {415}, "not_a_picture"),
        (jpeg(np.zeros((16, 16, 3), np.uint8))[:200], {415}, "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), {415}, "not_a_picture"),
        (jpeg(np.zeros((16, 1400, 3), np.uint8)), {413}, "too_large"),
        (bytes(MAX_BYTES + 1), {413}, "too_large"),
        (bomb(), {413, 415}, None),
    ],
    ids=["text", "cut short", "png", "wide", "heavy", "bomb"],
)
def test_what_is_no_small_picture_is_refused(
    client: TestClient, content: bytes, statuses: set[int], reason: str | None
) -> None:
    status, told = post(client, content)
    assert status in statuses
    assert reason is None or told == {"error": reason}
    assert post(client, jpeg(np.zeros((60, 80, 3), np.uint8)))[1]["faces"] == []  # still there


def test_other_sites_and_nameless_visitors_are_refused(client: TestClient) -> None:
    assert post(client, b"", **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    for name in ("", "a" * 31, "g" * 32, "../" + "a" * 29):
        assert post(client, b"", name)[0] == 400


def test_a_place_left_idle_goes_to_the_first_in_line(clock: Clock) -> None:
    sessions = LiveSessions(most=1, clock=clock)
    assert isinstance(sessions.admit(ANNE), LiveSession)
    assert (sessions.admit(BEN), sessions.admit(CLEO)) == (1, 2)
    for _ in range(4):
        clock.now_s += PATIENCE_S - 1
        if clock.now_s < IDLE_S:
            assert (sessions.admit(BEN), sessions.admit(CLEO)) == (1, 2)
    assert clock.now_s > IDLE_S
    assert isinstance(sessions.admit(BEN), LiveSession)
    assert sessions.admit(CLEO) == 1


def test_a_long_turn_ends_only_when_others_wait(clock: Clock) -> None:
    sessions = LiveSessions(most=1, clock=clock)
    first = sessions.admit(ANNE)
    while clock.now_s < 2 * TURN_S:
        clock.now_s += IDLE_S / 2
        assert sessions.admit(ANNE) is first
    assert sessions.admit(BEN) == 1
    assert sessions.admit(ANNE) == 2
    assert isinstance(sessions.admit(BEN), LiveSession)


def test_who_gave_up_waiting_is_passed_over(clock: Clock) -> None:
    sessions = LiveSessions(most=1, clock=clock)
    sessions.admit(ANNE)
    assert (sessions.admit(BEN), sessions.admit(CLEO)) == (1, 2)
    clock.now_s = PATIENCE_S + 1
    assert sessions.admit(CLEO) == 1


def test_the_line_has_an_end(clock: Clock) -> None:
    sessions = LiveSessions(most=1, clock=clock)
    sessions.admit(ANNE)
    places = [sessions.admit(f"{number:032x}") for number in range(3 * MAX_WAITING)]
    assert places[: MAX_WAITING + 1] == list(range(1, MAX_WAITING + 2))
    assert set(places[MAX_WAITING:]) == {MAX_WAITING + 1}
    assert len(sessions._waiting) == MAX_WAITING


def test_every_sentence_of_the_tab_is_said() -> None:
    said = "".join(files()[name].read_text("utf-8") for name in ("live.js", "live_view.js"))
    keys = {key.removeprefix("live_") for key in texts.EN} - {"tab", "record"}
    words = set(re.findall(r"\w+", said))
    assert keys <= words


def test_both_languages_say_the_same_with_the_same_gaps() -> None:
    assert texts.EN.keys() == texts.ZH.keys()
    english, chinese = (json.loads(live_value(language)) for language in ("en", "zh"))
    assert english["texts"].keys() == chinese["texts"].keys()
    assert "{place}" in english["texts"]["busy"] and "{place}" in chinese["texts"]["busy"]
    assert len(english["names"]) == len(english["colors"]) == len(english["places"]) == len(LABELS)
