"""Errors a user can act on. Every message says what happened and what to do next.

VidsentError
├── ClipError           the clip cannot be analysed
│   ├── ClipOpenError   not a video, damaged, encrypted, or no permission
│   ├── NoVideoError    opened, but holds no frame that could be decoded
│   └── LimitError      larger or longer than this installation accepts
├── SubtitleError       the text file cannot be read as subtitles
├── ModelError          weights are missing, altered or do not fit
├── LibraryError        the file is no library, or holds no such clip
├── DataError           training or evaluation data is missing or malformed
└── Cancelled           the user stopped the work

try:
    analysis = vidsent.analyze("clip.mp4")
except vidsent.VidsentError as error:
    print(error)
"""

from __future__ import annotations


class VidsentError(Exception):
    """Base of every error raised on purpose; its text is fit to show to a user.

    `zh` is the same in Chinese, where a visitor of the page can meet the error.
    """

    def __init__(self, message: str = "", zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh

    def message(self, language: str) -> str:
        """The text for readers of `language`, "en" or "zh"; in English where there is no other."""
        return self.zh if language.startswith("zh") and self.zh else str(self)


class ClipError(VidsentError):
    """The clip cannot be analysed."""


class ClipOpenError(ClipError):
    """The file is not a video, is damaged or encrypted, or cannot be read."""


class NoVideoError(ClipError):
    """The file opened, but no frame could be decoded from it."""


class LimitError(ClipError):
    """The file is larger, longer or wider than the limits in `options.Limits`."""


class SubtitleError(VidsentError):
    """The text file cannot be read as subtitles."""


class ModelError(VidsentError):
    """Weights are missing, altered (checksum) or do not fit the model."""


class LibraryError(VidsentError):
    """The file is no library, cannot be used, or holds no such clip."""


class DataError(VidsentError):
    """Training or evaluation data is missing or malformed."""


class Cancelled(VidsentError):
    """The user stopped the work; partial results are discarded."""
