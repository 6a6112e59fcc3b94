"""Harder scenes from labelled photographs: what a film does to a face and an album does not.

Each scene is a square canvas: one photograph turned, scaled and shifted; four in a mosaic; or
faces cut out and pasted over an image without any. Then light, colour, blur, noise, compression
and hands before faces. Everything is drawn from one generator, so a seed repeats a scene.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from vidsent.faces.detection import FaceDetector
from vidsent.faces.detector_network import LANDMARKS
from vidsent.training.data.face_photos import Photo, background_crop, crop_face, random_square
from vidsent.training.detector.augmentation import (
    degrade,
    draw_word,
    occlude,
    paste,
    paste_distractors,
    rings,
    scramble,
)
from vidsent.training.detector.pseudo_labels import hard_negatives

SMALLEST = 13  # pixels, longer side; a smaller face is neither learned nor punished
MIN_VISIBLE = 0.45  # share of a box inside the canvas below which the face is ignored
MIRRORED = (1, 0, 2, 4, 3)  # landmarks of a mirrored face: right and left change places
FACE_SIDES = (12.0, 0.9)  # pixels, share of the canvas: between them the main face's longer side
PLAIN = 0.2  # share of images that lie on one colour; the others lie on an image without faces
MOSAIC, PASTED, EMPTY = 0.2, 0.2, 0.18  # shares of scenes; the rest are single photographs
DISTRACTED = 0.45  # share of scenes with one to four things that only look like a face
TURNED = 0.25  # share of images turned by anything up to TURN; the rest lean by LEAN
TURN, LEAN = 75.0, 10.0  # degrees; uniform bound, standard deviation


class Scene(NamedTuple):
    """A canvas (S, S, 3) uint8 RGB, its boxes (N, 4) as left, top, right, bottom, landmarks
    (N, 5, 2) or NaN, and counted (N,) bool: false where a detector may answer as it likes."""

    image: np.ndarray
    boxes: np.ndarray
    landmarks: np.ndarray
    counted: np.ndarray


class Scenes:
    """Draws scenes from photographs, some of them without a face."""

    def __init__(self, photos: list[Photo], detector: FaceDetector | None = None) -> None:
        """`detector`, where there is one, says which images are taken for faces."""
        self._faces = [photo for photo in photos if len(photo.boxes)]
        rng = np.random.default_rng(0)
        rests = [background_crop(photo, rng) for photo in self._faces]
        self._empty = [photo for photo in photos if not len(photo.boxes)]
        self._empty += [rest for rest in rests if rest is not None]
        self._hard = (hard_negatives(self._empty, detector) if detector else []) or self._empty
        self._cropped = [photo for photo in self._faces if np.isfinite(photo.landmarks).any()]

    def draw(self, side: int, rng: np.random.Generator) -> Scene:
        """One scene on a canvas of `side` by `side` pixels."""
        kind = rng.random()
        if kind < MOSAIC:
            scene = self._mosaic(side, rng)
        elif kind < MOSAIC + PASTED:
            scene = self._pasted(side, rng)
        elif kind < MOSAIC + PASTED + EMPTY:
            scene = self._single(self._hard, side, rng)
        else:
            scene = self._single(self._faces, side, rng)
        if rng.random() < DISTRACTED:
            distractors = [rings(_face_side(side, rng), rng) for _ in range(rng.integers(0, 3))]
            distractors += [
                scramble(self._patch(side, rng)[0], rng) for _ in range(rng.integers(1, 5))
            ]
            taken = paste_distractors(scene.image, distractors, scene.boxes, rng)
            for _ in range(rng.integers(0, 4)):
                draw_word(scene.image, taken, rng)
        occlude(scene.image, scene.boxes, rng)
        image, finest = degrade(scene.image, rng)
        sides = (scene.boxes[:, 2:] - scene.boxes[:, :2]).max(1, initial=0)
        return scene._replace(image=image, counted=scene.counted & (sides >= finest))

    def _patch(
        self, side: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A face of any size cut out: patch, box and landmarks, as `crop_face` gives them."""
        photo = _pick(self._cropped, rng)
        face = _pick(np.flatnonzero(np.isfinite(photo.landmarks[:, 0, 0])), rng)
        return crop_face(photo, int(face), _face_side(side, rng), rng)

    def _single(self, photos: list[Photo], side: int, rng: np.random.Generator) -> Scene:
        if rng.random() < PLAIN:
            canvas = np.empty((side, side, 3), np.uint8)
            canvas[:] = rng.integers(0, 256, 3)
        else:
            canvas = random_square(_pick(self._empty, rng).image, side, rng)
        return place(_pick(photos, rng), canvas, rng)

    def _mosaic(self, side: int, rng: np.random.Generator) -> Scene:
        half = side // 2
        image, parts = np.zeros((side, side, 3), np.uint8), []
        for x, y in ((0, 0), (half, 0), (0, half), (half, half)):
            photos = self._faces if rng.random() < 0.8 else self._empty
            part = self._single(photos, half, rng)
            image[y : y + half, x : x + half] = part.image
            offset = np.array([x, y, x, y], np.float32)
            parts.append((part.boxes + offset, part.landmarks + offset[:2], part.counted))
        return Scene(image, *map(np.concatenate, zip(*parts, strict=True)))

    def _pasted(self, side: int, rng: np.random.Generator) -> Scene:
        """Faces cut out more or less tightly, over an image without any, in free places."""
        image, boxes, landmarks = random_square(_pick(self._empty, rng).image, side, rng), [], []
        used = np.zeros((0, 4), np.float32)
        for _ in range(rng.integers(1, 5)):
            patch, box, points = self._patch(side, rng)
            spot = paste(image, patch, used, rng)
            if spot is not None:
                used = np.vstack([used, spot])
                boxes.append(box + spot[[0, 1, 0, 1]])
                landmarks.append(points + spot[:2])
        return Scene(
            image,
            np.array(boxes, np.float32).reshape(-1, 4),
            np.array(landmarks, np.float32).reshape(-1, LANDMARKS, 2),
            np.array([max(b[2:] - b[:2]) >= SMALLEST for b in boxes], bool),
        )


def place(photo: Photo, canvas: np.ndarray, rng: np.random.Generator) -> Scene:
    """`photo` mirrored, turned, scaled and shifted onto `canvas`, so that one face is in it."""
    side = len(canvas)
    image, boxes, landmarks = photo.image, photo.boxes, photo.landmarks
    height, width = image.shape[:2]
    if rng.random() < 0.5:
        image, boxes, landmarks = _mirror(image, boxes, landmarks)
    angle = rng.uniform(-TURN, TURN) if rng.random() < TURNED else rng.normal(0, LEAN)
    if len(boxes):
        face = boxes[rng.integers(len(boxes))]
        centre, scale = face[:2] + face[2:] / 2, _face_side(side, rng) / face[2:].max()
        # Enlarging a blurred face of ten pixels to a portrait teaches nothing.
        scale = min(scale, 3.0)
    else:
        centre = rng.uniform(0.3, 0.7, 2) * [width, height]
        scale = side / max(height, width) * 2 ** rng.uniform(-0.5, 1.5)
    target = rng.uniform(0.25, 0.75, 2) * side
    if scale < 0.5:  # subtle: warpAffine takes single pixels and would alias
        shrink = max(2 * scale, 2 / min(height, width))
        image = cv2.resize(image, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        boxes, landmarks, centre = boxes * shrink, landmarks * shrink, centre * shrink
        scale /= shrink
    matrix = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), float(angle), scale)
    matrix[:, 2] += target - centre
    canvas = cv2.warpAffine(
        image, matrix, (side, side), dst=canvas, borderMode=cv2.BORDER_TRANSPARENT
    )
    return _scene(canvas, *moved(boxes, landmarks, matrix))


def _scene(image: np.ndarray, boxes: np.ndarray, landmarks: np.ndarray) -> Scene:
    """Boxes cut at the canvas; those that lie mostly outside or are tiny are not counted."""
    side = len(image)
    inside = np.clip(boxes, 0, side)
    sides = inside[:, 2:] - inside[:, :2]
    share = sides.prod(1) / np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(1), 1e-6)
    kept = (sides > 1).all(1)
    counted = (share >= MIN_VISIBLE) & (sides.max(1, initial=0) >= SMALLEST)
    return Scene(image, inside[kept], landmarks[kept], counted[kept])


def moved(
    boxes: np.ndarray, landmarks: np.ndarray, matrix: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (x, y, width, height) and landmarks under an affine matrix; boxes as corners.

    A turned face is taken for an ellipse, and its box drawn around that.
    """
    linear = matrix[:, :2]
    centres = (boxes[:, :2] + boxes[:, 2:] / 2) @ linear.T + matrix[:, 2]
    half = np.sqrt((boxes[:, None, 2:] / 2 * linear[None]) ** 2 @ np.ones(2))
    moved = np.concatenate([centres - half, centres + half], axis=1).astype(np.float32)
    return moved, (landmarks @ linear.T + matrix[:, 2]).astype(np.float32)


def _mirror(
    image: np.ndarray, boxes: np.ndarray, landmarks: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    width = image.shape[1]
    boxes, landmarks = boxes.copy(), landmarks[:, MIRRORED].copy()
    boxes[:, 0] = width - boxes[:, 0] - boxes[:, 2]
    landmarks[..., 0] = width - 1 - landmarks[..., 0]
    return np.ascontiguousarray(image[:, ::-1]), boxes, landmarks


def _face_side(side: int, rng: np.random.Generator) -> float:
    """Longer side of a face in pixels, uniform on a logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(FACE_SIDES[0]), np.log(FACE_SIDES[1] * side))))


def _pick(options, rng: np.random.Generator):  # type: ignore[no-untyped-def]
    return options[rng.integers(len(options))]
