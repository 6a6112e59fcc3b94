"""Where a face will be: a Kalman filter of its position and size.

The velocity is an Ornstein-Uhlenbeck process: it persists for about SPEED_TAU_S and is of the order
of SPEED_STD, so that frames may come at any rate and a hidden face is sought in a circle that grows
with the time it was not seen. Lengths are in faces, the root of width x height of the box.
"""

from __future__ import annotations

import numpy as np

SPEED_STD = 1.5  # faces a second along each axis; a brisk walk in a medium shot
SPEED_TAU_S = 2.0  # how long a person keeps going as they go
MEASUREMENT_STD = 0.08  # faces by which a detector's boxes jitter
JUMP_STD = 0.25  # faces that a head or a camera may jump between two frames beyond all that
LEAST_VARIANCE = MEASUREMENT_STD**2 + JUMP_STD**2  # faces^2 of a position that is known exactly


def centres_and_sizes(boxes: np.ndarray) -> np.ndarray:
    """Centre x, y and size, the root of width x height, of boxes (N, 4): (N, 3) pixels."""
    sides = np.maximum(boxes[:, 2:], 1e-3)
    return np.column_stack([boxes[:, :2] + sides / 2, np.sqrt(sides.prod(1))])


class KalmanFilter:
    """Position (3,) of one face over time: centre x, y and size, as of `centres_and_sizes`."""

    def __init__(self) -> None:
        self._t_s: float | None = None  # of the last detection
        self._position, self._speed = np.zeros(3), np.zeros(3)
        # of position and speed, the same on each axis
        self._covariance = np.diag([MEASUREMENT_STD**2, SPEED_STD**2])

    def predict(self, t_s: float) -> tuple[np.ndarray, float]:
        """The position (3,) expected at `t_s` and the variance of a detection around it, faces^2.

        Not to be asked before the first detection.
        """
        position, _, covariance = self._propagate(t_s)
        return position, float(covariance[0, 0]) + LEAST_VARIANCE

    def update(self, t_s: float, position: np.ndarray) -> None:
        """Learn where the face was at `t_s`, not before the last time."""
        if self._t_s is None:
            self._t_s, self._position = t_s, position
            return
        expected, speed, covariance = self._propagate(t_s)
        gain = covariance[:, 0] / (
            covariance[0, 0] + MEASUREMENT_STD**2
        )  # of position and of speed
        off = position - expected  # the innovation
        self._t_s = t_s
        self._position, self._speed = expected + gain[0] * off, speed + gain[1] * off
        self._covariance = covariance - np.outer(gain, covariance[0])

    def _propagate(self, t_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Position, speed and their covariance (2, 2) at `t_s`.

        The integrated Ornstein-Uhlenbeck process in closed form (Gillespie, Physical Review E 54,
        1996, equations 2.9 to 2.12).
        """
        step_s = max(t_s - (t_s if self._t_s is None else self._t_s), 0.0)
        kept = np.exp(-step_s / SPEED_TAU_S)
        reach_s = SPEED_TAU_S * (1 - kept)
        forward = np.array([[1, reach_s], [0, kept]])
        position = self._position + reach_s * self._speed
        position[2] = max(position[2], self._position[2] / 2)  # a shrinking face does not vanish
        own = SPEED_STD**2 * SPEED_TAU_S**2 * (2 * step_s / SPEED_TAU_S - 3 + 4 * kept - kept**2)
        both = SPEED_STD**2 * reach_s**2 / SPEED_TAU_S
        noise = [[own, both], [both, SPEED_STD**2 * (1 - kept**2)]]
        return position, kept * self._speed, forward @ self._covariance @ forward.T + noise
