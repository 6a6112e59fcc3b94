"""What the scripts of the page are given to draw."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis
from vidsent.ui.clip.circumplex.circumplex import circumplex_value
from vidsent.ui.clip.player.face_boxes import MAX_BOXES, face_boxes
from vidsent.ui.clip.player.readout import readout_value
from vidsent.ui.clip.timeline.timeline import timeline_value

Build = Callable[..., Analysis]


def test_the_readout_agrees_with_the_timeline(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    value = json.loads(readout_value(analysis, "en"))
    at = value["times"].index(9.0)
    assert value["shares"][at] == pytest.approx(
        (100 * analysis.timeline.probs[90]).tolist(), abs=0.51
    )
    face = next(channel for channel in value["channels"] if channel["title"] == "Face")
    assert LABELS[face["labels"][at]] == "happiness"
    away = next(i for i, t_s in enumerate(value["times"]) if 25 < t_s < 26)
    assert value["shares"][away] is None and face["labels"][away] == -1


def test_the_plane_has_the_timeline_s_valence_and_arousal_and_each_channel_s(
    synthetic_analysis: Build,
) -> None:
    analysis = synthetic_analysis()
    value = json.loads(circumplex_value(analysis, "en"))
    at = value["times"].index(9.0)
    timeline = analysis.timeline
    wanted = [timeline.valence[90], timeline.arousal[90]]
    assert value["points"][at] == pytest.approx(wanted, abs=0.006)
    assert LABELS[value["labels"][at]] == "happiness"
    face, words = value["channels"]
    assert (face["title"], words["title"]) == ("Face", "Words")
    assert face["points"][at][0] == pytest.approx(timeline.channels[0].valence[90], abs=0.006)
    away = next(i for i, t_s in enumerate(value["times"]) if 25 < t_s < 26)
    assert value["points"][away] is None and value["labels"][away] == -1
    assert len(value["points"]) == len(value["times"]) == len(face["points"])


def test_boxes_are_places_in_the_picture_and_bounded_in_number(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    (track,) = face_boxes(analysis)
    x, y, width, height = track["boxes"][0]
    assert (x, y, width, height) == (94, 83, 125, 222)  # of 640 x 360, in thousandths
    crowd = replace(analysis, tracks=analysis.tracks * 100)
    assert sum(len(each["times"]) for each in face_boxes(crowd)) <= MAX_BOXES


def test_the_timeline_value_is_one_figure_and_the_other_ink(synthetic_analysis: Build) -> None:
    value = json.loads(timeline_value(synthetic_analysis(), "zh"))
    assert value["duration"] == 32
    assert value["dark"]["font"]["color"] != value["figure"]["layout"]["font"]["color"]
    assert {trace.get("meta") for trace in value["figure"]["data"]} == {None, "ink", "soft"}
