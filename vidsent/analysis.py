"""The driver: a clip in, an `Analysis` out. It reads as the pipeline in the README."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from vidsent.core import memory, weights
from vidsent.core.options import Options
from vidsent.core.progress import Progress, ProgressReporter, cancellable
from vidsent.core.results import Analysis, Clip, FaceTrack, Line, Moment, Timeline
from vidsent.faces.detection import FILE as FACES_FILE
from vidsent.faces.detection import FaceDetector
from vidsent.faces.people import People
from vidsent.faces.prefetch import detected_frames
from vidsent.faces.reader import CNN_FILE, GRU_FILE, ExpressionReader
from vidsent.language.attribution import MOST_HIDDEN
from vidsent.language.keywords import keywords
from vidsent.language.line_reader import MOST_READ, LineReader
from vidsent.language.text_model import TextModel
from vidsent.language.text_model import version as text_model_version
from vidsent.language.word_table import FILE as WORDS_FILE
from vidsent.lines import sources
from vidsent.media import video
from vidsent.media.thumbnails import ThumbnailStrip
from vidsent.timeline import fusion, wording
from vidsent.timeline.moments import find_moments, lines_around
from vidsent.timeline.verdict import judge

log = logging.getLogger(__name__)

MOMENT_WORDS = 3
LEAST_RATE_HZ = 3.0  # of pictures that move; an average below it comes of some that stay


def analyze(
    path: str | Path,
    subtitles: str | Path | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Analyse the faces of a clip and the words of its subtitles.

    Without a subtitle file the words come from a text track of the clip, as `Options.track` says;
    without that, from its sound, where `Options.speech_model` names a model that listens.
    `progress` is called with every `Step`, several a second; it may raise `Cancelled` to stop.
    Raises a `VidsentError` when the clip or the subtitles cannot be read; damage that leaves
    something to analyse is counted in `Analysis.skipped` instead.
    """
    options, reporter = options or Options(), ProgressReporter(progress)
    skipped: Counter[str] = Counter()

    reporter.report("open")
    clip = video.probe(path, options.limits)
    reporter.expect("faces", _frame_count(clip, options))
    words = sources.lines_of_clip(path, subtitles, clip, options, skipped, reporter)
    clip, lines = replace(clip, text_track=words.track), words.lines
    if lines:
        reporter.expect("words", min(len(lines), MOST_READ))
        reporter.expect("weighing", min(len(lines), MOST_HIDDEN))
        model = TextModel.shared(options.text_model, options.device)
        lines = LineReader(model).read(lines, reporter.report)
    reader = ExpressionReader.shared(options.device)
    seen = _read_frames(path, clip, reader, options, skipped, reporter)
    clip, tracks = seen.clip, seen.tracks
    lines = _within(lines, clip, skipped)

    reporter.report("timeline")
    t_s = fusion.grid(clip.duration_s, options.rate_hz)
    channels = [fusion.face_channel(t_s, tracks)]
    channels += [
        fusion.line_channel(t_s, cancellable(lines, reporter.check_cancelled), kind)
        for kind in sorted({line.kind for line in lines})
    ]
    timeline = fusion.fuse(t_s, channels)
    analysis = Analysis(
        clip=clip,
        tracks=tracks,
        lines=tuple(lines),
        timeline=timeline,
        moments=_moments(timeline, lines, seen.strip, options.moments),
        verdict=judge(timeline),
        keywords=keywords(cancellable(lines, reporter.check_cancelled)),
        skipped=dict(skipped),
        models={**model_versions(options.text_model), **words.models},
        cuts_s=seen.cuts_s,
    )
    reporter.finish()
    return analysis


def model_versions(text_model: str | None = None) -> dict[str, str]:
    """Name -> version of the shipped models; an analysis with other ones is out of date.

    A text model that the caller named stands there by its name, without the folders it lies in.
    """
    files = {
        "face_detector": FACES_FILE,
        "expression_cnn": CNN_FILE,
        "expression_gru": GRU_FILE,
        "words": WORDS_FILE,
    }
    versions = {name: weights.version(file) for name, file in files.items()}
    return {**versions, "text": Path(text_model).name if text_model else text_model_version()}


def preload() -> None:
    """Load the models that ship, so that the first analysis need not; raises ModelError."""
    FaceDetector.shared()
    ExpressionReader.shared()
    LineReader(TextModel.shared()).read([Line(0.0, 1.0, "你好"), Line(1.0, 2.0, "hello")])


class _FramePass(NamedTuple):
    """What one pass over the frames gave: the clip as it was decoded, who is in it, frames to
    choose from, and where it was cut."""

    clip: Clip
    tracks: tuple[FaceTrack, ...]
    strip: ThumbnailStrip
    cuts_s: tuple[float, ...]


def _read_frames(
    path: str | Path,
    clip: Clip,
    reader: ExpressionReader,
    options: Options,
    skipped: Counter[str],
    reporter: ProgressReporter,
) -> _FramePass:
    """One pass over the frames: who is there, what they show, cuts, and thumbnails."""
    strip, decoding = ThumbnailStrip(), video.Decoding()
    expected = _frame_count(clip, options)
    frames = partial(video.frames, path, options.rate_hz, options.limits, decoding)
    seen = detected_frames(frames, FaceDetector.shared(), reporter.check_cancelled)
    with closing(People(reader)) as people, closing(seen):
        for number, detected in enumerate(seen, start=1):
            people.add(detected)
            strip.add(detected.frame.t_s, detected.frame.image)
            reporter.report("faces", number, max(number, expected) if expected else 0)
            if number % memory.TRIM_EVERY == 0:
                memory.trim()
        reporter.report("expressions")
        tracks = people.tracks(skipped, partial(reporter.report, "expressions"))
        cuts_s = tuple(round(t_s, 3) for t_s in people.cuts_s)
    skipped.update(decoding.skipped)
    decoded = replace(clip, duration_s=decoding.end_s, width=decoding.width, height=decoding.height)
    return _FramePass(decoded, tracks, strip, cuts_s)


def _frame_count(clip: Clip, options: Options) -> int:
    """How many frames will be analysed, about; 0 where the file does not state its length."""
    stated_hz = float(clip.frame_rate or options.rate_hz)
    if stated_hz < LEAST_RATE_HZ:  # pictures that stay are analysed again and again
        stated_hz = options.rate_hz
    return round(min(options.rate_hz, stated_hz) * clip.duration_s)


def _within(lines: Sequence[Line], clip: Clip, skipped: Counter[str]) -> list[Line]:
    """Lines that start while the clip runs; the others are counted."""
    inside = [line for line in lines if line.start_s < clip.duration_s]
    if len(inside) < len(lines):
        skipped["lines_after_the_end"] += len(lines) - len(inside)
    return inside


def _moments(
    timeline: Timeline, lines: Sequence[Line], strip: ThumbnailStrip, limit: int
) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            t_s=found.t_s,
            label=found.label,
            kind=found.kind,
            intensity=found.intensity,
            why=wording.moment_why(found, timeline, lines),
            picture=strip.at(found.t_s),
            shares=fusion.shares_at(timeline, found.t_s),
            keywords=keywords(lines_around(lines, found.t_s), MOMENT_WORDS),
        )
        for found in find_moments(timeline, limit)
    )
