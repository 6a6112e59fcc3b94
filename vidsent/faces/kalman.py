"""Where a face will be: a Kalman filter of its place and size.

The velocity is an Ornstein-Uhlenbeck process: it persists for about STEADY_S and is of the order
of SPEED, so that pictures may come at any rate and a hidden face is sought in a circle that grows
with the time it was not seen. Lengths are in faces, the root of width x height of the box.
"""

from __future__ import annotations

import numpy as np

SPEED = 1.5  # faces a second along each axis; a brisk walk in a medium shot
STEADY_S = 2.0  # how long a person keeps going as they go
NOISE = 0.08  # faces by which a detector's boxes jitter
JUMP = 0.25  # faces that a head or a camera may jump between two pictures beyond all that
LEAST_VARIANCE = NOISE**2 + JUMP**2  # faces^2 of a place that is known exactly


def places(boxes: np.ndarray) -> np.ndarray:
    """Centre x, y and size, the root of width x height, of boxes (N, 4): (N, 3) pixels."""
    sides = np.maximum(boxes[:, 2:], 1e-3)
    return np.column_stack([boxes[:, :2] + sides / 2, np.sqrt(sides.prod(1))])


class Motion:
    """Place (3,) of one face over time: centre x, y and size, as of `places`."""

    def __init__(self) -> None:
        self._t_s: float | None = None  # of the last sighting
        self._place, self._speed = np.zeros(3), np.zeros(3)
        self._spread = np.diag([NOISE**2, SPEED**2])  # of place and speed, the same on each axis

    def at(self, t_s: float) -> tuple[np.ndarray, float]:
        """The place (3,) expected at `t_s` and the variance of a sighting around it, faces^2.

        Not to be asked before the first sighting.
        """
        place, _, spread = self._predict(t_s)
        return place, float(spread[0, 0]) + LEAST_VARIANCE

    def see(self, t_s: float, place: np.ndarray) -> None:
        """Learn where the face was at `t_s`, not before the last time."""
        if self._t_s is None:
            self._t_s, self._place = t_s, place
            return
        expected, speed, spread = self._predict(t_s)
        gain = spread[:, 0] / (spread[0, 0] + NOISE**2)  # of place and of speed
        off = place - expected
        self._t_s, self._place, self._speed = t_s, expected + gain[0] * off, speed + gain[1] * off
        self._spread = spread - np.outer(gain, spread[0])

    def _predict(self, t_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Place, speed and their covariance (2, 2) at `t_s`.

        The integrated Ornstein-Uhlenbeck process in closed form (Gillespie, Physical Review E 54,
        1996, equations 2.9 to 2.12).
        """
        step_s = max(t_s - (t_s if self._t_s is None else self._t_s), 0.0)
        kept = np.exp(-step_s / STEADY_S)
        reach_s = STEADY_S * (1 - kept)
        forward = np.array([[1, reach_s], [0, kept]])
        place = self._place + reach_s * self._speed
        place[2] = max(place[2], self._place[2] / 2)  # a shrinking face does not vanish
        both = SPEED**2 * reach_s**2 / STEADY_S
        noise = [
            [SPEED**2 * STEADY_S**2 * (2 * step_s / STEADY_S - 3 + 4 * kept - kept**2), both],
            [both, SPEED**2 * (1 - kept**2)],
        ]
        return place, kept * self._speed, forward @ self._spread @ forward.T + noise
