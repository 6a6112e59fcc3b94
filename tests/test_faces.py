"""Faces are found where they are, and cut out square."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from vidsent.expression import CROP_SIZE
from vidsent.faces import HaarDetector, crop

FACE = (225, 115)  # x, y of the nose of Eileen Collins in NASA's portrait (512 x 512)


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """NASA's public-domain portrait of Eileen Collins, (512, 512, 3) uint8."""
    return np.asarray(data.astronaut())


def test_the_one_face_of_a_portrait_is_found(portrait: np.ndarray) -> None:
    boxes, scores = HaarDetector().detect(portrait)
    assert len(boxes) == len(scores) == 1
    x, y, width, height = boxes[0]
    assert x < FACE[0] < x + width
    assert y < FACE[1] < y + height


def test_boxes_of_a_large_picture_are_in_its_own_pixels(portrait: np.ndarray) -> None:
    small = HaarDetector().detect(portrait).boxes[0]
    large = HaarDetector().detect(portrait.repeat(3, 0).repeat(3, 1)).boxes[0]
    assert large == pytest.approx(small * 3, rel=0.15)


@pytest.mark.parametrize("shape", [(1, 1, 3), (20, 300, 3), (240, 320, 3)])
def test_an_empty_picture_has_no_face(shape: tuple[int, int, int]) -> None:
    boxes, scores = HaarDetector().detect(np.zeros(shape, np.uint8))
    assert boxes.shape == (0, 4)
    assert scores.shape == (0,)


def test_a_crop_shows_what_is_in_the_box() -> None:
    image = np.zeros((200, 300, 3), np.uint8)
    image[50:98, 100:148] = 255
    assert crop(image, np.array([100, 50, 48, 48], np.float32)).min() == 255


@pytest.mark.parametrize("box", [(-40, -40, 80, 80), (280, 180, 90, 60), (500, 500, 40, 40)])
def test_a_box_beyond_the_edge_still_gives_a_crop(box: tuple[int, int, int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 255, (200, 300, 3), dtype=np.uint8)
    face = crop(image, np.array(box, np.float32))
    assert face.shape == (CROP_SIZE, CROP_SIZE)
    assert face.dtype == np.uint8
