"""Disagreement beyond chance: how far channels that feel the same differ, and what that finds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from vidsent.timeline.pool import contradiction
from vidsent.training.metrics import Metric, bootstrap, share_of
from vidsent.training.pairs import (
    CHANNELS,
    CROWD,
    LINE,
    Cases,
    Faces,
    Lines,
    matched,
    mismatched,
    plain,
)
from vidsent.training.report import interval

Between = tuple[str, str]  # names of two channels, in the order of the alphabet

CHANCE = 95.0  # percentile of the pairs that feel the same
BETWEEN: tuple[Between, ...] = tuple(combinations(sorted(CHANNELS), 2))
COLUMNS = (
    "channels",
    "marked from",
    "n",
    "false alarms",
    "n",
    "found contradictions",
    "n",
    "marked plain lines",
)
PROTOCOL = (
    "Contradiction: the divergence of what two channels feel, times the chance that both feel "
    f"anything; marked from the {CHANCE:.0f}th percentile of the matched training pairs. False "
    "alarms: matched test pairs that are marked. Contradictions: every test face that feels "
    "something, with its line or crowd exchanged for one that feels something else. Plain lines: "
    "neutral lines under a face that feels something."
)


def thresholds(train: tuple[Faces, Lines], rng: np.random.Generator) -> dict[Between, float]:
    """From where on two channels contradict each other beyond chance."""
    cases = matched(*train, rng, crowded=1.0, whole=True)
    return {
        between: round(float(np.percentile(_curve(cases, between), CHANCE)), 2)
        for between in BETWEEN
    }


def disagreement_rows(
    least: Mapping[Between, float], test: tuple[Faces, Lines], rng: np.random.Generator
) -> list[dict[str, Any]]:
    """What is marked of test pairs that match, that contradict each other, and of plain lines."""
    same = matched(*test, rng, crowded=1.0, whole=True)
    calm = plain(*test, rng, channel=LINE)
    rows = []
    for between in BETWEEN:
        crowd = CHANNELS[CROWD] in between
        wrong = mismatched(*test, rng, channel=CROWD if crowd else LINE)
        kinds = {"false_alarms": same, "found": wrong, "plain": None if crowd else calm}
        marked = {
            name: None if cases is None else _marked(cases, between, least[between]).to_dict()
            for name, cases in kinds.items()
        }
        rows.append({"channels": list(between), "marked_from": least[between], **marked})
    return rows


def cells(row: Mapping[str, Any]) -> list[str]:
    """One row of `disagreement_rows` as the table shows it, in the order of `COLUMNS`."""
    shown = [" and ".join(row["channels"]), f"{row['marked_from']:.2f}"]
    for name in ("false_alarms", "found", "plain"):
        metric = row[name]
        shown += ["-", "-"] if metric is None else [f"{metric['n']:,}", interval(metric)]
    return shown


def _curve(cases: Cases, between: Between) -> np.ndarray:
    """How far the two channels contradict each other, (N,), of cases in which both are seen."""
    first, second = (CHANNELS.index(name) for name in between)
    seen = cases.seen[first] & cases.seen[second]
    return contradiction(cases.probs[first, seen], cases.probs[second, seen])


def _marked(cases: Cases, between: Between, least: float) -> Metric:
    return bootstrap(share_of, _curve(cases, between) >= least, protocol=PROTOCOL)
