"""Make confidence mean accuracy: temperature scaling (Guo et al. 2017), and scale with biases."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax
from torch import Tensor
from torch.nn import functional as F

from vidsent.emotions import NUM_LABELS
from vidsent.shares import Calibration

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


def as_shares(labels: np.ndarray) -> np.ndarray:
    """Labels (N, 7) bool as distributions: a text of two labels is half of each."""
    shares: np.ndarray = labels / labels.sum(1, keepdims=True)
    return shares


def fit_shares(scores: np.ndarray, targets: np.ndarray) -> Calibration:
    """The calibration that makes weighted `targets` (N, 7) most likely given scores (N, 7)."""
    targets = targets / targets.sum()

    def cost(values: np.ndarray) -> float:
        return -float((targets * log_softmax(values[0] * scores + values[1:], axis=1)).sum())

    best = minimize(cost, np.append(0.5, np.zeros(NUM_LABELS)), method="L-BFGS-B").x
    return Calibration(round(float(best[0]), 4), np.round(best[1:] - best[1:].mean(), 4))
