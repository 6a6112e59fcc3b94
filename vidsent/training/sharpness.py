"""Sharpness-aware minimisation (Foret et al. 2021): a step by the gradient of the worst near point.

Weights whose neighbours do as well as they do hold labels that are wrong less firmly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch.nn import Parameter


@contextmanager
def worst_nearby(parameters: Iterable[Parameter], radius: float) -> Iterator[None]:
    """Within, the parameters stand `radius` up along their gradient; after, where they were.

    The distance is the Euclidean norm over all that have a gradient together, as in equation 2 of
    the paper. Gradients are left alone; where all are 0, nothing moves.
    """
    moved = [each for each in parameters if each.grad is not None]
    kept = [each.detach().clone() for each in moved]
    with torch.no_grad():
        lengths = torch.stack([each.grad.norm() for each in moved if each.grad is not None])
        scale = radius / lengths.norm().clamp_min(1e-12)
        for each in moved:
            each.add_(each.grad * scale)
    try:
        yield
    finally:
        with torch.no_grad():
            for each, before in zip(moved, kept, strict=True):
                each.copy_(before)
