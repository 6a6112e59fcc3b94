"""Frames as an MP4 that browsers play: H.264 at their own times, with the sound of a clip.

One pass that holds a frame at a time. The file appears under its name when it is complete;
whatever stops the work before, nothing is left behind.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream

from vidsent.core.errors import NoVideoError
from vidsent.core.options import Limits
from vidsent.core.progress import TimeCallback
from vidsent.media.soundtrack import Soundtrack
from vidsent.media.video import Frame

TIME_BASE = Fraction(1, 90_000)  # seconds; fine enough for any variable rate
RATE = 30  # frames a second that the encoder reckons with; the stamps tell the truth
FAST = {"preset": "ultrafast", "crf": "23"}  # options of x264: soon there, a large file
FINE = {"preset": "veryfast", "crf": "21"}  # for a file that people keep


def encode(
    frames: Iterable[Frame],
    clip: Path,
    path: Path,
    tick: TimeCallback,
    limits: Limits | None = None,
    options: dict[str, str] | None = None,
) -> None:
    """`encode_steps`, all of it; `tick` may raise to stop."""
    with closing(encode_steps(frames, clip, path, limits, options)) as steps:
        for t_s in steps:
            tick(t_s)


def encode_steps(
    frames: Iterable[Frame],
    clip: Path,
    path: Path,
    limits: Limits | None = None,
    options: dict[str, str] | None = None,
) -> Generator[float, None, None]:
    """Write `frames` with the sound of `clip` to `path`, an MP4, step by step.

    Yields the seconds of the clip that are done; close it to stop. Sides are made even; a frame
    whose size differs from the first one's is left out. `options` are those of x264. Raises
    NoVideoError where there is no frame, and what reading `clip` raises.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with (
            av.open(str(partial), "w", "mp4", options={"movflags": "faststart"}) as target,
            Soundtrack(clip, target, limits or Limits()) as sound,
        ):
            yield from _encode_frames(frames, target, sound, options or FAST)
            yield from sound.write()
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _encode_frames(
    frames: Iterable[Frame], target: OutputContainer, sound: Soundtrack, options: dict[str, str]
) -> Iterator[float]:
    """Encode the frames, each with the sound up to it."""
    stream: VideoStream | None = None
    last = -1
    for frame in frames:
        yield frame.t_s
        image = even(frame.image)
        if stream is None:
            stream = _stream(target, image, options)
        pts = round(frame.t_s / TIME_BASE)
        if image.shape[:2] != (stream.height, stream.width) or pts <= last:
            continue  # a player takes neither another size midway nor two at one time
        last = pts
        encoded = av.VideoFrame.from_ndarray(image, format="rgb24")
        encoded.pts, encoded.time_base = pts, TIME_BASE
        target.mux(stream.encode(encoded))
        for _ in sound.write(frame.t_s):
            pass
    if stream is None:
        raise NoVideoError(
            "The clip gave no picture to write. Choose another one.",
            zh="视频中没有可写入的画面。请换一个视频。",
        )
    target.mux(stream.encode(None))


def _stream(target: OutputContainer, image: np.ndarray, options: dict[str, str]) -> VideoStream:
    stream = target.add_stream("libx264", rate=RATE, options=options)
    assert isinstance(stream, VideoStream)
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = TIME_BASE
    return stream


def even(image: np.ndarray) -> np.ndarray:
    """`image` (H, W, 3) with even sides, which yuv420p needs: the last row or column twice."""
    tall, wide = image.shape[0] % 2, image.shape[1] % 2
    if not tall and not wide:
        return np.ascontiguousarray(image)
    return cv2.copyMakeBorder(image, 0, tall, 0, wide, cv2.BORDER_REPLICATE)
