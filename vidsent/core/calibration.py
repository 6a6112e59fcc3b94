"""Turn scores of seven emotions into shares that mean what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import log_expit, softmax


@dataclass(frozen=True)
class Calibration:
    """Turns scores into probabilities: softmax(scale * scores + bias)."""

    scale: float
    bias: np.ndarray  # (7,) float64; -inf never occurs

    def probs(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities (..., 7) of scores (..., 7)."""
        found: np.ndarray = softmax(self.scale * scores + self.bias, axis=-1)
        return found

    def to_dict(self) -> dict[str, Any]:
        """As a model's configuration keeps it."""
        return {"scale": self.scale, "bias": self.bias.tolist()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """What `to_dict` gave; raises KeyError, TypeError or ValueError for something else."""
        return cls(float(values["scale"]), np.array(values["bias"], np.float64))


def log_sigmoid(outputs: np.ndarray) -> np.ndarray:
    """Log-probabilities of outputs that each answer yes or no on their own; any shape."""
    found: np.ndarray = log_expit(np.asarray(outputs, np.float64))
    return found
