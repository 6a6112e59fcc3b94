"""The synthetic actor: a drawn face that moves its muscles."""

from __future__ import annotations

import numpy as np

from scripts.example_films import face_features, head
from scripts.example_films.canvas import Canvas
from scripts.example_films.muscles import Muscles, Pose


def draw(muscles: Muscles, pose: Pose, background: np.ndarray) -> np.ndarray:
    """The actor before `background`; both (360, 640, 3) float32 RGB in [0, 1]."""
    whole = Canvas.over(background.copy(), pose)
    canvas = whole.window(u=(-1.35, 1.35), v=(-1.8, 1.7))
    head.back_hair(canvas)
    head.neck(whole.window(u=(-9, 9), v=(0.5, 9)))
    head.skin(canvas, muscles)
    head.folds(canvas, muscles)
    for side in (-1, 1):
        face_features.eye(canvas, muscles, side)
        face_features.brow(canvas, muscles, side)
    face_features.nostrils(canvas, muscles)
    face_features.mouth(canvas, muscles)
    head.front_hair(canvas)
    return whole.image
