"""The shots of a clip: where they begin, what prevails in each, and how the timeline shows it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vidsent.core.emotions import COLORS, LABELS
from vidsent.core.results import Analysis
from vidsent.figures.timeline_figure import lanes_of, timeline_figure
from vidsent.reports import files
from vidsent.timeline import span
from vidsent.timeline.shot_list import numbers, shots
from vidsent.timeline.verdict import dominant

Build = Callable[..., Analysis]
CUTS_S = (7.0, 24.8, 26.4)  # the third shot is the planted absence


@pytest.fixture
def cut(synthetic_analysis: Build) -> Analysis:
    return replace(synthetic_analysis(lines=()), cuts_s=CUTS_S)


def test_shots_follow_each_other_from_beginning_to_end(cut: Analysis) -> None:
    found = shots(cut)
    assert [shot.start_s for shot in found] == [0.0, *CUTS_S]
    assert [shot.end_s for shot in found] == [*CUTS_S, cut.clip.duration_s]


def test_a_shot_is_named_after_what_prevails_in_it(cut: Analysis) -> None:
    t_s, probs = cut.timeline.t_s, cut.timeline.probs
    for shot in shots(cut):
        inside = probs[(t_s >= shot.start_s) & (t_s < shot.end_s)]
        if np.isnan(inside).all():
            assert (shot.label, shot.share) == (None, 0.0)
            continue
        mean = np.nanmean(inside, axis=0)
        assert shot.label == dominant(mean)
        assert shot.share == pytest.approx(mean[LABELS.index(shot.label)], abs=1e-5)
    assert [shot.label is None for shot in shots(cut)] == [False, False, True, False]


def test_a_shot_of_which_little_was_seen_has_no_name(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis(lines=())
    hidden_s = analysis.timeline.t_s[np.isnan(analysis.timeline.probs[:, 0])]
    start_s, end_s = float(hidden_s.min()), float(hidden_s.max())
    for before_s, named in ((0.15 * (end_s - start_s), False), (end_s - start_s, True)):
        cuts_s = (start_s - before_s, end_s)
        assert (shots(replace(analysis, cuts_s=cuts_s))[1].label is not None) == named


def test_a_clip_without_cuts_is_one_shot_and_has_no_lane(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    assert len(shots(analysis)) == 1
    assert set(numbers(analysis)) == {1}
    assert "shots" not in [lane.key for lane in lanes_of(analysis)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lane_has_a_bar_for_each_shot_in_its_colour(cut: Analysis, language: str) -> None:
    (lane,) = (lane for lane in lanes_of(cut) if lane.key == "shots")
    (drawn,) = (each for each in timeline_figure(cut, language).data if each.yaxis == lane.axis)
    found = shots(cut)
    assert list(drawn.base) == [shot.start_s for shot in found]
    ends = np.add(drawn.base, drawn.x)
    assert (ends < [shot.end_s for shot in found]).all()  # two bars do not touch
    assert ends == pytest.approx([shot.end_s for shot in found], abs=0.1)
    for color, shot in zip(drawn.marker.color, found, strict=True):
        assert color == COLORS[shot.label or "neutral"]
    assert all(str(number) in text for number, text in enumerate(drawn.customdata, start=1))


def test_files_tell_the_shots(cut: Analysis, tmp_path: Path) -> None:
    assert Analysis.from_json(cut.to_json()).cuts_s == CUTS_S
    files.write_csv(cut, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        wanted = 1 + sum(float(row["t_s"]) >= at_s for at_s in CUTS_S)
        assert int(row["shot"]) == wanted


def test_a_span_keeps_the_cuts_within_it(cut: Analysis) -> None:
    assert span.analysis_of_span(cut, 7.0, 25.0).cuts_s == (24.8,)
