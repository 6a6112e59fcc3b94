"""One frame of a clip at a time: seek to the key frame before it and decode from there."""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidsent.core.options import Limits
from vidsent.core.progress import CancelCheck
from vidsent.media import video

MOST_DECODED = 900  # frames on the way; half a minute without a key frame is given up
EARLIER_S = (0.0, 2.0, float("inf"))  # before the time: some containers seek past it
LATE_S = 0.2  # by which the frame that is found may come after the time that was wanted


def frame_at(
    path: str | Path,
    t_s: float,
    limits: Limits | None = None,
    check_cancelled: CancelCheck | None = None,
) -> video.Frame | None:
    """The first frame at or after `t_s`, else the last one before it, as `video.frames` has it.

    None where none is near enough, or where a container leads astray or too far. Time is that of
    the stamps, so that the rate may vary. Raises ClipOpenError, NoVideoError or LimitError.
    """
    limits = limits or Limits()
    found: tuple[float, VideoFrame] | None = None
    with video.open_video_stream(Path(path), limits) as (container, stream):
        start_s = (container.start_time or 0) / av.time_base
        for before_s in EARLIER_S:
            from_s = max(0.0, t_s - before_s)
            try:
                container.seek(round((from_s + start_s) * av.time_base) if from_s else 0)
            except av.FFmpegError:
                continue
            first_s, found = _towards(t_s, container, stream, limits, check_cancelled)
            if found is not None and (first_s <= t_s or not from_s):
                break
        if found is None or abs(found[0] - t_s) > LATE_S:
            return None
        return video.to_frame(*found, stream)


def _towards(
    t_s: float,
    container: InputContainer,
    stream: VideoStream,
    limits: Limits,
    check_cancelled: CancelCheck | None,
) -> tuple[float, tuple[float, VideoFrame] | None]:
    """Decode from here to `t_s`: the time of the first frame, and the one that was wanted."""
    first_s, last = float("inf"), None
    for count, shown in enumerate(video.timed_frames(container, stream, video.Decoding())):
        if check_cancelled is not None:
            check_cancelled()
        t, decoded = shown
        first_s = min(first_s, t)
        if count >= MOST_DECODED or decoded.width * decoded.height > limits.width * limits.height:
            break
        if last is None or t <= t_s + LATE_S:
            last = shown
        if t >= t_s - video.EARLY_S:
            break
    return first_s, last
