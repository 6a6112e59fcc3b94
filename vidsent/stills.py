"""One picture of a clip at a time: seek to the key frame before it and decode from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av

from vidsent import video
from vidsent.options import Limits

Alive = Callable[[], None]  # asked before each picture; may raise to stop

MOST_DECODED = 900  # pictures on the way; half a minute without a key frame is given up
LATE_S = 0.2  # by which the picture that is found may come after the time that was wanted


def picture_at(
    path: str | Path, t_s: float, limits: Limits | None = None, alive: Alive | None = None
) -> video.Frame | None:
    """The first picture at or after `t_s`, else the last one before it, as `video.frames` has it.

    None where none is near enough, or where a container leads astray or too far. Time is that of
    the stamps, so that the rate may vary. Raises ClipOpenError, NoVideoError or LimitError.
    """
    limits = limits or Limits()
    with video.opened_stream(Path(path), limits) as (container, stream):
        start_s = (container.start_time or 0) / av.time_base
        try:
            container.seek(max(0, round((t_s + start_s) * av.time_base)))
        except av.FFmpegError:
            return None
        last: tuple[float, av.VideoFrame] | None = None
        for count, (shown_s, picture) in enumerate(
            video.timed(container, stream, video.Decoding())
        ):
            if alive is not None:
                alive()
            too_large = picture.width * picture.height > limits.width * limits.height
            if count >= MOST_DECODED or too_large or shown_s > t_s + LATE_S:
                break
            last = shown_s, picture
            if shown_s >= t_s - video.EARLY_S:
                break
        if last is None or last[0] < t_s - LATE_S:
            return None
        return video.upright(*last, stream)
