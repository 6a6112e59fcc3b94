"""A decoded frame as people see it: RGB, square pixels, turned and mirrored as players show it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

LONGEST_SIDE = 960  # pixels; frames are analysed at this size at most


@dataclass(frozen=True)
class Frame:
    """One frame: t_s seconds; image (H, W, 3) uint8 RGB, upright; full-size pixels per pixel."""

    t_s: float
    image: np.ndarray
    scale: float


def to_frame(
    t_s: float, decoded: VideoFrame, stream: VideoStream, longest_side: int = LONGEST_SIDE
) -> Frame:
    """Convert once: to RGB, to square pixels, to the size wanted; then turn upright."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width = max(1, round(decoded.width * aspect)) if aspect > 0 else decoded.width
    scale = max(1.0, max(width, decoded.height) / longest_side)
    small = decoded.reformat(
        width=max(1, round(width / scale)),
        height=max(1, round(decoded.height / scale)),
        format="rgb24",
    )
    return Frame(t_s, np.ascontiguousarray(_upright(small.to_ndarray(), decoded)), scale)


def display_size(stream: VideoStream) -> tuple[int, int]:
    """Width and height of the square-pixel frame before rotation."""
    width, height = stream.codec_context.width, stream.codec_context.height
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return max(1, round(width * aspect)) if aspect > 0 else width, height


def _upright(image: np.ndarray, decoded: VideoFrame) -> np.ndarray:
    """`image` (H, W, 3) by the display matrix of `decoded`, a view: one of eight orientations.

    The matrix takes a point (x, y) with y downwards to (a x + c y, b x + d y). Where it turns by
    less than a quarter, or scales, the nearest orientation is taken.
    """
    content = decoded.side_data.get(Type.DISPLAYMATRIX)  # type: ignore[call-overload]
    if content is None:
        return image
    matrix = np.frombuffer(bytes(content), np.int32).astype(np.int64)  # 16.16; -2**31 has no abs
    a, b, c, d = matrix[[0, 1, 3, 4]].tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        across, down = a, d
    else:
        image = image.swapaxes(0, 1)
        across, down = c, b
    image = image[:, ::-1] if across < 0 else image
    return image[::-1] if down < 0 else image
