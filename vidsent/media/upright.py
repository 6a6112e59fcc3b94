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


class Orientation:
    """How the frames of one pass over a clip are turned upright: one of eight ways.

    subtle: a frame whose side data was asked for is in a reference cycle, and stays in memory until
    the garbage collector comes. So the scaled copy is asked, not the decoder's own frame, once and
    again where the rotation changes.
    """

    def __init__(self) -> None:
        self._rotation: int | None = None
        self._swap, self._across, self._down = False, 1, 1

    def apply(self, image: np.ndarray, frame: VideoFrame) -> np.ndarray:
        """`image` (H, W, 3) of `frame` as players show it; a view.

        The display matrix takes a point (x, y) with y downwards to (a x + c y, b x + d y). Where
        it turns by less than a quarter, or scales, the nearest orientation is taken.
        """
        if frame.rotation != self._rotation:
            self._rotation = frame.rotation
            self._read(frame)
        image = image.swapaxes(0, 1) if self._swap else image
        return image[:: self._down, :: self._across]

    def _read(self, frame: VideoFrame) -> None:
        self._swap, self._across, self._down = False, 1, 1
        content = frame.side_data.get(Type.DISPLAYMATRIX)  # type: ignore[call-overload]
        if content is None:
            return
        matrix = np.frombuffer(bytes(content), np.int32)  # 16.16 fixed point
        matrix = matrix.astype(np.int64)  # -2**31 has no absolute value in 32 bits
        a, b, c, d = matrix[[0, 1, 3, 4]].tolist()
        self._swap = abs(a) + abs(d) < abs(b) + abs(c)
        across, down = (c, b) if self._swap else (a, d)
        self._across, self._down = -1 if across < 0 else 1, -1 if down < 0 else 1


def to_frame(
    t_s: float,
    decoded: VideoFrame,
    stream: VideoStream,
    longest_side: int = LONGEST_SIDE,
    orientation: Orientation | None = None,
) -> Frame:
    """Convert once: to RGB, to square pixels, to the size wanted; then turn upright."""
    orientation = orientation or Orientation()
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width = max(1, round(decoded.width * aspect)) if aspect > 0 else decoded.width
    scale = max(1.0, max(width, decoded.height) / longest_side)
    small = decoded.reformat(
        width=max(1, round(width / scale)),
        height=max(1, round(decoded.height / scale)),
        format="rgb24",
    )
    return Frame(t_s, np.ascontiguousarray(orientation.apply(small.to_ndarray(), small)), scale)


def display_size(stream: VideoStream) -> tuple[int, int]:
    """Width and height of the square-pixel frame before rotation."""
    width, height = stream.codec_context.width, stream.codec_context.height
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return max(1, round(width * aspect)) if aspect > 0 else width, height
