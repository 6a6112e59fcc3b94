"""Who meets whom: labels match or do not as asked, and nobody is met twice."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.planted_pairs import readings
from vidsent.core.emotions import NEUTRAL
from vidsent.training.fusion import pairs
from vidsent.training.fusion.pairs import DANMAKU, FACE, SUBTITLE

FACES, LINES = readings(600, seed=0)
RNG = np.random.default_rng(0)


def test_tiles_meet_lines_of_their_label_once() -> None:
    tiles = np.array([0, 0, 0, 1, 1, 3, -1])
    english, chinese = np.array([0, 0, 1, 3, 3]), np.array([0, 6, 3])
    chosen, lines = pairs.match(tiles, [english, chinese], RNG)
    every = np.concatenate([english, chinese])
    assert (tiles[chosen] == every[lines]).all()
    assert len(set(chosen)) == len(chosen) == len(set(lines)) == 5  # one 1 finds nobody


def test_languages_take_turns() -> None:
    _, lines = pairs.match(np.zeros(40, int), [np.zeros(100, int), np.zeros(100, int)], RNG)
    assert (lines < 100).sum() == 20


def test_channels_are_dropped_in_the_stated_shares() -> None:
    cases = pairs.matched(FACES, LINES, RNG, danmaku=0.5)
    face, line, danmaku = cases.seen
    assert (~line).mean() == pytest.approx(pairs.FACE_ONLY, abs=0.05)
    assert (~face).mean() == pytest.approx(pairs.SUBTITLE_ONLY, abs=0.05)
    assert danmaku.mean() == pytest.approx(0.5, abs=0.07)
    assert (face | line).all()
    assert cases.features is not None
    assert not cases.features[SUBTITLE][~line].any() and cases.features[SUBTITLE][line].any(1).all()


def test_a_face_that_cannot_be_read_is_not_seen() -> None:
    blurred = FACES._replace(quality=np.where(np.arange(600) < 300, 0, FACES.quality))
    cases = pairs.matched(blurred, LINES, RNG, whole=True)
    assert cases.seen[FACE].sum() == 300 and cases.seen[SUBTITLE].all()


def test_danmaku_speak_mostly_of_the_label_and_never_by_the_line_itself() -> None:
    off_topic, pairs.OFF_TOPIC = pairs.OFF_TOPIC, 0.0
    try:
        comments = pairs._draw_comments(LINES.labels, RNG)
    finally:
        pairs.OFF_TOPIC = off_topic
    assert (LINES.labels[comments] == LINES.labels[:, None]).all()
    assert (comments != np.arange(600)[:, None]).all()


@pytest.mark.parametrize("channel", [SUBTITLE, FACE])
def test_plain_channels_are_plain_and_the_other_tells_the_truth(channel: int) -> None:
    sure, calm = readings(200, seed=1, face=1.0, line=1.0)
    cases = pairs.plain(sure, calm, RNG, channel, count=20)
    assert len(cases) == 20 and not cases.seen[DANMAKU].any()
    assert (cases.probs[channel].argmax(1) == NEUTRAL).all()
    assert (cases.probs[FACE + SUBTITLE - channel].argmax(1) == cases.truth).all()
    assert (cases.truth != NEUTRAL).all()
