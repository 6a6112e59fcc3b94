"""Clips to measure with: one face that moves, of any length, made of an example that we may ship.

A recording has noise, so that no frame equals the one before; the drawn example gets some, or
the detector would be spared most frames.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from vidsent.core.weights import assets
from vidsent.media import video

ACTOR = "actor.mp4"
RATE = 30  # frames a second
MINUTE_S = 60
NOISE = 4.0  # grey levels, standard deviation of a camera's noise in poor light
PATTERNS = 16  # of noise, in turn
X264 = {"preset": "veryfast", "crf": "23", "g": str(2 * RATE)}


def write_minute(path: Path, width: int = 1280, height: int = 720) -> Path:
    """Write sixty seconds of the example actor, enlarged, as H.264 in MP4."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, NOISE, (PATTERNS, height, width, 1)).astype(np.int8)
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=RATE, options=X264)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, image in enumerate(_actor(MINUTE_S * RATE)):
            large = cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)
            noisy = np.clip(large + noise[number % PATTERNS].astype(np.int16), 0, 255)
            frame = av.VideoFrame.from_ndarray(noisy.astype(np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path


def repeat(clip: Path, path: Path, times: int) -> Path:
    """Write `clip` `times` times over, its packets as they are."""
    with av.open(str(path), "w") as target:
        stream = None
        for turn in range(times):
            with av.open(str(clip)) as source:
                given = source.streams.video[0]
                if stream is None:
                    stream = target.add_stream_from_template(given)
                assert given.duration is not None
                shift = turn * given.duration
                for packet in source.demux(given):
                    if packet.dts is None or packet.pts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = stream
                    target.mux(packet)
    return path


def _actor(count: int) -> list[np.ndarray]:
    """`count` frames of the example, at `RATE` a second, begun again where it ends."""
    shown = video.frames(assets() / "examples" / ACTOR, float(RATE))
    images = [frame.image for frame in shown]
    return [images[number % len(images)] for number in range(count)]
