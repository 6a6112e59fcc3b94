"""The seven emotions: their order, names, colours and place in valence-arousal space.

The order of `LABELS` is the order of every probability row in the project (Ekman's six
plus neutral). This module knows nothing of faces, words or time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LABELS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
NUM_LABELS = len(LABELS)
NEUTRAL = LABELS.index("neutral")


@dataclass(frozen=True)
class Emotion:
    """One emotion as people meet it: names, colour, valence and arousal in [-1, 1]."""

    label: str
    zh: str
    color: str  # hex; every two can be told apart without one kind of cone, see the tests
    valence: float
    arousal: float


# Valence and arousal: places on Russell's circumplex (1980), used only where a channel gives
# probabilities and no valence of its own. Neutral sits at the origin by definition.
EMOTIONS = (
    Emotion("anger", "愤怒", "#c73127", -0.60, 0.70),
    Emotion("disgust", "厌恶", "#8f9b63", -0.65, 0.30),
    Emotion("fear", "恐惧", "#a176e5", -0.65, 0.75),
    Emotion("happiness", "快乐", "#eaa51b", 0.80, 0.45),
    Emotion("sadness", "悲伤", "#2a69a6", -0.70, -0.40),
    Emotion("surprise", "惊讶", "#1f9f95", 0.10, 0.80),
    Emotion("neutral", "平静", "#bcc4cf", 0.00, 0.00),
)
BY_LABEL = {emotion.label: emotion for emotion in EMOTIONS}
COLORS = {emotion.label: emotion.color for emotion in EMOTIONS}
VALENCE_AROUSAL = np.array(  # (7, 2) float32
    [(e.valence, e.arousal) for e in EMOTIONS], dtype=np.float32
)


def name(label: str, language: str = "en") -> str:
    """The name of a label as shown to people who read `language` ("en" or "zh")."""
    return BY_LABEL[label].zh if language.startswith("zh") else label


def expected_valence_arousal(probs: np.ndarray) -> np.ndarray:
    """Mean valence and arousal under `probs` (..., 7); returns (..., 2) float32."""
    return np.asarray(probs, dtype=np.float32) @ VALENCE_AROUSAL


def intensity(probs: np.ndarray) -> np.ndarray:
    """How strongly any emotion is shown: 1 - P(neutral), in [0, 1]; (..., 7) -> (...)."""
    return 1.0 - np.asarray(probs, dtype=np.float32)[..., NEUTRAL]
