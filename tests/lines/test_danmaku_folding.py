"""Many viewers at once: repeats are one line with a count, and nobody floods the rest."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from defusedxml.ElementTree import parse
from hypothesis import given
from hypothesis import strategies as st

import vidsent
from tests.clips import write_clip
from vidsent.core.options import Limits
from vidsent.core.results import Line
from vidsent.lines.danmaku import SHOWN_S
from vidsent.lines.danmaku_folding import (
    ALWAYS_ALLOWED,
    MOST_SHARE,
    WINDOW_S,
    density,
    fold,
    normal,
)
from vidsent.lines.subtitles import read_subtitles

TIMES_PARSING = 20  # 7 to 8 times, measured; what grows with the square takes far more


def comment(start_s: float, text: str) -> Line:
    return Line(start_s, start_s + SHOWN_S, text, kind="danmaku")


def folded(lines: list[Line]) -> tuple[list[Line], dict[str, int]]:
    skipped: Counter[str] = Counter()
    return fold(lines, skipped), dict(skipped)


def test_repeats_within_the_window_are_one_line_with_a_count() -> None:
    said = [
        comment(1, "泪目"),
        comment(2, "哈哈哈哈哈"),
        comment(3, "哈哈哈!"),
        comment(4, "泪 目"),
    ]
    later = comment(1 + WINDOW_S + 0.1, "泪目")
    lines, skipped = folded([*said, later])
    assert [(line.text, line.start_s, line.end_s, line.count) for line in lines] == [
        ("泪目", 1, 4 + SHOWN_S, 2),
        ("哈哈哈哈哈", 2, 3 + SHOWN_S, 2),
        ("泪目", later.start_s, later.end_s, 1),
    ]
    assert skipped == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("哈哈哈", "哈哈哈哈哈哈", True),
        ("23333", "2333333", True),
        ("Nice！", "nice", True),
        ("ＡＢ", "ab", True),
        ("!!!", "!!", False),  # no letters: as they stand
        ("好看", "难看", False),
        ("[泪]", "[怒]", False),
    ],
)
def test_what_makes_no_difference_is_left_out_of_the_comparison(
    one: str, other: str, same: bool
) -> None:
    assert (normal(one) == normal(other)) == same


def test_subtitles_are_not_a_crowd() -> None:
    lines = [Line(1, 2, "No."), Line(2, 3, "No.")]
    assert folded(lines) == (lines, {})


def test_one_who_floods_the_screen_is_held_to_a_share_spread_over_time() -> None:
    people = [comment(second, f"comment {second}") for second in range(200)]
    flood = [comment(second / 10, "加群 12345") for second in range(2000)]
    lines, skipped = folded([*people, *flood])
    kept = [line for line in lines if line.text == "加群 12345"]
    count = sum(line.count for line in kept)
    assert count == pytest.approx(MOST_SHARE * (200 + count), abs=1)
    assert skipped == {"danmaku_spam": 2000 - count}
    halves = Counter(line.start_s < 100 for line in kept for _ in range(line.count))
    assert halves[True] == pytest.approx(halves[False], abs=2)
    assert sum(line.count for line in lines if line.text != "加群 12345") == 200


@given(
    st.lists(st.tuples(st.floats(0, 300), st.sampled_from("abcdefgh"), st.integers(1, 60))),
)
def test_nothing_is_lost_but_what_is_too_much(said: list[tuple[float, str, int]]) -> None:
    lines, skipped = folded([comment(t_s, text) for t_s, text, times in said for _ in range(times)])
    assert [line.start_s for line in lines] == sorted(line.start_s for line in lines)
    total = sum(line.count for line in lines)
    assert total + skipped.get("danmaku_spam", 0) == sum(times for *_, times in said)
    of_text: dict[str, int] = defaultdict(int)
    for line in lines:
        of_text[line.text] += line.count
    assert all(n <= max(ALWAYS_ALLOWED, MOST_SHARE * total) for n in of_text.values())


def test_the_density_is_in_comments_a_second() -> None:
    steady = [comment(second / 4, f"{second} words") for second in range(80)]  # 4 a second to 20 s
    t_s = np.arange(300, dtype=np.float32) / 10
    per_s = density(steady, t_s)
    assert per_s.shape == t_s.shape and per_s.dtype == np.float32
    np.testing.assert_allclose(per_s[10:190], 4, atol=0.01)
    assert np.all(per_s[220:] == pytest.approx(0, abs=1e-5))
    assert per_s.sum() / 10 == pytest.approx(80, rel=0.03)


def test_folding_keeps_the_density() -> None:
    laughter = [comment(10 + place / 10, "哈哈哈") for place in range(50)]  # 10 a second
    lines, _ = folded([*laughter, *(comment(s, f"{s}") for s in range(300))])
    t_s = np.arange(300, dtype=np.float32) / 10
    np.testing.assert_allclose(density(lines, t_s)[115:140], 11, atol=0.7)


def test_no_comments_have_no_density() -> None:
    assert not density([Line(0, 1, "said")], np.arange(10, dtype=np.float32)).any()
    assert density([], np.zeros(1, np.float32)).tolist() == [0]


@pytest.mark.parametrize("count", [50_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_a_large_file_of_comments_is_read_and_folded_in_time(tmp_path: Path, count: int) -> None:
    rng = np.random.default_rng(0)
    said = ["哈哈哈", "泪目", "前方高能", "太感动了", "这是什么", "难过", "233", "笑死我了"]
    times_s, texts = rng.uniform(0, 1800, count), rng.integers(0, 5000, count)
    comments = (
        f'<d p="{t_s:.3f},1,25,16777215">{said[text % 8]}{text // 8}</d>'
        for t_s, text in zip(times_s, texts, strict=True)
    )
    path = tmp_path / "crowd.xml"
    path.write_text(f"<i>{''.join(comments)}</i>", encoding="utf-8")
    started_s = time.thread_time()
    parse(path)
    parsed_s = time.thread_time()
    lines = fold(read_subtitles(path, Limits(), Counter()), Counter())
    assert time.thread_time() - parsed_s < TIMES_PARSING * (parsed_s - started_s)
    assert sum(line.count for line in lines) == count


def test_an_analysis_counts_the_crowd(tmp_path: Path) -> None:
    comments = [*(["笑死我了"] * 5), "难过"]
    rows = "".join(f'<d p="{place / 10},1,25">{text}</d>' for place, text in enumerate(comments))
    danmaku = tmp_path / "a.xml"
    danmaku.write_text(f"<i>{rows}</i>", encoding="utf-8")
    analysis = vidsent.analyze(write_clip(tmp_path / "a.mp4"), danmaku)
    assert [(line.text, line.count) for line in analysis.lines] == [("笑死我了", 5), ("难过", 1)]
    assert analysis.timeline.channel("danmaku") is not None
