"""How far the work is: on a terminal one line rewritten, elsewhere a line for each stage."""

from __future__ import annotations

from typing import TextIO

from vidsent.core.progress import RemainingTime, Step

SOON_S = 3.0  # less is not worth telling
STAGE_WIDTH = 12


class ProgressLine:
    """A listener for `vidsent.analyze`; as a context it wipes its line at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._remaining = RemainingTime()
        self._last = ""

    def __call__(self, step: Step) -> None:
        left_s = self._remaining.after(step.share)
        shown = describe(step, left_s) if self._live else step.stage
        if shown != self._last:
            self._stream.write(f"\r{shown}\x1b[K" if self._live else f"{shown}\n")
            self._stream.flush()
            self._last = shown

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")  # the result takes the line's place
            self._stream.flush()


def describe(step: Step, left_s: float | None) -> str:
    """Such as "faces         31%  120 of 380 pictures  about 20 s left"."""
    parts = [f"{step.stage:{STAGE_WIDTH}} {step.share:4.0%}"]
    if step.total:
        parts.append(f"{step.done:,} of {step.total:,} {step.unit}")
    if left_s is not None and left_s >= SOON_S:
        parts.append(f"about {left_s:.0f} s left")
    return "  ".join(parts)
