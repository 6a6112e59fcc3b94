"""A film over NASA's portrait of Eileen Collins: the camera travels, the face comes and goes.

The photograph is in the public domain and comes with scikit-image.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from scripts.example_films.film import SIZE, Both, Caption, Film, Segment
from scripts.example_films.sdf import smooth

DURATION_S = 24.0
FACE = (177.0, 58.0, 274.0, 172.0)  # pixels of the photograph: left, top, right, bottom


@dataclass(frozen=True)
class View:
    """What the camera sees at t_s: middle and width, in pixels of the photograph."""

    t_s: float
    x: float
    y: float
    width: float

    def holds_face(self) -> bool:
        """Whether the whole face is in the image."""
        half_width, half_height = self.width / 2, self.width * SIZE[1] / SIZE[0] / 2
        return (
            self.x - half_width <= FACE[0]
            and self.x + half_width >= FACE[2]
            and self.y - half_height <= FACE[1]
            and self.y + half_height >= FACE[3]
        )


# Two takes, joined by a dissolve: the model of the Shuttle, her face, the patch; her face again.
TAKES = (
    (
        View(0.0, 396, 215, 230),
        View(3.6, 396, 80, 230),
        View(5.6, 226, 106, 250),
        View(11.6, 228, 126, 300),
        View(14.2, 172, 384, 240),
        View(19.0, 172, 384, 215),
    ),
    (View(17.2, 224, 104, 240), View(24.0, 252, 142, 500)),
)
DISSOLVE_S = (17.2, 18.4)

CAPTIONS = (
    Caption(0.6, 3.4, Both("A model of the Space Shuttle.", "这是一架航天飞机的模型。"), "neutral"),
    Caption(
        4.8,
        7.8,
        Both("This is Eileen Collins, pilot and astronaut.", "这是宇航员艾琳·柯林斯。"),
        "neutral",
    ),
    Caption(
        8.2,
        11.8,
        Both(
            "In 1995 she was the first woman to pilot a Shuttle.",
            "一九九五年，她成为首位驾驶航天飞机的女性。",
        ),
        "neutral",
    ),
    Caption(
        13.2,
        16.8,
        Both(
            "In 1999 she commanded one. The patch names her crew.",
            "一九九九年，她担任指令长，徽章上是机组的名字。",
        ),
        "neutral",
    ),
    Caption(
        18.6,
        22.8,
        Both("What a lovely smile! She looks so happy.", "多么可爱的笑容！她看起来好开心。"),
        "happiness",
    ),
)


def film() -> Film:
    """The film; needs scikit-image for the photograph."""
    from skimage.data import astronaut

    photograph = astronaut()
    return Film(
        name="portrait",
        duration_s=DURATION_S,
        image=lambda t_s: image(photograph, t_s),
        captions=CAPTIONS,
        languages=("en", "zh"),
        segments=_segments(),
        title=Both("A smile from orbit", "来自太空的微笑"),
        credit=Both(
            "Photograph of Eileen Collins: NASA, public domain",
            "艾琳·柯林斯的照片：NASA，公有领域",
        ),
    )


def image(photograph: np.ndarray, t_s: float) -> np.ndarray:
    """The film at t_s; the photograph is (512, 512, 3) uint8 RGB."""
    share = float(smooth((t_s - DISSOLVE_S[0]) / (DISSOLVE_S[1] - DISSOLVE_S[0])))
    shots = [_shot(photograph, camera(take, t_s)).astype(np.float32) for take in TAKES]
    return (shots[0] * (1 - share) + shots[1] * share + 0.5).astype(np.uint8)


def camera(take: tuple[View, ...], t_s: float) -> View:
    """Where the camera of one take is at t_s; it stops for a moment at each view."""
    before, after = next((pair for pair in pairwise(take) if t_s <= pair[1].t_s), take[-2:])
    way = float(smooth((t_s - before.t_s) / (after.t_s - before.t_s)))
    x, y = (getattr(before, axis) * (1 - way) + getattr(after, axis) * way for axis in "xy")
    return View(t_s, x, y, before.width * (after.width / before.width) ** way)


def _shot(photograph: np.ndarray, view: View) -> np.ndarray:
    zoom = SIZE[0] / view.width
    to_image = np.array(
        [[zoom, 0, SIZE[0] / 2 - zoom * view.x], [0, zoom, SIZE[1] / 2 - zoom * view.y]]
    )
    return cv2.warpAffine(photograph, to_image, SIZE, flags=cv2.INTER_CUBIC)


def _segments() -> tuple[Segment, ...]:
    """Stretches with and without the whole face, to a tenth of a second."""
    times = np.arange(0, DURATION_S, 0.1)
    seen = [camera(TAKES[int(t > sum(DISSOLVE_S) / 2)], float(t)).holds_face() for t in times]
    edges = [0, *(k for k in range(1, len(seen)) if seen[k] != seen[k - 1]), len(seen)]
    return tuple(
        Segment(
            round(a * 0.1, 1),
            round(b * 0.1, 1),
            "happiness" if seen[a] else None,
            None,
            "face" if seen[a] else "none",
        )
        for a, b in pairwise(edges)
    )
