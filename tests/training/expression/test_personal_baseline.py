"""What is a person's own look is told from what they express, and nothing is made up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tests.training.cnn_outputs import counting, example
from vidsent.faces.expression import FEATURES, ExpressionGRU
from vidsent.training.data.face_clips import RATE_HZ
from vidsent.training.expression import held_out, personal_baseline
from vidsent.training.expression.clip_features import Example
from vidsent.training.networks.features import CnnOutputs

LABELS = (0, 2, 6)


def _person(seed: int, clips: int = 6) -> list[Example]:
    """Every clip has the person's look, which is large, and the emotion's, which is small."""
    generator = torch.Generator().manual_seed(seed)
    look = 5 * torch.randn(1, FEATURES, generator=generator)
    found = []
    for number in range(clips):
        label = LABELS[number % len(LABELS)]
        features = look + 0.3 * torch.randn(40, FEATURES, generator=generator)
        features[:, 10 * label : 10 * label + 10] += 1.0
        found.append(example(CnnOutputs(features, torch.zeros(40, 7)), label, group=f"{seed:03}"))
    return found


def _accuracy(rows: list[dict[str, Any]], key: str, truth: list[int]) -> float:
    return float(np.mean([np.argmax(row[key]) for row in rows] == np.array(truth)))


def test_a_person_never_seen_is_read_by_how_they_change() -> None:
    gru = ExpressionGRU().eval()  # untrained, it says what the CNN says: nothing
    gru.personal.copy_(personal_baseline.fit([each for k in range(8) for each in _person(k)]))
    unseen = [each for k in range(100, 104) for each in _person(k)]
    rows, truth = held_out.read_clips(gru, unseen), [each.clip.label for each in unseen]
    assert _accuracy(rows, "gru", truth) == 1.0
    alone = np.array([row["gru_alone"] for row in rows])
    assert np.abs(alone - 1 / 7).max() < 0.05  # one clip shows no change
    assert _accuracy(rows, "cnn", truth) < 0.5


def test_an_emotion_that_nobody_shows_has_no_evidence() -> None:
    evidence = personal_baseline.fit([each for k in range(4) for each in _person(k)])
    assert evidence.shape == (7, FEATURES)
    shown = evidence.abs().sum(1) > 0
    assert tuple(torch.nonzero(shown).flatten().tolist()) == LABELS
    torch.testing.assert_close(evidence.sum(0), torch.zeros(FEATURES), atol=1e-4, rtol=0)


def test_two_emotions_are_as_good_as_more() -> None:
    clips = [each for k in range(6) for each in _person(k) if each.clip.label != 6]
    evidence = personal_baseline.fit(clips)
    assert evidence[0, :10].mean() > 0 > evidence[0, 20:30].mean()
    assert evidence[2, 20:30].mean() > 0 > evidence[2, :10].mean()


@pytest.mark.parametrize(
    "clips",
    [_person(0), [each for k in range(3) for each in _person(k, clips=1)]],
    ids=["one person", "one emotion"],
)
def test_too_little_teaches_nothing(clips: list[Example]) -> None:
    assert not personal_baseline.fit(clips).any()


def test_the_baseline_is_of_every_step_of_the_clips_known() -> None:
    known = personal_baseline.baseline([example(counting(steps)) for steps in (10, 30)])
    torch.testing.assert_close(known.features, torch.full((FEATURES,), (45 + 435) / 40))
    assert known.seen_s == 40 / RATE_HZ
