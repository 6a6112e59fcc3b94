"""Make confidence mean accuracy: temperature scaling (Guo et al. 2017), and scale with biases."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax
from torch import Tensor
from torch.nn import functional as F

from vidsent.core.calibration import Calibration
from vidsent.core.emotions import NUM_LABELS

LARGEST = 20.0  # temperature; its inverse is the smallest
SPREAD = 1.0  # standard deviation that biases are believed to have before any label is seen


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature that divides logits (N, 7) to make labels (N,) int64 most likely."""
    logits = logits.double()

    def cost(log_temperature: float) -> float:
        return float(F.cross_entropy(logits / math.exp(log_temperature), labels))

    bound = math.log(LARGEST)
    with torch.inference_mode():
        best = minimize_scalar(cost, bounds=(-bound, bound), method="bounded")
    return math.exp(float(best.x))


def fit_biases(logits: Tensor, labels: Tensor) -> Tensor:
    """What to add to logits (N, 7) so that each of labels (N,) int64 is as likely as it is common.

    Float64 (7,), of mean 0, in units of the logits: the biases of bias-corrected temperature
    scaling (Alexandari, Kundaje and Shrikumar 2020), whose temperature is fitted with them and
    left to `fit_temperature`. A label that is never among `labels` is not ruled out.
    """
    count = max(1, len(labels))
    wanted = np.eye(NUM_LABELS)[labels.numpy()] / count
    _, added = _most_likely(logits.double().numpy(), wanted, 1 / (2 * SPREAD**2 * count))
    return torch.from_numpy(added)


def as_shares(labels: np.ndarray) -> np.ndarray:
    """Labels (N, 7) bool as distributions: a text of two labels is half of each."""
    shares: np.ndarray = labels / labels.sum(1, keepdims=True)
    return shares


def fit_shares(scores: np.ndarray, targets: np.ndarray) -> Calibration:
    """The calibration that makes weighted `targets` (N, 7) most likely given scores (N, 7)."""
    scale, added = _most_likely(scores, targets / targets.sum())
    return Calibration(round(scale, 4), np.round(scale * added, 4))


def _most_likely(
    scores: np.ndarray, targets: np.ndarray, penalty: float = 0.0
) -> tuple[float, np.ndarray]:
    """Scale and what is added (7,), so that softmax(scale * (scores + added)) fits `targets` best.

    The scale is positive, what is added has mean 0; `penalty` is the price of its sum of squares.
    """

    def cost(values: np.ndarray) -> float:
        scale, added = values[0], values[1:]
        likely = (targets * log_softmax(scale * (scores + added), axis=1)).sum()
        return float(penalty * (added**2).sum() - likely)

    bounds = [(1 / LARGEST, None)] + [(None, None)] * NUM_LABELS
    first = np.append(0.5, np.zeros(NUM_LABELS))
    best = minimize(cost, first, method="L-BFGS-B", bounds=bounds).x
    return float(best[0]), best[1:] - best[1:].mean()
