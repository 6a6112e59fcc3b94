"""Give back memory that is free but still held: a long clip needs hardly more than a short one.

A frame and a network's work on it take megabytes that are freed at once; what is kept of it,
kilobytes, lies between them in the heap of the C library, and no later frame fits the holes.
Keeping large blocks out of the heap instead (M_MMAP_THRESHOLD) cost about a fifth more time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

TRIM_EVERY = 300  # frames, half a minute of a clip at the usual rate


def trim() -> None:
    """Return free pages to the system, also those amid the heap; only glibc knows how."""
    malloc_trim = _malloc_trim()
    if malloc_trim is not None:
        malloc_trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # another C library, or Windows
        return None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return trim
