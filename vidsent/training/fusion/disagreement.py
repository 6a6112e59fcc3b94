"""Disagreement beyond chance: how far channels that feel the same differ, and what that finds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from vidsent.timeline.pool import contradiction
from vidsent.training.fusion.pairs import (
    CHANNELS,
    DANMAKU,
    SUBTITLE,
    Cases,
    Faces,
    Lines,
    matched,
    mismatched,
    plain,
)
from vidsent.training.metrics import bootstrap, share_of

Between = tuple[str, str]  # names of two channels, in the order of the alphabet

CHANCE = 95.0  # percentile of the pairs that feel the same
BETWEEN: tuple[Between, ...] = tuple(combinations(sorted(CHANNELS), 2))
PROTOCOL = (
    "Contradiction: the divergence of what two channels feel, times the chance that both feel "
    f"anything; marked from the {CHANCE:.0f}th percentile of the matched training pairs. False "
    "alarms: matched test pairs that are marked. Contradictions: every test face that feels "
    "something, with its line or danmaku exchanged for one that feels something else. Plain lines: "
    "neutral lines under a face that feels something."
)


def thresholds(train: tuple[Faces, Lines], rng: np.random.Generator) -> dict[Between, float]:
    """From where on two channels contradict each other beyond chance."""
    cases = matched(*train, rng, danmaku=1.0, whole=True)
    return {
        between: round(float(np.percentile(_contradiction(cases, between), CHANCE)), 2)
        for between in BETWEEN
    }


def disagreement_rows(
    least: Mapping[Between, float], test: tuple[Faces, Lines], rng: np.random.Generator
) -> list[dict[str, Any]]:
    """What is marked of test pairs that match, that contradict each other, and of plain lines."""
    same = matched(*test, rng, danmaku=1.0, whole=True)
    neutral = plain(*test, rng, channel=SUBTITLE)
    rows = []
    for between in BETWEEN:
        danmaku = CHANNELS[DANMAKU] in between
        wrong = mismatched(*test, rng, channel=DANMAKU if danmaku else SUBTITLE)
        row: dict[str, Any] = {"channels": list(between), "marked_from": least[between]}
        kinds = {"false_alarms": same, "found": wrong, "plain": None if danmaku else neutral}
        for name, cases in kinds.items():
            row[name] = None if cases is None else _marked(cases, between, least[between])
        rows.append(row)
    return rows


def _contradiction(cases: Cases, between: Between) -> np.ndarray:
    """How far the two channels contradict each other, (N,), of cases in which both are seen."""
    first, second = (CHANNELS.index(name) for name in between)
    seen = cases.seen[first] & cases.seen[second]
    return contradiction(cases.probs[first, seen], cases.probs[second, seen])


def _marked(cases: Cases, between: Between, least: float) -> dict[str, Any]:
    marked = _contradiction(cases, between) >= least
    return bootstrap(share_of, marked, protocol=PROTOCOL).to_dict()
