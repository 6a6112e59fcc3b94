"""Why a time of a clip reads as it does: the faces with the places that told, and the words.

`explain` opens the clip again at one time, as an analysis keeps no frames of it. It finds the
faces that the analysis followed there, lays the heat of their emotion over them, and gathers what
was said, how strongly each word spoke, and how much each channel had to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.special import softmax

from vidsent.core.emotions import LABELS, NEUTRAL
from vidsent.core.errors import ClipError
from vidsent.core.options import Limits
from vidsent.core.progress import CancelCheck
from vidsent.core.results import Analysis, FaceTrack, Line, Timeline
from vidsent.faces import gradcam, regions
from vidsent.faces.alignment import align, crop_transform
from vidsent.faces.boxes import iou
from vidsent.faces.detection import WEAKEST, FaceDetector, following_side
from vidsent.faces.expression import CROP_SIZE, FEATURES
from vidsent.faces.reader import ExpressionReader
from vidsent.media.stills import frame_at
from vidsent.media.thumbnails import jpeg
from vidsent.media.video import Frame
from vidsent.timeline.fusion import shares_at
from vidsent.timeline.verdict import dominant

FrameGetter = Callable[[str | Path, float, Limits | None, CancelCheck | None], Frame | None]

NEAR_S = 0.3  # a face seen this close to a time is taken to be there
SAME_S = 0.005  # detections this close are of one frame
SPOKEN_S = 0.5  # a line this close to a time is said then, as for a moment's own sentence
MOST_FACES = 4  # the largest ones
MOST_LINES = 4
SAME_FACE = 0.3  # IoU of the box that was kept and the face found again
SHOWN_SIDE = 240  # pixels, side of a face for people to look at; half a multiple of a crop's
OPACITY = 0.85  # of the overlay where it is hottest


@dataclass(frozen=True)
class FaceExplanation:
    """One face at the time: `label` is what was read there, and what the heat is of.

    picture is a JPEG of the aligned face, overlay a PNG of the same size that is clear where
    nothing spoke for the label; both are empty and `heat` (96, 96) is None where the face was not
    found again. before and after (7,) float32 are its probabilities as the CNN alone and as CNN
    and GRU have them; before is None without a picture. parts are names of `regions`.
    """

    track: int
    label: str
    after: np.ndarray
    before: np.ndarray | None = None
    heat: np.ndarray | None = None
    parts: tuple[str, ...] = ()
    picture: bytes = b""
    overlay: bytes = b""


@dataclass(frozen=True)
class ChannelReading:
    """What one channel read at the time, and its share of what all of them say together."""

    channel: str
    label: str
    probability: float
    share: float


@dataclass(frozen=True)
class Explanation:
    """What lies behind one time. `label` is None, and `probability` 0, where nothing was read."""

    t_s: float
    label: str | None
    probability: float
    channels: tuple[ChannelReading, ...]  # those that saw something, the one with most to say first
    faces: tuple[FaceExplanation, ...]  # those that could be read, the largest first
    unread: int  # faces that were there, but too small or blurred to read
    lines: tuple[Line, ...]


def explain(
    path: str | Path,
    analysis: Analysis,
    t_s: float,
    limits: Limits | None = None,
    check_cancelled: CancelCheck | None = None,
    find: FrameGetter = frame_at,
) -> Explanation:
    """Why `analysis` of the clip at `path` says what it says at `t_s` seconds.

    A clip that cannot be opened any more costs the pictures, not the answer. `check_cancelled`
    is called now and then; what it raises ends the work. `find` takes the frame out of the clip.
    """
    t_s = float(np.clip(t_s, 0.0, max(analysis.clip.duration_s, 0.0)))
    there = _there(analysis.tracks, t_s)
    read = [(track, at) for track, at in there if track.readable[at]]
    read.sort(key=lambda one: -float(one[0].boxes[one[1], 2:].prod()))
    label, probability, channels = _fused(analysis.timeline, t_s)
    return Explanation(
        t_s=t_s,
        label=label,
        probability=probability,
        channels=channels,
        faces=_faces(path, analysis, read[:MOST_FACES], limits, check_cancelled, find),
        unread=len(there) - len(read),
        lines=_said(analysis.lines, t_s),
    )


def _there(tracks: Sequence[FaceTrack], t_s: float) -> list[tuple[FaceTrack, int]]:
    """The detections of the one frame nearest to a time, one with a readable face if there is."""
    every = [track.t_s for track in tracks]
    for times in ([track.t_s[track.readable] for track in tracks], every):
        seen_s = np.concatenate([*times, np.zeros(0, np.float32)])
        seen_s = seen_s[np.abs(seen_s - t_s) <= NEAR_S]
        if len(seen_s):
            best_s = seen_s[np.abs(seen_s - t_s).argmin()]
            return [
                (track, int(at))
                for track in tracks
                for at in np.flatnonzero(np.abs(track.t_s - best_s) <= SAME_S)[:1]
            ]
    return []


def _fused(timeline: Timeline, t_s: float) -> tuple[str | None, float, tuple[ChannelReading, ...]]:
    """The label of all channels together with its probability, and what each of them says."""
    index = int(np.abs(timeline.t_s - t_s).argmin())
    row = timeline.probs[index]
    if np.isnan(row).any():
        return None, 0.0, ()
    readings = []
    for name, share in shares_at(timeline, t_s).items():
        channel = timeline.channel(name)
        assert channel is not None
        said = dominant(channel.probs[index])
        readings.append(
            ChannelReading(name, said, float(channel.probs[index, LABELS.index(said)]), share)
        )
    label = dominant(row)
    ranked = tuple(sorted(readings, key=lambda each: -each.share))
    return label, float(row[LABELS.index(label)]), ranked


def _said(lines: Sequence[Line], t_s: float) -> tuple[Line, ...]:
    """The lines of a time in order; where there are too many, those with most emotion."""
    near = [line for line in lines if line.start_s - SPOKEN_S <= t_s <= line.end_s + SPOKEN_S]
    near.sort(key=lambda line: (line.kind != "subtitle", -_felt(line)))
    return tuple(sorted(near[:MOST_LINES], key=lambda line: line.start_s))


def _felt(line: Line) -> float:
    return 0.0 if line.probs is None else 1.0 - float(line.probs[NEUTRAL])


def _faces(
    path: str | Path,
    analysis: Analysis,
    read: Sequence[tuple[FaceTrack, int]],
    limits: Limits | None,
    check_cancelled: CancelCheck | None,
    find: FrameGetter,
) -> tuple[FaceExplanation, ...]:
    """The faces of one frame, explained where they are found again in it."""
    bare = [
        FaceExplanation(track.id, dominant(track.probs[at]), track.probs[at].copy())
        for track, at in read
    ]
    if not read:
        return ()
    try:
        frame = find(path, float(read[0][0].t_s[read[0][1]]), limits, check_cancelled)
    except ClipError:
        frame = None
    if frame is None:
        return tuple(bare)
    if check_cancelled is not None:
        check_cancelled()
    boxes = np.stack([track.boxes[at] for track, at in read])
    # the clip may be a copy of another size than the file that was analysed
    landmarks = _landmarks(frame, boxes * frame.image.shape[1] / max(analysis.clip.width, 1))
    found = [place for place, points in enumerate(landmarks) if points is not None]
    points = [landmarks[place] for place in found]
    for place, seen in zip(found, _explained(frame, points, [bare[p] for p in found]), strict=True):
        bare[place] = seen
    return tuple(bare)


def _landmarks(frame: Frame, boxes: np.ndarray) -> list[np.ndarray | None]:
    """For each of boxes (N, 4) in the frame's pixels the landmarks (5, 2) of its face."""
    side = following_side(max(frame.image.shape[:2]), boxes)
    found = FaceDetector.shared().detect(frame.image, side, WEAKEST)
    if not len(found.boxes):
        return [None] * len(boxes)
    overlaps = iou(boxes, found.boxes)
    return [
        found.landmarks[int(row.argmax())] if row.max() >= SAME_FACE else None for row in overlaps
    ]


def _explained(
    frame: Frame, landmarks: Sequence[np.ndarray | None], faces: Sequence[FaceExplanation]
) -> list[FaceExplanation]:
    """`faces` with their pictures, the CNN's own opinion, and the heat of their labels."""
    points = [each for each in landmarks if each is not None]
    if not points:
        return []
    crops = np.stack([align(frame.image, each) for each in points])
    reader = ExpressionReader.shared()
    before = softmax(reader.embed(crops)[:, FEATURES:], axis=1)
    labels = np.array([LABELS.index(face.label) for face in faces])
    heats = gradcam.heat(reader.cnn, crops, labels)
    return [
        FaceExplanation(
            track=face.track,
            label=face.label,
            after=face.after,
            before=before[place],
            heat=heats[place],
            parts=regions.hottest(heats[place]),
            picture=jpeg(enlarged(frame.image, points[place])),
            overlay=overlay(heats[place]),
        )
        for place, face in enumerate(faces)
    ]


def enlarged(image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The face of an RGB image framed as `alignment.align` frames it, (240, 240, 3) uint8."""
    side, twice = SHOWN_SIDE, 2 * SHOWN_SIDE // CROP_SIZE
    matrix = crop_transform(landmarks, twice)
    # twice as large and then averaged, as warpAffine samples single pixels
    warped = cv2.warpAffine(
        image, matrix, (2 * side, 2 * side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return cv2.resize(warped, (side, side), interpolation=cv2.INTER_AREA)


def overlay(heat: np.ndarray) -> bytes:
    """Heat (H, W) in [0, 1] as a PNG that hides more, and shines brighter, the hotter it is."""
    levels = np.round(255 * np.clip(heat, 0, 1)).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO)  # as light as it is hot
    alpha = np.round(255 * OPACITY * np.sqrt(np.clip(heat, 0, 1))).astype(np.uint8)
    encoded, content = cv2.imencode(".png", np.dstack([colours, alpha]))
    assert encoded
    return content.tobytes()
