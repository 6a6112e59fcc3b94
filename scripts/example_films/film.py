"""A film that code draws: its frames by time, its captions in two languages, its planted truth.

Nothing here draws or writes files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

RATE = Fraction(25)  # frames a second
SIZE = (640, 360)  # pixels, width and height


@dataclass(frozen=True)
class Both:
    """The same text in English and Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Caption:
    """A subtitle; `label` is the emotion its words carry."""

    start_s: float
    end_s: float
    text: Both
    label: str


@dataclass(frozen=True)
class Segment:
    """A stretch of the film and what it plants.

    face: the emotion shown, or None where no face is in the image.
    kind: "agreement", "disagreement" (face and words contradict), "face" or "words" where only
    one of them speaks, "none" where neither does.
    """

    start_s: float
    end_s: float
    face: str | None
    words: str | None
    kind: str


@dataclass(frozen=True)
class Film:
    """A clip to be made; `image(t_s)` is (360, 640, 3) uint8 RGB."""

    name: str
    duration_s: float
    image: Callable[[float], np.ndarray]
    captions: tuple[Caption, ...]
    languages: tuple[str, ...]
    segments: tuple[Segment, ...]
    title: Both
    credit: Both
    comments: tuple[tuple[float, str], ...] = ()  # danmaku: second and text

    def times_s(self) -> list[float]:
        """The time of each frame."""
        return [float(k / RATE) for k in range(round(self.duration_s * RATE))]
