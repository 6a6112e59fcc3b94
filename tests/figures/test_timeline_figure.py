"""The timeline figure: what is drawn where, and what must not be."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.builders import DURATION_S, SAID, face_track, spoken_lines
from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis, Line, Timeline
from vidsent.core.timecode import format_time
from vidsent.figures.downsampling import POINTS, downsampled
from vidsent.figures.timeline_figure import timeline_figure

Build = Callable[..., Analysis]


def traces(figure: go.Figure, axis: str) -> list[Any]:
    return [trace for trace in figure.data if trace.yaxis == axis]


def bands(figure: go.Figure) -> list[Any]:
    return [trace for trace in traces(figure, "y") if trace.fill == "toself"]


def height_at(band: Any, t_s: float) -> float:
    """How thick a filled band is at a time; 0 where no polygon covers it."""
    x, y = np.asarray(band.x, float), np.asarray(band.y, float)
    total = 0.0
    for part in np.split(np.arange(len(x)), np.flatnonzero(np.isnan(x))):
        part = part[np.isfinite(x[part])]
        half = len(part) // 2
        there, back = part[:half], part[half:][::-1]
        if half and x[there[0]] <= t_s <= x[there[-1]]:
            high, low = np.interp(t_s, x[there], y[there]), np.interp(t_s, x[back], y[back])
            total += high - low
    return total


def test_bands_show_the_fused_probabilities(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    figure = timeline_figure(analysis)
    for index in (10, 90, 150, 300):
        heights = [height_at(band, float(analysis.timeline.t_s[index])) for band in bands(figure)]
        assert heights == pytest.approx(analysis.timeline.probs[index].tolist(), abs=0.01)


def test_every_emotion_has_its_colour_and_its_name(synthetic_analysis: Build) -> None:
    for language in ("en", "zh"):
        drawn = bands(timeline_figure(synthetic_analysis(), language))
        assert [band.fillcolor for band in drawn] == [COLORS[label] for label in LABELS]
        assert [band.name for band in drawn] == [name(label, language) for label in LABELS]


def test_nothing_is_drawn_where_nothing_was_seen(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis(lines=())
    hidden = analysis.timeline.t_s[np.isnan(analysis.timeline.probs[:, 0])]
    assert 25.5 in np.round(hidden, 1)  # the planted absence
    figure = timeline_figure(analysis)
    assert sum(height_at(band, 25.5) for band in bands(figure)) == 0
    assert all(np.isnan(curve.y[np.abs(curve.x - 25.5).argmin()]) for curve in traces(figure, "y3"))


def test_moments_are_numbered_in_the_order_of_time(synthetic_analysis: Build) -> None:
    analysis = synthetic_analysis()
    (markers,) = traces(timeline_figure(analysis), "y2")
    assert list(markers.x) == [moment.t_s for moment in analysis.moments]
    assert list(markers.text) == [f"<b>{n}</b>" for n in range(1, len(analysis.moments) + 1)]
    assert list(markers.marker.color) == [COLORS[moment.label] for moment in analysis.moments]


def test_marks_stand_where_the_lines_are_said(synthetic_analysis: Build) -> None:
    (marks,) = traces(timeline_figure(synthetic_analysis()), "y4")
    assert list(marks.base) == [said[0] for said in SAID]
    assert np.add(marks.base, marks.x) == pytest.approx([said[1] for said in SAID])
    assert list(marks.marker.color) == [COLORS[said[-1]] for said in SAID]


def test_text_of_strangers_is_escaped(synthetic_analysis: Build) -> None:
    evil = Line(1.0, 9.0, '<img src=x onerror="alert(1)"> & <b>bold</b>')
    figure = json.loads(timeline_figure(synthetic_analysis(lines=(evil,))).to_json())
    drawn = json.dumps(figure, ensure_ascii=False)  # undoes the escapes of JSON itself
    assert "&lt;img" in drawn and "&lt;b&gt;bold" in drawn
    assert "<img" not in drawn and "<b>bold" not in drawn


def test_danmaku_has_a_lane_of_its_own(synthetic_analysis: Build) -> None:
    lines = [replace(line, kind="danmaku") for line in spoken_lines()]
    figure = timeline_figure(synthetic_analysis(lines=tuple(lines)))
    (density,) = traces(figure, "y5")
    assert not traces(figure, "y4")
    assert np.count_nonzero(density.y) == len(lines)


def test_a_clip_without_anyone_still_has_its_axis(synthetic_analysis: Build) -> None:
    figure = timeline_figure(synthetic_analysis(tracks=(), lines=()))
    assert list(figure.layout.xaxis.range) == [0, DURATION_S]
    assert sum(len(band.x) for band in bands(figure)) == 0


def test_dark_differs_in_ink_only(synthetic_analysis: Build) -> None:
    light = timeline_figure(synthetic_analysis()).to_plotly_json()
    dark = timeline_figure(synthetic_analysis(), dark=True).to_plotly_json()
    assert light["layout"]["font"]["color"] != dark["layout"]["font"]["color"]
    for one, other in zip(light["data"], dark["data"], strict=True):
        if one.get("meta"):
            assert other["line"]["color"] == dark["layout"]["meta"][one["meta"]]
            one["line"].pop("color"), other["line"].pop("color")
        assert str(one) == str(other)


def test_backgrounds_let_the_page_through(synthetic_analysis: Build) -> None:
    layout = timeline_figure(synthetic_analysis()).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


@pytest.mark.parametrize(
    ("t_s", "text"),
    [(0, "0:00"), (59.999, "0:59"), (75.4, "1:15"), (3725, "1:02:05"), (-1, "0:00")],
)
def test_clock(t_s: float, text: str) -> None:
    assert format_time(t_s) == text


def half_an_hour(seed: int = 0) -> Timeline:
    """18,000 points of calm with small noise, ten a second."""
    random = np.random.default_rng(seed)
    count = 18_000
    probs = np.full((count, len(LABELS)), 0.02, np.float32)
    probs[:, -1] = 0.88
    probs += random.uniform(0, 0.01, probs.shape).astype(np.float32)
    probs /= probs.sum(axis=1, keepdims=True)
    flat = np.zeros(count, np.float32)
    return Timeline(np.arange(count, dtype=np.float32) / 10, probs, flat, flat, flat, flat)


def test_a_short_timeline_is_drawn_in_full(synthetic_analysis: Build) -> None:
    timeline = synthetic_analysis().timeline
    assert len(downsampled(timeline)) == len(timeline.t_s)


def test_a_peak_of_one_sample_survives_thinning() -> None:
    timeline = half_an_hour()
    for index in (17, 9_001, 17_999):
        timeline.probs[index] = np.eye(len(LABELS), dtype=np.float32)[index % 6]
    keep = downsampled(timeline)
    assert {17, 9_001, 17_999} <= set(keep.tolist())
    assert len(keep) <= POINTS
    assert np.all(np.diff(keep) > 0)


@pytest.mark.parametrize("period", [3, 100, 1_000])
def test_thinning_stays_within_its_bound_whatever_the_gaps(period: int) -> None:
    timeline = half_an_hour()
    timeline.probs[(np.arange(18_000) // period) % 2 == 0] = np.nan
    assert len(downsampled(timeline, always_s=[1.0, 2.0, 3.0])) <= POINTS


def test_gaps_keep_their_edges() -> None:
    timeline = half_an_hour()
    timeline.probs[5_000:6_000] = np.nan
    keep = set(downsampled(timeline).tolist())
    assert {4_999, 5_000, 5_999, 6_000} <= keep
    assert not np.isfinite(timeline.probs[[i for i in keep if 5_000 <= i < 6_000], 0]).any()


def test_half_an_hour_is_a_light_figure(synthetic_analysis: Build) -> None:
    analysis = replace(synthetic_analysis(), timeline=half_an_hour(), moments=())
    figure = timeline_figure(analysis)
    assert all(len(curve.x) <= POINTS for curve in traces(figure, "y3"))
    assert len(figure.to_json()) < 1_500_000


def test_a_face_seen_once_is_still_a_band(synthetic_analysis: Build) -> None:
    whole = face_track()
    once = replace(
        whole,
        t_s=whole.t_s[70:80],
        boxes=whole.boxes[70:80],
        probs=whole.probs[70:80],
        valence=whole.valence[70:80],
        arousal=whole.arousal[70:80],
        quality=whole.quality[70:80],
    )
    figure = timeline_figure(synthetic_analysis(tracks=(once,), lines=()))
    assert height_at(bands(figure)[LABELS.index("happiness")], 7.5) > 0.5
