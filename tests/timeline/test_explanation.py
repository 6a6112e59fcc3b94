"""A moment of the drawn actor is explained by the face, the words and their shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.builders import face_track
from vidsent.core.emotions import LABELS
from vidsent.core.errors import Cancelled
from vidsent.core.results import Analysis
from vidsent.faces.expression import CROP_SIZE
from vidsent.timeline.explanation import SHOWN_SIDE, Explanation, explain, overlay
from vidsent.timeline.explanation_wording import sentences
from vidsent.timeline.fusion import shares_at
from vidsent.ui.media.examples import FOLDER

Build = Callable[..., Analysis]
CLIP = FOLDER / "actor.mp4"


@pytest.fixture(scope="module")
def actor() -> Analysis:
    return Analysis.from_json((FOLDER / "actor.en.analysis.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def smile(actor: Analysis) -> Explanation:
    """The first moment, a smile while something happy is said."""
    return explain(CLIP, actor, actor.moments[0].t_s)


def test_a_smile_is_explained_by_mouth_word_and_shares(actor: Analysis, smile: Explanation) -> None:
    (face,) = smile.faces
    assert smile.label == face.label == "happiness"
    assert face.parts[0] == "mouth"
    assert face.before is not None and face.before.sum() == pytest.approx(1, abs=1e-4)
    assert face.before.argmax() == face.after.argmax() == LABELS.index("happiness")
    assert [line.text for line in smile.lines] == [
        line.text for line in actor.lines if line.start_s <= smile.t_s <= line.end_s
    ]
    shares = {spoke.channel: spoke.share for spoke in smile.channels}
    assert shares == pytest.approx(shares_at(actor.timeline, smile.t_s))
    told = " ".join(sentences(smile))
    assert "the mouth" in told and "told of happiness" in told and "“happy” weighs most" in told
    assert "嘴部" in " ".join(sentences(smile, "zh"))


def test_the_picture_shows_the_face_that_the_overlay_lies_on(smile: Explanation) -> None:
    (face,) = smile.faces
    shown = cv2.imdecode(np.frombuffer(face.picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None and shown.shape == (SHOWN_SIDE, SHOWN_SIDE)
    rows = shown[:, SHOWN_SIDE // 2].astype(int)  # a smile is light teeth on a dark line below
    mouth = rows[7 * SHOWN_SIDE // 12 : 10 * SHOWN_SIDE // 12]
    assert mouth.max() - mouth.min() > 60
    layer = cv2.imdecode(np.frombuffer(face.overlay, np.uint8), cv2.IMREAD_UNCHANGED)
    assert layer is not None and layer.shape == (CROP_SIZE, CROP_SIZE, 4)
    assert face.heat is not None
    assert layer[..., 3].argmax() == face.heat.argmax()


def test_an_overlay_is_clear_where_it_is_cold() -> None:
    layer = cv2.imdecode(np.frombuffer(overlay(np.eye(48)), np.uint8), cv2.IMREAD_UNCHANGED)
    assert layer is not None
    assert np.array_equal(layer[..., 3] > 0, np.eye(48, dtype=bool))


def test_a_copy_of_another_size_is_read_alike(
    actor: Analysis, smile: Explanation, tmp_path: Path
) -> None:
    big = replace(actor, clip=replace(actor.clip, width=2 * actor.clip.width))
    tracks = tuple(replace(track, boxes=2 * track.boxes) for track in actor.tracks)
    (face,) = explain(CLIP, replace(big, tracks=tracks), smile.t_s).faces
    assert face.picture == smile.faces[0].picture


def test_where_nothing_is_seen_or_said_it_says_so(synthetic_analysis: Build) -> None:
    nothing = explain(CLIP, synthetic_analysis(tracks=(), lines=()), 3.0)
    assert nothing.label is None and nothing.faces == () and nothing.channels == ()
    assert sentences(nothing) == ["Nothing was read here: no face was seen, and nothing was said."]
    track = face_track()
    unread = replace(track, quality=np.zeros_like(track.quality))
    blurred = explain(CLIP, synthetic_analysis(tracks=(unread,), lines=()), 3.0)
    assert blurred.unread == 1
    assert "too small or blurred" in sentences(blurred)[0]
    assert "太小或太模糊" in sentences(blurred, "zh")[0]


def test_a_face_away_for_long_is_not_told_of(synthetic_analysis: Build) -> None:
    assert explain(CLIP, synthetic_analysis(), 25.5).faces == ()


def test_face_and_words_that_disagree_are_both_told(synthetic_analysis: Build) -> None:
    why = explain(CLIP, synthetic_analysis(), 29.0)  # an angry face says it is happy
    assert {spoke.label for spoke in why.channels} == {"anger", "happiness"}
    told = sentences(why)[0]
    assert "the face" in told and "shows anger" in told and "say happiness" in told


def test_a_clip_that_is_gone_costs_only_the_picture(
    synthetic_analysis: Build, tmp_path: Path
) -> None:
    (face,) = explain(tmp_path / "gone.mp4", synthetic_analysis(), 8.0).faces
    assert face.label == "happiness" and face.picture == b"" and face.heat is None
    told = sentences(explain(tmp_path / "gone.mp4", synthetic_analysis(), 8.0))
    assert "no heat map" in told[1]


def test_a_face_that_is_not_found_again_is_not_taken_for_another(
    actor: Analysis, smile: Explanation
) -> None:
    aside = tuple(
        replace(track, boxes=track.boxes - np.array([400, 0, 0, 0], np.float32))
        for track in actor.tracks
    )
    (face,) = explain(CLIP, replace(actor, tracks=aside), smile.t_s).faces
    assert face.picture == b""


def test_it_can_be_stopped(actor: Analysis, smile: Explanation) -> None:
    def stop() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        explain(CLIP, actor, smile.t_s, check_cancelled=stop)
