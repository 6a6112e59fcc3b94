"""A part of a clip tells of that part alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis
from vidsent.timeline import wording
from vidsent.timeline.span import analysis_of_span
from vidsent.timeline.verdict import dominant, judge

Build = Callable[..., Analysis]


def test_the_whole_clip_is_itself(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    part = analysis_of_span(analysis, 0.0, analysis.clip.duration_s)
    assert part.verdict == judge(analysis.timeline)
    assert part.lines == analysis.lines
    assert part.moments == analysis.moments
    assert np.array_equal(part.timeline.t_s, analysis.timeline.t_s)
    assert [track.seen for track in part.tracks] == pytest.approx(
        [track.seen for track in analysis.tracks]
    )


def test_a_span_is_named_after_what_was_felt_in_it(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    found = set()
    for moment in analysis.moments:
        part = analysis_of_span(analysis, moment.t_s - 0.75, moment.t_s + 0.75)
        inside = np.abs(analysis.timeline.t_s - moment.t_s) <= 0.75
        assert part.verdict.label == dominant(np.nanmean(analysis.timeline.probs[inside], axis=0))
        assert moment in part.moments
        assert all(line.end_s > moment.t_s - 0.75 for line in part.lines)
        assert wording.headline(part) and wording.headline(part, "zh")
        found.add(part.verdict.label)
    assert len(found) > 1 and found <= set(LABELS)


def test_ends_may_be_in_any_order_and_beyond_the_clip(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    one, other = analysis_of_span(analysis, 5.0, 2.0), analysis_of_span(analysis, 2.0, 5.0)
    assert one.verdict == other.verdict and one.clip.duration_s == pytest.approx(3.0)
    beyond = analysis_of_span(analysis, -10.0, 1e6)
    assert beyond.clip.duration_s == pytest.approx(analysis.clip.duration_s)


def test_a_span_shorter_than_a_step_tells_of_its_nearest_time(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    t_s = float(analysis.timeline.t_s[7])
    part = analysis_of_span(analysis, t_s + 0.01, t_s + 0.02)
    assert part.timeline.t_s.tolist() == [t_s]
    assert part.verdict.label == dominant(analysis.timeline.probs[7])
    assert wording.facts(part)
