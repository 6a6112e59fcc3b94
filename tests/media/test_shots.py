"""Cuts are found at once; pans, passers-by and changing light are none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

from vidsent.media import video
from vidsent.media.shots import CutDetector

RATE_HZ = 10.0


def cuts(pictures: Iterable[np.ndarray]) -> list[int]:
    """Numbers of the pictures that begin a shot."""
    finder = CutDetector()
    return [k for k, image in enumerate(pictures) if finder.is_cut(image, k / RATE_HZ)]


def view(name: str, x: int = 0, width: int = 320) -> np.ndarray:
    """A window (180, width, 3) uint8 of a picture of scikit-image, `x` pixels from its left."""
    image = np.asarray(getattr(skimage.data, name)())
    height = max(180, round(700 * image.shape[0] / image.shape[1]))
    return cv2.resize(image, (700, height), interpolation=cv2.INTER_AREA)[:180, x : x + width]


def grey(image: np.ndarray) -> np.ndarray:
    return np.repeat(image.mean(2, keepdims=True), 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize(
    ("colour", "light"), [(True, 1.0), (True, 0.5), (False, 1.0)], ids=["day", "dark", "grey"]
)
def test_each_cut_is_found_at_its_first_picture(colour: bool, light: float) -> None:
    shots = [view("astronaut"), view("coffee"), view("chelsea"), view("astronaut")]
    if not colour:
        shots = [grey(shot) for shot in shots]
    pictures = [(shot * light).astype(np.uint8) for shot in shots for _ in range(4)]
    assert cuts(pictures) == [4, 8, 12]


@pytest.mark.parametrize("pictures", [1, 3])
def test_a_flash_begins_no_shot(pictures: int) -> None:
    """People are looked for anew in its light, but what comes after it is the same shot."""
    dark = (view("astronaut") * 0.3).astype(np.uint8)
    lit = np.minimum(view("astronaut").astype(int) + 120, 255).astype(np.uint8)
    finder = CutDetector()
    found = [
        finder.is_cut(image, k / RATE_HZ)
        for k, image in enumerate([dark] * 4 + [lit] * pictures + [dark] * 4 + [view("coffee")] * 2)
    ]
    assert found[4] and found[4 + pictures]
    assert finder.cuts_s == [(8 + pictures) / RATE_HZ]


def test_a_shot_that_lasts_is_one_though_the_old_one_comes_back() -> None:
    finder = CutDetector()
    pictures = [view("astronaut")] * 4 + [view("coffee")] * 8 + [view("astronaut")] * 4
    for k, image in enumerate(pictures):
        finder.is_cut(image, k / RATE_HZ)
    assert finder.cuts_s == [0.4, 1.2]


def test_shots_of_one_picture_each_are_all_found() -> None:
    assert cuts([view(name) for name in ("astronaut", "coffee", "chelsea") * 3]) == [*range(1, 9)]


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "rocket"])
@pytest.mark.parametrize("speed", [0, 16, 32])
def test_a_pan_is_no_cut(name: str, speed: int) -> None:
    assert cuts([view(name, speed * k) for k in range(10)]) == []


def test_a_face_that_moves_by_its_width_is_no_cut() -> None:
    pictures = []
    for k in range(8):
        picture = view("coffee").copy()
        left = 90 * (k % 3)
        picture[50:140, left : left + 90] = cv2.resize(
            skimage.data.astronaut()[:200, 150:300], (90, 90)
        )
        pictures.append(picture)
    assert cuts(pictures) == []


def test_light_that_rises_slowly_is_no_cut() -> None:
    assert (
        cuts([(view("astronaut") * share).astype(np.uint8) for share in np.linspace(0.3, 1)]) == []
    )


def test_pictures_may_change_in_size() -> None:
    image = view("coffee")
    sizes = [(320, 180), (640, 360), (90, 160), (1, 1)]
    assert cuts([cv2.resize(image, size) for size in sizes][:2]) == []
    assert 0 not in cuts([cv2.resize(image, size) for size in sizes])


CLIPS = {  # cuts in seconds, as seen by eye; at the last, shorter than a picture, nothing is asked
    "bbaf2n.mpg": [],
    "brbk7n.mpg": [],
    "carphone_pristine.mp4": [],
    "face_noface.mov": [2.4, 2.43],
    "head-pose-face-detection-female-and-male.gif": [],
    "head-pose-face-detection-male.gif": [],
    "noface_face.mov": [3.945, 6.345],
    "single_face.mp4": [],
    "yes.mkv": [],
}


@pytest.mark.parametrize("name", CLIPS)
def test_the_cuts_of_clips(shared: Path, name: str) -> None:
    finder, found, times_s = CutDetector(), [], []
    for frame in video.frames(shared / "clips" / "faces" / name, RATE_HZ):
        times_s.append(frame.t_s)
        if finder.is_cut(frame.image, frame.t_s):
            found.append(frame.t_s)
    first = [[t for t in times_s if t >= cut_s][:1] for cut_s in CLIPS[name]]
    assert found == pytest.approx(sorted({t for each in first for t in each}), abs=1e-3)
