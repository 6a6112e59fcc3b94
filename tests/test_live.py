"""Pictures of a camera, read as they come."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from skimage import data

from vidsent.core.emotions import LABELS
from vidsent.live import STEPS, TRACK_LENGTH, LiveReader, _FaceHistory
from vidsent.media import video
from vidsent.timeline.verdict import dominant
from vidsent.ui.media.examples import FOLDER

SETTLED_S = 1.0  # after the actor's expression has changed


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """NASA's public-domain portrait of Eileen Collins, (512, 512, 3) uint8."""
    return np.asarray(data.astronaut())


def test_it_says_what_the_actor_plays_while_they_play_it() -> None:
    clip, truth = FOLDER / "actor.mp4", json.loads((FOLDER / "actor.truth.json").read_text())
    live, right, asked, people = LiveReader(), 0, 0, set()
    for frame in video.frames(clip, 5):
        if frame.t_s > 20:  # neutral, happiness, surprise, fear, sadness
            break
        faces = live.read(frame.image, frame.t_s)
        people |= {face.id for face in faces}
        played = next(s for s in truth["segments"] if s["start_s"] <= frame.t_s < s["end_s"])
        felt = played["face"] != "neutral"  # at rest the drawn face looks afraid, seen for seconds
        if felt and played["start_s"] + SETTLED_S < frame.t_s < played["end_s"] - 0.1 and faces:
            assert faces[0].probs is not None
            asked += 1
            right += dominant(faces[0].probs) == played["face"]
    assert len(people) == 1
    assert asked > 30
    assert right / asked > 0.9


def test_a_smile_is_happy_where_it_is_and_gone_when_it_leaves(portrait: np.ndarray) -> None:
    live = LiveReader()
    for index in range(5):
        (face,) = live.read(np.roll(portrait, 4 * index, axis=1), index / 10)
    x, y, width, height = face.box
    assert x < 238 < x + width and y < 130 < y + height
    assert face.probs is not None and LABELS[int(face.probs.argmax())] == "happiness"
    assert face.probs.sum() == pytest.approx(1, abs=1e-4)
    assert face.valence > 0
    assert live.read(np.zeros_like(portrait), 0.5) == ()
    for index in range(3):  # a person is one who stays
        back = live.read(portrait, 5.0 + index / 10)
    assert [again.id for again in back] == [face.id + 1]  # too long away to be sure


def test_a_face_too_blurred_to_read_is_followed_and_not_guessed(portrait: np.ndarray) -> None:
    blurred, live = cv2.GaussianBlur(portrait, (0, 0), 8), LiveReader()
    (clear,) = live.read(portrait, 0.0)
    (face,) = live.read(blurred, 0.1)
    assert face.quality == 0
    assert face.probs is not None and clear.probs is not None
    np.testing.assert_allclose(face.probs, clear.probs, atol=1e-5)  # what it showed just before
    for index in range(2, 12):
        (face,) = live.read(blurred, index / 10)
    assert face.id == clear.id
    assert face.probs is None


def test_memory_and_work_stay_the_same_however_long(portrait: np.ndarray) -> None:
    seen = _FaceHistory()
    rows = np.random.default_rng(0).normal(size=(2000, 263)).astype(np.float32)
    for index, row in enumerate(rows):
        seen.add(index / 15, row)
    assert len(seen.rows) == len(seen.times_s) == STEPS
    assert np.diff(seen.times_s).min() > 0.06
    assert seen.mean is not None
    np.testing.assert_allclose(seen.mean, rows.mean(0), atol=1e-4)
    assert seen.seen_s == pytest.approx(1999 / 15)

    live, small = LiveReader(), portrait[::2, ::2]
    for index in range(3 * TRACK_LENGTH):
        (face,) = live.read(small, index / 10)
    assert all(len(track.times_s) <= TRACK_LENGTH for track in live._tracker.tracks)
    assert face.id == 0


def test_pictures_must_come_in_order_of_time(portrait: np.ndarray) -> None:
    live = LiveReader()
    live.read(portrait, 1.0)
    with pytest.raises(ValueError, match="order of time"):
        live.read(portrait, 0.5)
