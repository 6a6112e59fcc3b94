"""Seconds as people read them."""

from __future__ import annotations


def format_time(t_s: float) -> str:
    """Seconds as a time on a clock: 75.4 -> "1:15", 3725 -> "1:02:05"."""
    minutes, seconds = divmod(int(max(t_s, 0.0) + 1e-6), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
