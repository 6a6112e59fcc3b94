"""What a caller may set, and the limits that every input is checked against before work starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MEGABYTE = 1_000_000  # bytes


@dataclass(frozen=True)
class Limits:
    """Bounds on input; larger input is refused with `LimitError` or cut and reported."""

    clip_bytes: int = 200 * MEGABYTE
    duration_s: float = 30 * 60.0
    width: int = 4096  # pixels, after rotation
    height: int = 2304  # pixels; portrait clips may swap the two
    streams: int = 60
    text_bytes: int = 10 * MEGABYTE
    lines: int = 200_000
    line_characters: int = 2_000  # a longer line is cut


@dataclass(frozen=True)
class Options:
    """How to analyse a clip."""

    rate_hz: float = 10.0  # analysed frames a second; at most one per frame of the clip
    device: str = "auto"  # "auto" takes CUDA where there is one; or "cpu", "cuda", "cuda:1"
    moments: int = 8  # key moments to report at most
    # which of the clip's own text tracks is read where no subtitle file is given: the stream's
    # index, "auto" for the one that says most in English or Chinese, "none" for none of them
    track: int | Literal["auto", "none"] = "auto"
    # a hub id or folder of a transformers model that listens where a clip has no words
    speech_model: str | None = None
    text_model: str | None = None  # folder or hub name of a classifier; None is the one that ships
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not 0.5 <= self.rate_hz <= 60:
            raise ValueError(f"rate_hz must lie in 0.5..60 frames a second, got {self.rate_hz}")
        if self.moments < 0:
            raise ValueError(f"moments must not be negative, got {self.moments}")
        if isinstance(self.track, str) and self.track not in ("auto", "none"):
            raise ValueError(f"track must be a stream's index, auto or none, got {self.track!r}")
