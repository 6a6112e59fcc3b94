"""Short clips with planted truths, encoded for a test; nothing is said in them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import skimage.data
from av.video.stream import VideoStream

TICK = Fraction(1, 1000)  # seconds; fine enough for any planted time
RATE = 10  # pictures a second of `write_clip`


def grey_levels(count: int, width: int = 160, height: int = 120) -> list[np.ndarray]:
    """`count` flat pictures (H, W, 3) uint8, each lighter than the last, from black to white."""
    levels = np.linspace(0, 255, count).astype(np.uint8)
    return [np.full((height, width, 3), level, np.uint8) for level in levels]


def write_clip(path: Path, seconds: float = 1.0, width: int = 160, height: int = 120) -> Path:
    """Write an H.264 clip of a brightening grey, in the container that `path` names."""
    count = round(seconds * RATE)
    return write_pictures(path, grey_levels(count, width, height), np.arange(count) / RATE)


def write_smile(path: Path) -> Path:
    """Six seconds: grey, then NASA's smiling portrait from second 2 to second 5, then grey."""
    portrait = np.asarray(skimage.data.astronaut())
    grey = np.full_like(portrait, 90)
    pictures = [grey] * (2 * RATE) + [portrait] * (3 * RATE) + [grey] * RATE
    return write_pictures(path, pictures, np.arange(len(pictures)) / RATE)


def write_pictures(
    path: Path,
    pictures: Sequence[np.ndarray],
    times_s: Sequence[float] | np.ndarray,
    rotation: int = 0,
    codec: str = "libx264",
) -> Path:
    """Encode RGB pictures (H, W, 3) uint8, each shown from its time on; rotation in degrees."""
    options = {"qp": "10"} if codec == "libx264" else {}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=30, options=options)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.time_base = TICK
        stream.codec_context.time_base = TICK
        if rotation:
            stream.set_display_rotation(rotation)
        for picture, t_s in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(t_s / TICK), TICK
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
