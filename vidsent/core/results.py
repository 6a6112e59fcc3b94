"""What an analysis returns: frozen dataclasses that round-trip through JSON.

Time is seconds from the clip's first presentation time stamp. Probabilities follow the order
of `emotions.LABELS`. Nothing here computes; `analysis.analyze` fills these in.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from vidsent.core.emotions import NUM_LABELS

SCHEMA = 3  # raised when a field changes its meaning
DECIMALS = 4  # of numbers in JSON; finer is noise


@dataclass(frozen=True)
class Clip:
    """Facts of the file."""

    name: str
    duration_s: float  # as decoded: where the last frame ends
    width: int  # pixels, after rotation
    height: int
    frame_rate: Fraction | None  # average, as the container states it; None where it does not
    video_codec: str
    has_audio: bool
    text_track: str = ""  # of its own that was read, such as "2 (eng, subrip)"; "" where none was


@dataclass(frozen=True)
class Word:
    """A word or phrase of a line that carries emotion, [start, end) in characters of the text."""

    start: int
    end: int
    text: str
    label: str
    weight: float  # in [0, 1]: share of the evidence for `label` that this word gives
    negated: bool = False


@dataclass(frozen=True)
class Line:
    """One timed line of text and what was read in it."""

    start_s: float
    end_s: float
    text: str
    kind: str = "subtitle"  # or "danmaku"
    language: str = "en"  # or "zh"; "other" is not read
    probs: np.ndarray | None = None  # (7,) float32; None where the line gives no evidence
    valence: float = 0.0
    arousal: float = 0.0
    words: tuple[Word, ...] = ()
    count: int = 1  # how many viewers wrote it; above 1 for folded danmaku alone


@dataclass(frozen=True)
class Keyword:
    """A word that carried emotion in the clip, with every time it was said."""

    text: str
    label: str
    weight: float  # in [0, 1], relative to the strongest keyword of the clip
    language: str
    times_s: tuple[float, ...]


@dataclass(frozen=True)
class FaceTrack:
    """One person while the detector follows them: T times on the analysed frames.

    t_s (T,) float32; boxes (T, 4) float32 x, y, width, height in pixels of the upright frame;
    probs (T, 7) float32; valence, arousal (T,) float32; quality (T,) float32 in [0, 1] says how
    well the face could be read. Where it is 0 the face was followed but not read: probs, valence
    and arousal are NaN there.
    """

    id: int
    t_s: np.ndarray
    boxes: np.ndarray
    probs: np.ndarray
    valence: np.ndarray
    arousal: np.ndarray
    quality: np.ndarray
    first_s: float  # first and last detection
    last_s: float
    seen: float  # share of the clip's analysed frames that show this face
    size: float  # mean side of the face in pixels: the root of the box's area
    picture: bytes = b""  # JPEG thumbnail of the clearest face of the track
    name: str = ""  # that someone gave this person by hand, see `identities`

    def __post_init__(self) -> None:
        count = len(self.t_s)
        _expect("boxes", self.boxes, (count, 4))
        _expect("probs", self.probs, (count, NUM_LABELS))
        _expect("valence", self.valence, (count,))
        _expect("arousal", self.arousal, (count,))
        _expect("quality", self.quality, (count,))

    @property
    def readable(self) -> np.ndarray:
        """Which of the detections were read, (T,) bool."""
        return self.quality > 0


@dataclass(frozen=True)
class Channel:
    """One source of emotion on the timeline's grid; rows are NaN where it saw nothing.

    probs (T, 7), valence, arousal, weight (T,) float32; weight is 0 where nothing was seen.
    """

    name: str  # "face", "subtitle", "danmaku"
    probs: np.ndarray
    valence: np.ndarray
    arousal: np.ndarray
    weight: np.ndarray
    coverage: float  # share of the grid that it saw, in [0, 1]


@dataclass(frozen=True)
class Timeline:
    """Emotion over time: a uniform grid t_s (T,), the fused curves and each channel's own.

    probs (T, 7) rows sum to 1 or are NaN where nothing was seen; valence and arousal in [-1, 1],
    intensity and disagreement in [0, 1], all (T,) float32, NaN where undefined.
    """

    t_s: np.ndarray
    probs: np.ndarray
    valence: np.ndarray
    arousal: np.ndarray
    intensity: np.ndarray
    disagreement: np.ndarray
    channels: tuple[Channel, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.t_s)
        _expect("probs", self.probs, (count, NUM_LABELS))
        for each in ("valence", "arousal", "intensity", "disagreement"):
            _expect(each, getattr(self, each), (count,))

    def channel(self, name: str) -> Channel | None:
        """The channel of that name, or None where the clip has none."""
        return next((channel for channel in self.channels if channel.name == name), None)


@dataclass(frozen=True)
class Moment:
    """A time worth jumping to."""

    t_s: float
    label: str
    kind: str  # "peak", "turn" or "disagreement"
    intensity: float
    why: dict[str, str] = field(default_factory=dict)  # language ("en", "zh") -> one sentence
    picture: bytes = b""  # JPEG, at most 320 pixels wide
    shares: dict[str, float] = field(default_factory=dict)  # channel -> its part in what is said
    keywords: tuple[Keyword, ...] = ()  # said around it


@dataclass(frozen=True)
class Verdict:
    """The clip in one line; label, polarity and mood are None when it abstains."""

    label: str | None
    polarity: str | None  # "positive", "neutral", "negative"
    mood: str | None  # "sad", "frightening", "comic", "tense", "calm", "mixed"
    intensity: float  # mean over what was seen, in [0, 1]
    valence: float  # mean over what was seen, in [-1, 1]
    coverage: float  # share of the clip that any channel saw
    confidence: float  # in [0, 1]
    abstained: str | None = None  # why there is no label: "nothing_seen", "low_coverage", ...


@dataclass(frozen=True)
class Analysis:
    """Everything that was found in one clip."""

    clip: Clip
    tracks: tuple[FaceTrack, ...]
    lines: tuple[Line, ...]
    timeline: Timeline
    moments: tuple[Moment, ...]
    verdict: Verdict
    keywords: tuple[Keyword, ...]
    skipped: dict[str, int]  # what was left out, by reason, e.g. {"undecodable_frames": 3}
    models: dict[str, str]  # model name -> version (start of the weights' SHA-256)
    cuts_s: tuple[float, ...] = ()  # times at which a new shot begins, but for the first one
    schema: int = SCHEMA

    def to_json(self, indent: int | None = None) -> str:
        """JSON text; NaN becomes null and pictures base64."""
        return json.dumps(_encode(self), ensure_ascii=False, allow_nan=False, indent=indent)

    @classmethod
    def from_json(cls, text: str) -> Analysis:
        """The analysis that `to_json` wrote; raises ValueError on another schema."""
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Analysis:
        """The analysis in JSON that was read already; raises ValueError on another schema."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"expected analysis schema {SCHEMA}, got {data.get('schema')!r}")
        analysis: Analysis = _decode(cls, data)
        return analysis


def _expect(name: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")


def _encode(value: Any) -> Any:
    """Plain JSON types for a dataclass and everything in it."""
    if is_dataclass(value):
        return {each.name: _encode(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, np.ndarray):
        return _encode(value.tolist())
    if isinstance(value, float):
        return round(value, DECIMALS) if np.isfinite(value) else None
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (list, tuple)):
        return [_encode(each) for each in value]
    if isinstance(value, dict):
        return {key: _encode(each) for key, each in value.items()}
    return value


def _decode(kind: Any, value: Any) -> Any:
    """The value of type `kind` that `_encode` turned into plain JSON."""
    if get_origin(kind) in (Union, UnionType):
        present = [each for each in get_args(kind) if each is not type(None)]
        return None if value is None else _decode(present[0], value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _decode(hints[name], each) for name, each in value.items()})  # type: ignore[operator]
    if kind is np.ndarray:
        return np.array(_nan(value), dtype=np.float32)
    if kind is bytes:
        return base64.b64decode(value)
    if kind is Fraction:
        return Fraction(value)
    if get_origin(kind) is tuple:
        return tuple(_decode(get_args(kind)[0], each) for each in value)
    return value


def _nan(value: Any) -> Any:
    """Nested lists with null read back as NaN."""
    if isinstance(value, list):
        return [_nan(each) for each in value]
    return np.nan if value is None else value
