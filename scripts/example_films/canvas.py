"""The image being painted and the coordinates of the face on it.

u runs to the right and v down, in units of half the width of the face, from the bridge of the
nose. Parts are painted on small windows of the image, which keeps drawing fast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from scripts.example_films.muscles import Pose
from scripts.example_films.sdf import grid

WIDTH, HEIGHT = 640, 360  # pixels of the image
UNIT = 90.0  # pixels
BRIDGE = (320.0, 172.0)  # pixels; the bridge of the nose at rest
PIXEL = 1.0 / UNIT


@dataclass(frozen=True)
class Canvas:
    """A window of the image; all arrays are views of the whole image's."""

    image: np.ndarray  # (h, w, 3) float32, painted in place
    u: np.ndarray  # (h, w) float32: on the surface of the face, which turns with the head
    v: np.ndarray
    flat_u: np.ndarray  # (h, w) float32: in the plane of the outline, which hardly turns
    flat_v: np.ndarray
    body_u: np.ndarray  # (h, w) float32: on the shoulders, which follow the head a third of the way
    body_v: np.ndarray
    gaze: tuple[float, float]

    @classmethod
    def over(cls, image: np.ndarray, pose: Pose) -> Canvas:
        """The whole `image` (H, W, 3) with the head in `pose`."""
        columns, rows = grid(*image.shape[:2])
        x, y = (columns - BRIDGE[0]) / UNIT, (rows - BRIDGE[1]) / UNIT
        dx, dy = pose.shift[0] / UNIT, pose.shift[1] / UNIT
        cos, sin = math.cos(pose.roll), math.sin(pose.roll)
        flat_u = (x - dx) * cos + (y - dy) * sin
        flat_v = (y - dy) * cos - (x - dx) * sin
        depth = np.sqrt(np.clip(1.15 - (flat_u / 1.1) ** 2 - (flat_v / 1.6) ** 2, 0, None))
        return cls(
            image,
            flat_u - pose.yaw * depth,
            flat_v - pose.pitch * depth,
            flat_u,
            flat_v,
            x - dx * 0.35,
            y - dy * 0.35,
            pose.gaze,
        )

    def window(self, u: tuple[float, float], v: tuple[float, float]) -> Canvas:
        """The smallest window that holds the face's `u` and `v` ranges (low, high)."""
        seen = (self.flat_u > u[0]) & (self.flat_u < u[1])
        seen &= (self.flat_v > v[0]) & (self.flat_v < v[1])
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        at = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return replace(
            self,
            image=self.image[at],
            u=self.u[at],
            v=self.v[at],
            flat_u=self.flat_u[at],
            flat_v=self.flat_v[at],
            body_u=self.body_u[at],
            body_v=self.body_v[at],
        )
