"""Two clips on one axis: planted differences are found, and none are made up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.builders import RATE_HZ, SURE, played, synthetic_analysis
from vidsent.cli.main import BAD_INPUT, DONE, main
from vidsent.core.emotions import LABELS, expected_valence_arousal, intensity
from vidsent.core.results import Analysis, Timeline
from vidsent.figures.compare_figure import LANES, comparison_figure
from vidsent.timeline.compare import POINTS, Comparison, compare
from vidsent.timeline.compare_wording import headline, sentences
from vidsent.timeline.verdict import judge

Script = tuple[tuple[str | None, float], ...]  # what is played, None for nobody; for seconds
CUT: Script = (("neutral", 10), ("happiness", 20), ("sadness", 10))


def clip(script: Script, pace: float = 1.0, name: str = "cut.mp4") -> Analysis:
    """An analysis of a clip that plays `script`, `pace` times as long."""
    nobody = np.full(len(LABELS), np.nan, np.float32)
    rows = np.concatenate(
        [
            np.tile(played(label) if label else nobody, (round(seconds * pace * RATE_HZ), 1))
            for label, seconds in script
        ]
    )
    feeling = expected_valence_arousal(rows)
    timeline = Timeline(
        t_s=np.arange(len(rows), dtype=np.float32) / np.float32(RATE_HZ),
        probs=rows,
        valence=feeling[:, 0],
        arousal=feeling[:, 1],
        intensity=intensity(rows),
        disagreement=np.full(len(rows), np.nan, np.float32),
    )
    base = synthetic_analysis(name)
    return replace(
        base,
        clip=replace(base.clip, duration_s=len(rows) / RATE_HZ),
        timeline=timeline,
        verdict=judge(timeline),
    )


def test_the_same_cut_at_another_pace_is_much_the_same() -> None:
    found = compare(clip(CUT), clip(CUT, pace=2.3))
    assert found.differing() == []
    assert found.moments == ()
    assert np.nanmedian(found.difference) == pytest.approx(0, abs=1e-6)
    assert headline(found).startswith("Much the same")
    assert "大体相同" in headline(found, "zh")


def test_planted_differences_are_found_with_their_size_place_and_sign() -> None:
    other: Script = (("neutral", 10), ("happiness", 10), ("anger", 10), ("sadness", 10))
    found = compare(clip(CUT), clip(other, pace=0.5))
    off = (1 - SURE) / 6  # of the emotions that are not played
    assert found.gap("anger") == pytest.approx((SURE - off) / 4, abs=0.01)
    assert found.gap("happiness") == pytest.approx(-(SURE - off) / 4, abs=0.01)
    assert set(found.differing()) == {"anger", "happiness"}
    (moment,) = found.moments
    assert moment.at == pytest.approx(0.625, abs=0.05)
    assert moment.labels == ("happiness", "anger")
    assert moment.times_s == pytest.approx((40 * moment.at, 20 * moment.at), rel=1e-4)
    assert moment.difference == pytest.approx(SURE - off, abs=0.02)
    assert found.gap("valence") < -0.15
    told = " ".join(sentences(found))
    assert "more unpleasant" in told and "A happiness" in told and "B anger" in told
    assert "anger" in headline(found) and "happiness" in headline(found)


def test_the_other_way_round_is_the_mirror_image() -> None:
    one, other = clip(CUT), clip((("fear", 5), ("happiness", 5), (None, 5)))
    there, back = compare(one, other), compare(other, one)
    for key in (*LABELS, "valence", "arousal", "intensity"):
        assert there.gap(key) == pytest.approx(-back.gap(key), abs=1e-6)
    np.testing.assert_allclose(there.difference, back.difference)
    assert [each.at for each in there.moments] == [each.at for each in back.moments]


def test_what_was_not_seen_is_not_compared() -> None:
    found = compare(clip(CUT), clip(((None, 20), ("happiness", 20))))
    assert np.isnan(found.difference[: POINTS // 2]).all()
    assert found.overlap == pytest.approx(0.5, abs=0.01)
    assert found.sides[1].coverage == pytest.approx(0.5)
    assert all(each.at > 0.5 for each in found.moments)


def test_nobody_in_one_of_them_is_no_comparison() -> None:
    found = compare(clip(CUT), clip(((None, 20),)))
    assert not found.comparable
    assert headline(found) == "No comparison: too little was seen of B"
    assert found.differing() == [] and found.moments == ()
    assert len(sentences(found)) == 1
    told = json.dumps(found.to_dict(), allow_nan=False)
    assert json.loads(told)["gaps"]["anger"] is None


def test_by_seconds_the_shorter_clip_ends_early() -> None:
    found = compare(clip(CUT), clip((("neutral", 10), ("happiness", 10))), "seconds")
    assert found.end == 40
    assert np.nanmax(found.difference) == pytest.approx(0, abs=1e-6)
    assert np.isfinite(found.difference).mean() == pytest.approx(0.5, abs=0.01)
    with pytest.raises(ValueError, match="axis"):
        compare(clip(CUT), clip(CUT), "frames")  # type: ignore[arg-type]


def test_clips_shorter_than_the_axis_has_points_are_not_full_of_holes() -> None:
    found = compare(clip((("happiness", 1),)), clip((("sadness", 0.3),)))
    assert np.isfinite(found.difference).all()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("axis", ["share", "seconds"])
def test_the_figure_draws_both_and_changes_over_to_dark(axis: str, language: str) -> None:
    found: Comparison = compare(
        clip(CUT, name="<b>one</b>.mp4"),
        clip((("anger", 9),)),
        axis,  # type: ignore[arg-type]
    )
    light, dark = (comparison_figure(found, language, dark=each) for each in (False, True))
    assert {trace.yaxis for trace in light.data} == {lane.axis for lane in LANES}
    titles = " ".join(each.text for each in light.layout.annotations)
    assert "&lt;b&gt;one" in titles and "<b>one" not in titles
    assert light.layout.xaxis.range == (0, found.end)
    assert [trace.name for trace in light.data] == [trace.name for trace in dark.data]
    assert light.layout.meta != dark.layout.meta


def test_the_command_compares_what_analyze_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "one.json", tmp_path / "other.json"]
    for path, script in zip(paths, (CUT, (("anger", 20.0),)), strict=True):
        path.write_text(clip(script).to_json(), "utf-8")
    assert main(["compare", "clips", *map(str, paths), "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["differing"][0] == "anger" and told["gaps"]["anger"] > 0.5
    assert main(["compare", "clips", *map(str, paths), "--language", "zh"]) == DONE
    assert "愤怒更多" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 3}', '{"schema": 1}'])
def test_the_command_refuses_what_is_no_analysis(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(content, "utf-8")
    assert main(["compare", "clips", str(broken), str(broken)]) == BAD_INPUT
    assert "analyze" in capsys.readouterr().err
    assert main(["compare", "clips", str(broken)]) == BAD_INPUT
    assert main(["compare", "clips", "absent.json", "absent.json"]) == BAD_INPUT
