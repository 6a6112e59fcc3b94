"""A made-up but realistic analysis, for tests of what is drawn, written and said about one.

The face plays `SCRIPT`; the lines say the same in English and Chinese, but for the last one,
which contradicts the face. Everything after faces and lines is the real pipeline's work.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np

from vidsent.core.emotions import LABELS, NUM_LABELS, expected_valence_arousal
from vidsent.core.results import Analysis, Clip, FaceTrack, Keyword, Line, Moment, Timeline, Word
from vidsent.timeline.fusion import face_channel, fuse, grid, line_channel, shares_at
from vidsent.timeline.moments import find_moments
from vidsent.timeline.verdict import judge

RATE_HZ = 10.0
SCRIPT = (  # (label, start_s, end_s) of what the face plays; nobody is seen from 24 to 27 s
    ("neutral", 0.0, 6.0),
    ("happiness", 6.0, 12.0),
    ("sadness", 12.0, 18.0),
    ("surprise", 18.0, 24.0),
    ("anger", 27.0, 32.0),
)
SAID = (  # (start_s, end_s, text, language, the word that carries the emotion, label)
    (7.0, 9.0, "What a wonderful day, I love it!", "en", "wonderful", "happiness"),
    (13.0, 15.0, "我很难过，他走了。", "zh", "难过", "sadness"),
    (19.0, 20.5, "Wow, I did not expect that", "en", "Wow", "surprise"),
    (28.0, 31.0, "I am so happy for you", "en", "happy", "happiness"),  # the face is angry
)
DURATION_S = SCRIPT[-1][2]
SURE = 0.82  # probability of what is played

HOSTILE = (
    '</script></style>"\'><script>alert(1)</script><img src=x onerror=alert(2)>=HYPERLINK("x")'
)


def played(label: str) -> np.ndarray:
    """Probabilities (7,) float32 of a face or line that shows `label` clearly."""
    probs = np.full(NUM_LABELS, (1 - SURE) / (NUM_LABELS - 1), np.float32)
    probs[LABELS.index(label)] = SURE
    return probs


def picture(width: int = 160, height: int = 90) -> bytes:
    """A JPEG of the given size in pixels."""
    encoded, content = cv2.imencode(".jpg", np.full((height, width, 3), 128, np.uint8))
    assert encoded
    return content.tobytes()


def face_track() -> FaceTrack:
    """One person who plays `SCRIPT`, seen ten times a second."""
    times = [np.arange(start, end, 1 / RATE_HZ) for _, start, end in SCRIPT]
    probs = np.concatenate(
        [np.tile(played(label), (len(t), 1)) for t, (label, *_) in zip(times, SCRIPT, strict=True)]
    )
    t_s = np.concatenate(times).astype(np.float32)
    feeling = expected_valence_arousal(probs)
    return FaceTrack(
        id=0,
        t_s=t_s,
        boxes=np.tile(np.array([60, 30, 80, 80], np.float32), (len(t_s), 1)),
        probs=probs,
        valence=feeling[:, 0],
        arousal=feeling[:, 1],
        quality=np.ones(len(t_s), np.float32),
        first_s=0.0,
        last_s=float(t_s[-1]),
        size=80.0,
        seen=len(t_s) / (DURATION_S * RATE_HZ),
        picture=picture(80, 80),
    )


def spoken_lines() -> tuple[Line, ...]:
    """The lines of `SAID`, each with its one emotional word."""
    return tuple(
        _line(start, end, text, language, word, label)
        for start, end, text, language, word, label in SAID
    )


def synthetic_analysis(
    name: str = "holiday.mp4",
    tracks: tuple[FaceTrack, ...] | None = None,
    lines: tuple[Line, ...] | None = None,
    skipped: dict[str, int] | None = None,
) -> Analysis:
    """An analysis of the planted faces and lines; pass others, or `()` for none of them."""
    tracks = (face_track(),) if tracks is None else tracks
    lines = spoken_lines() if lines is None else lines
    timeline = _timeline(tracks, lines)
    return Analysis(
        clip=Clip(name, DURATION_S, 640, 360, Fraction(30000, 1001), "h264", has_audio=True),
        tracks=tracks,
        lines=lines,
        timeline=timeline,
        moments=_moments(timeline),
        verdict=judge(timeline),
        keywords=tuple(
            Keyword(word.text, word.label, word.weight, line.language, (line.start_s,))
            for line in lines
            for word in line.words
        ),
        skipped=skipped or {},
        models={"expression": "0123abcd", "words": "89ef4567"},
    )


def hostile_analysis() -> Analysis:
    """The usual one with an attack in every text that comes with a clip."""
    lines = tuple(
        replace(line, text=HOSTILE, words=(Word(0, len(HOSTILE), HOSTILE, "anger", 1.0),))
        for line in spoken_lines()
    )
    analysis = synthetic_analysis(name=f"{HOSTILE}.mp4", lines=lines)
    moments = tuple(
        replace(each, why=dict.fromkeys(each.why, HOSTILE)) for each in analysis.moments
    )
    return replace(analysis, moments=moments)


def _line(start: float, end: float, text: str, language: str, word: str, label: str) -> Line:
    probs = played(label)
    valence, arousal = expected_valence_arousal(probs)
    at = text.index(word)
    return Line(
        start_s=start,
        end_s=end,
        text=text,
        language=language,
        probs=probs,
        valence=float(valence),
        arousal=float(arousal),
        words=(Word(at, at + len(word), word, label, weight=0.8),),
    )


def _timeline(tracks: tuple[FaceTrack, ...], lines: tuple[Line, ...]) -> Timeline:
    t_s = grid(DURATION_S, RATE_HZ)
    channels = [face_channel(t_s, tracks)] if tracks else []
    channels += [line_channel(t_s, lines, "subtitle")] if lines else []
    return fuse(t_s, channels)


def _moments(timeline: Timeline) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            found.t_s,
            found.label,
            found.kind,
            found.intensity,
            why={"en": f"The {found.kind} of {found.label}.", "zh": f"{found.label} 的时刻。"},
            picture=picture(),
            shares=shares_at(timeline, found.t_s),
        )
        for found in find_moments(timeline, limit=8)
    )
