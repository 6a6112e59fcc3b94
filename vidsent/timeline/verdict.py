"""The clip in one line, or the reason why there is none.

The rules are few and stated here as constants; none was fitted to a test set.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.core.results import Timeline, Verdict

LEAST_COVERAGE = 0.10  # share of the clip that must have been seen or heard
LEAST_SEEN_S = 1.0  # and for how long at least
LEAST_CONFIDENCE = 0.25
NEUTRAL_DISCOUNT = 0.6  # a clip is named after its emotion though calm lasts a little longer
POLAR = 0.20  # mean valence beyond which a clip is positive or negative
CALM = 0.25  # mean intensity below which nothing much is felt
DOMINANT = 0.45  # share of all felt emotion that names the mood


def judge(timeline: Timeline) -> Verdict:
    """Verdict of a timeline; abstains when too little was seen or nothing stands out."""
    seen = ~np.isnan(timeline.probs[:, 0])
    coverage = float(seen.mean())
    if not seen.any():
        return Verdict(None, None, None, 0.0, 0.0, 0.0, 0.0, abstained="nothing_seen")
    step_s = float(timeline.t_s[1] - timeline.t_s[0]) if len(timeline.t_s) > 1 else LEAST_SEEN_S
    mean = timeline.probs[seen].mean(0)
    intensity = float(timeline.intensity[seen].mean())
    valence = float(timeline.valence[seen].mean())
    # calibrated: the chance that the label of a seen time is right, less what was not seen
    confidence = float(timeline.probs[seen].max(1).mean() * np.sqrt(coverage))
    measured = Verdict(None, None, None, intensity, valence, coverage, confidence)
    if coverage < LEAST_COVERAGE or seen.sum() * step_s < LEAST_SEEN_S:
        return replace(measured, abstained="low_coverage")
    if confidence < LEAST_CONFIDENCE:
        return replace(measured, abstained="low_confidence")
    return replace(measured, label=dominant(mean), polarity=polarity(valence), mood=mood(mean))


def dominant(probs: np.ndarray) -> str:
    """The label that a stretch of mean probabilities (7,) is named after."""
    discounted = probs.copy()
    discounted[NEUTRAL] *= NEUTRAL_DISCOUNT
    return LABELS[int(discounted.argmax())]


def dominants(probs: np.ndarray) -> list[str | None]:
    """The same for each row of (T, 7); None where nothing was seen."""
    return [None if np.isnan(row[0]) else dominant(row) for row in probs]


def polarity(valence: float) -> str:
    """Positive, neutral or negative."""
    if abs(valence) <= POLAR:
        return "neutral"
    return "positive" if valence > 0 else "negative"


def mood(probs: np.ndarray) -> str:
    """Sad, frightening, comic, tense, calm or mixed, from mean probabilities (7,)."""
    felt = 1.0 - float(probs[NEUTRAL])
    if felt < CALM or dominant(probs) == LABELS[NEUTRAL]:
        return "calm"
    share = np.delete(probs, NEUTRAL) / felt
    best = LABELS[int(share.argmax())]
    if share.max() < DOMINANT:
        return "mixed"
    named = {"happiness": "comic", "sadness": "sad", "fear": "frightening"}
    return named.get(best, "tense")
