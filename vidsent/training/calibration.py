"""Make confidence mean accuracy: scale and biases (bias-corrected temperature scaling, Alexandari,
Kundaje and Shrikumar 2020), for labels as common as a stated prior says."""

from __future__ import annotations

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax
from torch import Tensor, nn

from vidsent.core.calibration import Calibration
from vidsent.core.emotions import LABELS, NEUTRAL, NUM_LABELS

LARGEST = 20.0  # temperature; its inverse is the smallest
# How common each emotion is where a face is read, the prior that probabilities are calibrated for:
# nobody knows it of a clip, so that all are alike but neutral, which faces are most of the time.
NEUTRAL_SHARE = 0.22
PRIOR = np.full(NUM_LABELS, (1 - NEUTRAL_SHARE) / (NUM_LABELS - 1))
PRIOR[NEUTRAL] = NEUTRAL_SHARE


def weights_for_prior(labels: np.ndarray) -> np.ndarray:
    """Weights (N,) under which labels (N,) come as `PRIOR` says; they sum to 1.

    A label that is not there has its share divided among the others.
    """
    counts = np.bincount(labels, minlength=NUM_LABELS)
    present = np.where(counts > 0, PRIOR, 0.0)
    weights: np.ndarray = (present / present.sum() / np.maximum(counts, 1))[labels]
    return weights


def fit_for_prior(logits: Tensor, labels: np.ndarray) -> Calibration:
    """What makes logits (N, 7) right for faces with labels (N,) that come as `PRIOR` says."""
    targets = np.eye(NUM_LABELS)[labels] * weights_for_prior(labels)[:, None]
    return fit_shares(logits.double().numpy(), targets)


@torch.no_grad()
def fold(classifier: nn.Linear, calibration: Calibration) -> dict[str, float]:
    """Make a last layer give calibrated logits; returns what changed, as a record keeps it."""
    classifier.weight.mul_(calibration.scale)
    classifier.bias.mul_(calibration.scale).add_(torch.from_numpy(calibration.bias).float())
    biases = zip(LABELS, calibration.bias, strict=True)
    return {"scale": calibration.scale, **{name: round(float(bias), 4) for name, bias in biases}}


def as_shares(labels: np.ndarray) -> np.ndarray:
    """Labels (N, 7) bool as distributions: a text of two labels is half of each."""
    shares: np.ndarray = labels / labels.sum(1, keepdims=True)
    return shares


def fit_shares(scores: np.ndarray, targets: np.ndarray) -> Calibration:
    """The calibration that makes weighted `targets` (N, 7) most likely given scores (N, 7)."""
    scale, added = _most_likely(scores, targets / targets.sum())
    return Calibration(round(scale, 4), np.round(scale * added, 4))


def _most_likely(scores: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    """Scale and what is added (7,), so that softmax(scale * (scores + added)) fits `targets` best.

    The scale is positive, what is added has mean 0.
    """

    def cost(values: np.ndarray) -> float:
        scale, added = values[0], values[1:]
        return float(-(targets * log_softmax(scale * (scores + added), axis=1)).sum())

    bounds = [(1 / LARGEST, None)] + [(None, None)] * NUM_LABELS
    first = np.append(0.5, np.zeros(NUM_LABELS))
    best = minimize(cost, first, method="L-BFGS-B", bounds=bounds).x
    return float(best[0]), best[1:] - best[1:].mean()
