"""Where the words of a clip come from: a file, one of its own text tracks, or its sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from vidsent.core.options import Options
from vidsent.core.progress import ProgressReporter
from vidsent.core.results import Clip, Line
from vidsent.lines import danmaku_folding, speech, text_tracks
from vidsent.lines.subtitles import read_subtitles


class Words(NamedTuple):
    """The lines of a clip and where they come from."""

    lines: list[Line]
    track: str = ""  # the clip's own track that was read, such as "2 (eng, subrip)"
    # {"speech": name} of the model that listened, where one did
    models: Mapping[str, str] = MappingProxyType({})


def lines_of_clip(
    path: str | Path,
    subtitles: str | Path | None,
    clip: Clip,
    options: Options,
    skipped: Counter[str],
    reporter: ProgressReporter,
) -> Words:
    """The lines of the subtitle file, else of the clip's text track, else of its speech.

    `skipped` gains what was left out, by reason; `reporter` gets how far it is. Raises
    SubtitleError or ModelError.
    """
    track = None
    if subtitles is not None:
        lines = read_subtitles(
            subtitles, options.limits, skipped, clip.frame_rate, reporter.check_cancelled
        )
    else:
        track = _own_track(path, options, skipped)
        lines = text_tracks.read_track(path, track, options.limits, skipped) if track else []
    if lines or not options.speech_model or not clip.has_audio:
        folded = danmaku_folding.fold(lines, skipped, reporter.check_cancelled)
        return Words(folded, str(track) if track and lines else "")
    whole_s = max(round(clip.duration_s), 1)

    def listened(t_s: float) -> None:
        reporter.report("listening", min(round(t_s), whole_s), whole_s)

    lines = speech.transcribe(path, options, listened)
    return Words(lines, models={"speech": Path(options.speech_model).name})


def _own_track(
    path: str | Path, options: Options, skipped: Counter[str]
) -> text_tracks.Track | None:
    """The one of the clip's text tracks to read; None where it has none or none is wanted."""
    if options.track == "none":
        return None
    tracks = text_tracks.list_tracks(path, options.limits)
    if options.track == "auto":
        return text_tracks.choose(tracks, skipped)
    return text_tracks.find(tracks, options.track)
