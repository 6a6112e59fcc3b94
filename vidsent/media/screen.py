"""What is on screen as time passes: a frame that stays for long is seen again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from av.video.frame import VideoFrame

EARLY_S = 0.004  # a frame this much before its sampling time still counts as on time
STAYS_S = 0.6  # a frame on screen for longer is given again; two a second is a rate, not a hold
STAYING_STEP_S = 0.1  # at least, between two times that such a frame is given


def on_screen(
    shown: Iterator[tuple[float, VideoFrame]], step_s: float, end_s: Callable[[], float]
) -> Iterator[tuple[float, VideoFrame]]:
    """Each frame at its time, and at every multiple of `step_s` for which it stays after that.

    `end_s` is asked after the last frame: until when it stays, in seconds.
    """
    last: tuple[float, VideoFrame] | None = None
    for t_s, decoded in shown:
        if last is not None:
            yield from _again(*last, t_s, step_s)
        yield t_s, decoded
        last = t_s, decoded
    if last is not None:
        yield from _again(*last, end_s(), step_s)


def _again(
    from_s: float, decoded: VideoFrame, to_s: float, step_s: float
) -> Iterator[tuple[float, VideoFrame]]:
    """The frame at the times between, where they are far enough apart."""
    if to_s - from_s <= STAYS_S:
        return
    place = int((from_s + EARLY_S) / step_s) + 1
    while place * step_s < to_s - EARLY_S:
        yield place * step_s, decoded
        place += 1
