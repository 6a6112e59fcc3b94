"""The work for one clip, the same on every engine: `vidsent.analyze`, and what came of it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from vidsent.batch.jobs import Job
from vidsent.core.errors import ClipError, SubtitleError, VidsentError
from vidsent.core.options import Options
from vidsent.core.progress import Progress

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What came of a clip: either an analysis as JSON text, or an error.

    `lasting` is an outcome that another try would give again, as the files' content decides it.
    """

    key: str
    analysis: str | None = None
    error: str | None = None
    lasting: bool = True
    seconds: float = 0.0  # of work


def analyze_job(job: Job, options: Options, progress: Progress | None = None) -> Outcome:
    """Analyse one clip; whatever goes wrong becomes an outcome with an error."""
    from vidsent.analysis import analyze  # brings torch, which a driver does not need

    begun_s = time.monotonic()
    analysis, error, lasting = None, None, True
    try:
        analysis = analyze(job.path, job.subtitles, options, progress).to_json()
    except VidsentError as caught:
        error, lasting = str(caught), isinstance(caught, (ClipError, SubtitleError))
    except Exception as caught:  # a bug or a lack of memory costs this clip, not the others
        log.debug("%s", job.path, exc_info=True)
        error, lasting = f"{type(caught).__name__}: {caught}", False
    if job.changed:
        analysis, lasting = None, False
        error = "The file changed while it was analysed. Run the batch again."
    return Outcome(job.key, analysis, error, lasting, time.monotonic() - begun_s)
