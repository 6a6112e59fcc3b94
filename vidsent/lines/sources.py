"""Where the words of a clip come from: a file, one of its own text tracks, or its sound."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from vidsent.core.options import Options
from vidsent.core.progress import ProgressReporter
from vidsent.core.results import Clip, Line
from vidsent.lines import danmaku_folding, speech, text_tracks
from vidsent.lines.subtitles import read_subtitles


def lines_of_clip(
    path: str | Path,
    subtitles: str | Path | None,
    clip: Clip,
    options: Options,
    skipped: Counter[str],
    reporter: ProgressReporter,
) -> tuple[list[Line], dict[str, str]]:
    """The lines of the subtitle file, else of the clip's text track, else of its speech.

    And {"speech": name} of the model that recognised them, where one did. `skipped` gains what was
    left out, by reason; `reporter` gets how far it is. Raises SubtitleError or ModelError.
    """
    if subtitles is not None:
        lines = read_subtitles(
            subtitles, options.limits, skipped, clip.frame_rate, reporter.check_cancelled
        )
    else:
        lines = _own_lines(path, options, skipped)
    if lines or not options.speech_model or not clip.has_audio:
        return danmaku_folding.fold(lines, skipped, reporter.check_cancelled), {}
    whole_s = max(round(clip.duration_s), 1)

    def listened(t_s: float) -> None:
        reporter.report("listening", min(round(t_s), whole_s), whole_s)

    lines = speech.transcribe(path, options, listened)
    return lines, {"speech": Path(options.speech_model).name}


def _own_lines(path: str | Path, options: Options, skipped: Counter[str]) -> list[Line]:
    """The lines of one of the clip's text tracks; none where it has none or none is wanted."""
    if options.track == "none":
        return []
    tracks = text_tracks.list_tracks(path, options.limits)
    if options.track == "auto":
        track = text_tracks.choose(tracks, skipped)
    else:
        track = text_tracks.find(tracks, options.track)
    return text_tracks.read_track(path, track, options.limits, skipped) if track else []
