"""Temperature scaling (Guo et al. 2017): one number that makes confidence mean accuracy."""

from __future__ import annotations

import math

import torch
from scipy.optimize import minimize_scalar
from torch import Tensor
from torch.nn import functional as F

LARGEST = 20.0  # temperature; its inverse is the smallest


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature that divides logits (N, 7) to make labels (N,) int64 most likely."""
    logits = logits.double()

    def cost(log_temperature: float) -> float:
        return float(F.cross_entropy(logits / math.exp(log_temperature), labels))

    bound = math.log(LARGEST)
    with torch.inference_mode():
        best = minimize_scalar(cost, bounds=(-bound, bound), method="bounded")
    return math.exp(float(best.x))
