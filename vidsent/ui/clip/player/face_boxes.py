"""Face boxes for the script that draws them over the player (face_boxes.js)."""

from __future__ import annotations

from typing import Any

import numpy as np

from vidsent.core.emotions import LABELS
from vidsent.core.results import Analysis, FaceTrack
from vidsent.timeline.person_rows import short
from vidsent.timeline.verdict import dominant

MAX_BOXES = 6_000  # sent at most; of more, every second one and so on
GRAIN = 1_000  # steps across the picture that a place is rounded to


def face_boxes(analysis: Analysis) -> list[dict[str, Any]]:
    """For each track: times (s), boxes (x, y, width, height in 1/GRAIN), labels and shares.

    The label of a face that could not be read is -1. `name` is what someone called the person,
    in short.
    """
    total = sum(len(track.t_s) for track in analysis.tracks)
    stride = max(1, -(-total // MAX_BOXES))
    size = np.array([analysis.clip.width, analysis.clip.height] * 2, dtype=np.float32)
    return [_track(track, stride, np.maximum(size, 1)) for track in analysis.tracks]


def _track(track: FaceTrack, stride: int, size: np.ndarray) -> dict[str, Any]:
    probs, readable = track.probs[::stride], track.readable[::stride]
    labels = [
        LABELS.index(dominant(row)) if read else -1
        for row, read in zip(probs, readable, strict=True)
    ]
    return {
        "name": short(track.name),
        "times": [round(float(t_s), 2) for t_s in track.t_s[::stride]],
        "boxes": np.rint(GRAIN * track.boxes[::stride] / size).astype(int).tolist(),
        "labels": labels,
        "shares": [
            round(100 * float(row[at])) if at >= 0 else 0
            for row, at in zip(probs, labels, strict=True)
        ],
    }
