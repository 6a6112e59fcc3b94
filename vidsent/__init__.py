"""vidsent: how the emotion of a video clip moves, second by second, in faces and in words.

import vidsent

analysis = vidsent.analyze("clip.mp4", subtitles="clip.srt")
print(analysis.verdict.label, analysis.verdict.confidence)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidsent.core.errors import VidsentError
from vidsent.core.options import Limits, Options
from vidsent.core.results import Analysis
from vidsent.core.version import __version__

if TYPE_CHECKING:
    from vidsent.analysis import analyze
    from vidsent.library.library import Library

__all__ = ["Analysis", "Library", "Limits", "Options", "VidsentError", "__version__", "analyze"]


def __getattr__(name: str) -> Any:
    """`analyze` and `Library` on first use: they bring torch, which `--help` does not need."""
    if name == "analyze":
        from vidsent.analysis import analyze

        return analyze
    if name == "Library":
        from vidsent.library.library import Library

        return Library
    raise AttributeError(f"module 'vidsent' has no attribute '{name}'")
