"""Thumbnails of the frames of a clip, kept as JPEG while it is decoded once.

The strip holds a bounded number: when it is full, every other thumbnail goes and the
distance between them doubles. An hour then costs no more than a minute does.
"""

from __future__ import annotations

from bisect import bisect_left

import cv2
import numpy as np

WIDTH = 320  # pixels
QUALITY = 80  # JPEG, 0..100
CAPACITY = 1200  # thumbnails, about 12 KB each; a two-minute clip keeps every analysed one


def jpeg(image: np.ndarray, width: int = WIDTH) -> bytes:
    """`image` (H, W, 3) uint8 RGB as JPEG, at most `width` pixels wide."""
    shrink = min(1.0, width / image.shape[1])
    if shrink < 1:
        size = (width, max(1, round(image.shape[0] * shrink)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    encoded, content = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    )
    if not encoded:
        raise ValueError(f"a picture of shape {image.shape} cannot be written as JPEG")
    return content.tobytes()


class ThumbnailStrip:
    """Thumbnails in order of time; `at` gives the one nearest to a time."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._step_s = 0.0
        self._times_s: list[float] = []
        self._jpegs: list[bytes] = []

    def __len__(self) -> int:
        return len(self._times_s)

    def add(self, t_s: float, image: np.ndarray) -> None:
        """Keep a thumbnail of the frame at `t_s`, unless one close before it is kept."""
        if self._times_s and t_s - self._times_s[-1] < self._step_s:
            return
        self._times_s.append(t_s)
        self._jpegs.append(jpeg(image))
        if len(self) > self._capacity:
            self._times_s, self._jpegs = self._times_s[::2], self._jpegs[::2]
            span_s = self._times_s[-1] - self._times_s[0]
            self._step_s = span_s / (len(self) - 1)

    def at(self, t_s: float) -> bytes:
        """JPEG of the frame nearest to `t_s`; empty when the strip is."""
        if not self._times_s:
            return b""
        after = bisect_left(self._times_s, t_s)
        near = [index for index in (after - 1, after) if 0 <= index < len(self)]
        return self._jpegs[min(near, key=lambda index: abs(self._times_s[index] - t_s))]
