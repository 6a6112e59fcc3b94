"""Faces are found where they are, turned, small or large, and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from skimage import data

from vidsent.faces.detection import (
    SIDE,
    SMALLEST_SIDE,
    FaceDetector,
    as_input,
    search_side,
    shipped,
)
from vidsent.faces.detector_network import MULTIPLE

NOSE = np.array([222, 131])  # x, y in NASA's portrait of Eileen Collins (512 x 512), by eye
EYES = np.array([[199, 108], [243, 106]])  # her right one, her left one


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """NASA's public-domain portrait of Eileen Collins, (512, 512, 3) uint8."""
    return np.asarray(data.astronaut())


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector.shared()


def test_the_one_face_of_a_portrait_is_found(detector: FaceDetector, portrait: np.ndarray) -> None:
    found = detector.detect(portrait)
    assert found.boxes.shape == (1, 4)
    assert found.scores.shape == (1,)
    x, y, width, height = found.boxes[0]
    assert x < NOSE[0] < x + width
    assert y < NOSE[1] < y + height
    np.testing.assert_allclose(found.landmarks[0, :2], EYES, atol=6)
    np.testing.assert_allclose(found.landmarks[0, 2], NOSE, atol=8)


@pytest.mark.parametrize("shape", [(1, 640, 640), (1, 192, 320), (3, 128, 128)])
def test_the_traced_network_answers_like_the_network_at_every_size(
    detector: FaceDetector, portrait: np.ndarray, shape: tuple[int, int, int]
) -> None:
    count, height, width = shape
    pictures = [np.roll(cv2.resize(portrait, (width, height)), 9 * n, 1) for n in range(count)]
    network = shipped().fuse().to(memory_format=torch.channels_last)
    if detector._type == torch.bfloat16:
        network.to_bfloat16()
    crops = as_input(pictures, detector._type)
    with torch.inference_mode():
        torch.testing.assert_close(detector._network(crops), network(crops), rtol=0, atol=1e-5)


@pytest.mark.parametrize("degrees", [-60, -30, 30, 60])
def test_a_tilted_face_is_found(
    detector: FaceDetector, portrait: np.ndarray, degrees: float
) -> None:
    matrix = cv2.getRotationMatrix2D((222.0, 131.0), degrees, 1)
    found = detector.detect(cv2.warpAffine(portrait, matrix, (512, 512)))
    x, y, width, height = found.boxes[0]
    assert x < NOSE[0] < x + width
    assert y < NOSE[1] < y + height
    if abs(degrees) <= 30:  # a third of the eyes' distance; a larger tilt is underrated
        eyes = EYES @ matrix[:, :2].T + matrix[:, 2]
        np.testing.assert_allclose(found.landmarks[0, :2], eyes, atol=15)


@pytest.mark.parametrize("scale", [0.3, 0.6, 3.0])
def test_boxes_are_in_pixels_of_the_picture(
    detector: FaceDetector, portrait: np.ndarray, scale: float
) -> None:
    wanted = detector.detect(portrait).boxes[0]
    resized = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert detector.detect(resized).boxes[0] == pytest.approx(wanted * scale, rel=0.15, abs=4)


def test_a_mirrored_face_keeps_its_own_right_eye(
    detector: FaceDetector, portrait: np.ndarray
) -> None:
    found = detector.detect(np.ascontiguousarray(portrait[:, ::-1]))
    assert found.landmarks[0, 0, 0] < found.landmarks[0, 1, 0]


def test_two_people_are_two(detector: FaceDetector, portrait: np.ndarray) -> None:
    both = np.hstack([portrait, portrait[:, ::-1]])
    found = detector.detect(both)
    assert len(found.boxes) == 2
    assert (np.diff(found.scores) <= 0).all()


def test_a_crowd_is_found_whole(detector: FaceDetector, portrait: np.ndarray) -> None:
    face = cv2.resize(portrait[30:230, 120:320], (64, 64), interpolation=cv2.INTER_AREA)
    crowd = np.full((640, 640, 3), 128, np.uint8)
    for row in range(8):
        for column in range(8):
            crowd[80 * row + 8 : 80 * row + 72, 80 * column + 8 : 80 * column + 72] = face
    assert len(detector.detect(crowd, threshold=0.4).boxes) == 64


@pytest.mark.parametrize("shape", [(1, 1, 3), (20, 300, 3), (240, 320, 3), (700, 30, 3)])
def test_an_empty_picture_has_no_face(detector: FaceDetector, shape: tuple[int, int, int]) -> None:
    found = detector.detect(np.zeros(shape, np.uint8))
    assert found.boxes.shape == (0, 4)
    assert found.landmarks.shape == (0, 5, 2)


def test_a_narrow_picture_has_one_answer_whatever_lay_in_memory(detector: FaceDetector) -> None:
    strip = np.random.default_rng(0).integers(0, 255, (700, 30, 3), dtype=np.uint8)

    def answer() -> np.ndarray:
        left = [torch.full((1 << k,), 3e4, dtype=torch.bfloat16) for k in range(8, 21)]
        del left  # what is freed is what the next tensors lie in
        return detector.detect(strip, threshold=0.0).scores

    first = answer()
    assert all(np.array_equal(answer(), first) for _ in range(5))


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea", "brick", "grass", "text"])
def test_things_and_animals_are_no_faces(detector: FaceDetector, name: str) -> None:
    image = np.asarray(getattr(data, name)())
    if image.ndim == 2:
        image = np.repeat(image[..., None], 3, axis=2)
    assert len(detector.detect(np.ascontiguousarray(image)).boxes) == 0


def test_a_small_picture_is_not_searched_at_great_cost() -> None:
    sides = [search_side(longest) for longest in (16, 176, 320, 640, 960)]
    assert sides == sorted(sides)
    assert sides[0] == SMALLEST_SIDE
    assert sides[-1] == SIDE
    assert all(side % MULTIPLE == 0 for side in sides)
