"""What the annotated video shows on every frame: boxes of faces, what is felt now, a timeline.

Boxes move between two detections and labels change at each, as over the player of the page
(ui/clip/player/face_boxes.js). Emotions come from the analysis as it is; nothing is read again.
"""

from __future__ import annotations

from bisect import bisect_right

import cv2
import numpy as np

from vidsent.core.emotions import COLORS, LABELS, name
from vidsent.core.results import Analysis, FaceTrack
from vidsent.figures.contrast import ink_on
from vidsent.reports.text_images import Color, LabelRenderer, blend
from vidsent.timeline.person_rows import short
from vidsent.timeline.verdict import dominant

LONGEST_PAUSE_S = 0.6  # between two detections of a face that are joined by a movement
LINGER_S = 0.25  # a box stays this long after a detection that has no next one
EARLY_S = 0.02  # a detection this much ahead counts as now
UNREAD = "#9aa0a6"  # of a face that was too small or blurred
UNSEEN = "#30343f"  # of the timeline where nothing was seen
PANEL = "#10141dc0"  # behind what is told below; with its alpha
INK = "#ffffff"
TEXTS = {
    "en": {"subtitle": "words", "unseen": "nothing seen"},
    "zh": {"subtitle": "文字", "unseen": "未见"},
}


class Overlay:
    """Draws on frames of one size, (height, width) pixels, of the clip of `analysis`."""

    def __init__(self, analysis: Analysis, shape: tuple[int, int], language: str = "en") -> None:
        height, width = shape
        unit = min(height, width) / 360  # 1 for a frame of 640 x 360
        self._letters = LabelRenderer(max(11, round(15 * unit**0.9)), language)
        self.language = self._letters.language
        self._thick = max(2, round(2 * unit))
        self._bar = _strip(analysis, width, max(6, round(8 * unit)))
        clip = analysis.clip
        scale = np.array([width / max(clip.width, 1), height / max(clip.height, 1)] * 2)
        self._faces = [_Face(track, scale) for track in analysis.tracks if len(track.t_s)]
        self._timeline = analysis.timeline
        self._duration_s = max(clip.duration_s, 1e-3)
        said = [line for line in analysis.lines if line.kind == "subtitle"]
        self._lines = sorted(said, key=lambda line: line.start_s)
        self._starts = [line.start_s for line in self._lines]

    def draw(self, image: np.ndarray, t_s: float) -> None:
        """Draw what holds at `t_s` onto `image` (H, W, 3) uint8 RGB, in place."""
        for face in self._faces:
            box = face.box(t_s)
            if box is not None:
                self._box(image, box, face.label(t_s), face.name)
        self._tell(image, t_s)
        self._playhead(image, t_s)

    def _box(
        self, image: np.ndarray, box: np.ndarray, label: tuple[str, int] | None, person: str
    ) -> None:
        color = COLORS[label[0]] if label else UNREAD
        left, top, right, bottom = (round(each) for each in (*box[:2], *(box[:2] + box[2:])))
        cv2.rectangle(image, (left, top), (right, bottom), rgb(color), self._thick, cv2.LINE_AA)
        text = f"{name(label[0], self.language)} {label[1]}" if label else "?"
        if person and self._letters.can_draw(person):
            text = f"{person} · {text}"
        tile = self._letters.chip(text, color, ink_on(color))
        above = top - self._letters.height - self._thick
        shift = max(0, left + tile[0].shape[1] - image.shape[1])
        blend(image, tile, max(left - shift, 0), above if above >= 0 else bottom + self._thick)

    def _tell(self, image: np.ndarray, t_s: float) -> None:
        """What is felt and what the current line says, above the timeline."""
        gap = self._letters.height // 4
        left, top = gap, image.shape[0] - len(self._bar) - gap - self._letters.height
        for text, color in (self._felt(t_s), self._said(t_s)):
            if not text:
                continue
            tile = self._letters.chip(text, PANEL, INK, color)
            if left > gap and left + tile[0].shape[1] + gap > image.shape[1]:
                left, top = gap, top - self._letters.height - gap
            blend(image, tile, left, top)
            left += tile[0].shape[1] + gap

    def _felt(self, t_s: float) -> tuple[str, str]:
        index = max(0, int(np.searchsorted(self._timeline.t_s, t_s + 1e-3)) - 1)
        row = self._timeline.probs[index]
        if np.isnan(row[0]):
            return TEXTS[self.language]["unseen"], UNSEEN
        label = dominant(row)
        share = round(100 * float(row[LABELS.index(label)]))
        return f"{name(label, self.language)} {share} %", COLORS[label]

    def _said(self, t_s: float) -> tuple[str, str]:
        index = bisect_right(self._starts, t_s) - 1
        line = self._lines[index] if index >= 0 else None
        if line is None or t_s > line.end_s or line.probs is None:
            return "", ""
        label = dominant(line.probs)
        colon = "：" if self.language == "zh" else ": "
        text = f"{TEXTS[self.language]['subtitle']}{colon}{name(label, self.language)}"
        return text, COLORS[label]

    def _playhead(self, image: np.ndarray, t_s: float) -> None:
        tall, width = len(self._bar), image.shape[1]
        image[-tall:] = self._bar
        at = round(min(t_s / self._duration_s, 1.0) * (width - 1))
        wide = max(1, self._thick // 2)
        top = image.shape[0] - round(1.6 * tall)
        image[max(top, 0) :, max(at - 2 * wide, 0) : at + 2 * wide + 1] = rgb("#10141d")
        image[max(top, 0) :, max(at - wide, 0) : at + wide + 1] = 255


class _Face:
    """Where one face is and what it shows at any time."""

    def __init__(self, track: FaceTrack, scale: np.ndarray) -> None:
        self.name = short(track.name)
        self._t_s = track.t_s.astype(np.float64)
        self._boxes = track.boxes * scale
        self._labels = [
            (label := dominant(row), round(100 * float(row[LABELS.index(label)]))) if read else None
            for row, read in zip(track.probs, track.readable, strict=True)
        ]

    def box(self, t_s: float) -> np.ndarray | None:
        """x, y, width, height in pixels of the frame; None where the face is not there."""
        index = self._index(t_s)
        if index < 0:
            return None
        late_s = t_s - self._t_s[index]
        after = min(index + 1, len(self._t_s) - 1)
        pause_s = self._t_s[after] - self._t_s[index]
        if 0 < pause_s <= LONGEST_PAUSE_S:
            share = min(max(late_s / pause_s, 0.0), 1.0)
            moved: np.ndarray = (1 - share) * self._boxes[index] + share * self._boxes[after]
            return moved
        return None if late_s > LINGER_S else self._boxes[index]

    def label(self, t_s: float) -> tuple[str, int] | None:
        """The emotion and its share in per cent; None where the face could not be read."""
        return self._labels[self._index(t_s)]

    def _index(self, t_s: float) -> int:
        return int(np.searchsorted(self._t_s, t_s + EARLY_S, side="right")) - 1


def _strip(analysis: Analysis, width: int, height: int) -> np.ndarray:
    """The course of the clip (height, width, 3) uint8: each column in its emotion's colour."""
    timeline = analysis.timeline
    middles_s = (np.arange(width) + 0.5) / width * analysis.clip.duration_s
    nearest = np.searchsorted(timeline.t_s, middles_s).clip(0, len(timeline.t_s) - 1)
    tones = np.array(
        [rgb(UNSEEN if np.isnan(row[0]) else COLORS[dominant(row)]) for row in timeline.probs],
        np.uint8,
    )
    strip = np.repeat(tones[nearest][None], height, axis=0)
    strip[0] = rgb("#10141d")
    return strip


def rgb(color: str) -> Color:
    """ "#c8372d" -> (200, 55, 45)"""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
