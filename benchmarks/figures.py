"""Figures that were taken once, in the form of those that were taken often."""

from __future__ import annotations

from vidsent.training.metrics import Metric


def single(value: float, protocol: str) -> Metric:
    """One value, which has no interval, as its protocol says."""
    value = round(value, 3)
    return Metric(value, value, value, 1, f"{protocol}; taken once, no interval")
