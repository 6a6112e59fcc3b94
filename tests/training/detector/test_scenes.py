"""Scenes keep what they promise: labels stay on the faces whatever is done to the image."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.photos import GREY, MIDDLE, empty, extent, photo
from vidsent.faces.detector_network import LANDMARKS
from vidsent.training.data import face_photos
from vidsent.training.data.face_photos import background_crop, crop_face
from vidsent.training.detector import scenes
from vidsent.training.detector.scenes import Scenes, moved, place

SIDE = 192  # pixels of a canvas
seeds = st.integers(0, 100_000)


@given(seeds)
def test_a_placed_face_is_where_its_box_says(seed: int) -> None:
    canvas = np.full((SIDE, SIDE, 3), GREY, np.uint8)
    scene = place(photo(), canvas, np.random.default_rng(seed))
    assert len(scene.boxes) == 1
    assert scene.boxes.min() >= 0 and scene.boxes.max() <= SIDE
    # a pixel of an image that was enlarged three times
    assert extent(scene.image) == pytest.approx(scene.boxes[0], abs=3.5)


@given(seeds)
def test_landmarks_lie_on_the_face_with_the_right_eye_on_its_right(seed: int) -> None:
    scene = place(photo(), np.full((SIDE, SIDE, 3), GREY, np.uint8), np.random.default_rng(seed))
    right_eye, left_eye, nose, right_mouth, left_mouth = scene.landmarks[0]
    # Seen from the front the left eye, the nose and the right eye go round clockwise; a mirror
    # that did not swap the names would turn them the other way.
    across, down = left_eye - right_eye, nose - (left_eye + right_eye) / 2
    assert across[0] * down[1] - across[1] * down[0] > 0
    mouth = left_mouth - right_mouth
    assert across @ mouth > 0
    for x, y in scene.landmarks[0]:
        if 2 <= x < SIDE - 2 and 2 <= y < SIDE - 2:
            assert scene.image[int(y), int(x)].min() > MIDDLE


@given(
    st.floats(-180, 180), st.floats(0.3, 3), st.tuples(st.floats(5, 50), st.floats(5, 50)), seeds
)
def test_a_turned_box_encloses_the_turned_ellipse(
    angle: float, scale: float, sides: tuple[float, float], seed: int
) -> None:
    corner = np.random.default_rng(seed).uniform(-20, 90, 2)
    matrix = cv2.getRotationMatrix2D((31.0, 17.0), angle, scale)
    around = np.linspace(0, 2 * np.pi, 2000)
    points = corner + np.array(sides) * (1 + np.stack([np.cos(around), np.sin(around)], 1)) / 2
    turned = points @ matrix[:, :2].T + matrix[:, 2]
    box = np.array([[*corner, *sides]])
    boxes, landmarks = moved(box, points[None, :LANDMARKS], matrix)
    assert boxes[0] == pytest.approx(np.concatenate([turned.min(0), turned.max(0)]), abs=1e-2)
    assert landmarks[0] == pytest.approx(turned[:LANDMARKS], abs=1e-2)


def test_a_quarter_turn_swaps_the_sides() -> None:
    matrix = cv2.getRotationMatrix2D((0.0, 0.0), 90, 1)  # counter-clockwise: (x, y) to (y, -x)
    boxes, _ = moved(np.array([[10, 20, 4, 6]]), np.zeros((1, LANDMARKS, 2)), matrix)
    assert boxes[0] == pytest.approx([20, -14, 26, -10], abs=1e-5)


def test_unknown_landmarks_stay_unknown() -> None:
    source = photo()
    source.landmarks[:] = np.nan
    canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
    assert np.isnan(place(source, canvas, np.random.default_rng(0)).landmarks).all()


@given(seeds, st.floats(20, 150))
def test_a_cut_face_has_its_box_and_landmarks_with_it(seed: int, longer: float) -> None:
    source = photo()
    patch, box, points = crop_face(source, 0, longer, np.random.default_rng(seed))
    assert max(box[2:] - box[:2]) == pytest.approx(longer, abs=2)
    inside = np.clip(box, 0, [*patch.shape[1::-1], *patch.shape[1::-1]])
    coarse = 2 + max(patch.shape) / 24  # some patches are made as coarse as this
    assert extent(patch) == pytest.approx(inside, abs=coarse)
    assert (points > box[:2]).all() and (points < box[2:]).all()


@given(seeds)
def test_a_scene_is_sound_and_a_seed_repeats_it(seed: int) -> None:
    source = Scenes([photo(), photo(300, 200, (20, 10, 9, 12)), empty(), empty(90)])
    scene = source.draw(SIDE, np.random.default_rng(seed))
    count = len(scene.boxes)
    assert scene.image.shape == (SIDE, SIDE, 3)
    assert scene.image.dtype == np.uint8
    assert scene.boxes.shape == (count, 4)
    assert scene.landmarks.shape == (count, LANDMARKS, 2)
    assert scene.counted.shape == (count,)
    assert scene.counted.dtype == bool
    assert np.isfinite(scene.boxes).all()
    sides = scene.boxes[:, 2:] - scene.boxes[:, :2]
    assert (sides > 0).all()
    assert (sides[scene.counted].max(1, initial=0) >= scenes.SMALLEST - 1e-3).all()
    again = source.draw(SIDE, np.random.default_rng(seed))
    assert np.array_equal(scene.image, again.image)
    assert np.array_equal(scene.boxes, again.boxes)


def test_every_kind_of_scene_turns_up() -> None:
    source, rng = Scenes([photo(), empty()]), np.random.default_rng(0)
    counts = [len(source.draw(SIDE, rng).boxes) for _ in range(60)]
    assert min(counts) == 0
    assert 1 in counts
    assert max(counts) >= 3


def test_drawing_leaves_the_photographs_alone() -> None:
    sources = [photo(), empty()]
    before = [(each.image.copy(), each.boxes.copy(), each.landmarks.copy()) for each in sources]
    drawn, rng = Scenes(sources), np.random.default_rng(0)
    for _ in range(30):
        drawn.draw(SIDE, rng)
    for each, (image, boxes, landmarks) in zip(sources, before, strict=True):
        assert np.array_equal(each.image, image)
        assert np.array_equal(each.boxes, boxes)
        assert np.array_equal(each.landmarks, landmarks)


@given(seeds)
def test_a_face_mostly_outside_or_tiny_is_not_taught(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corner, side = rng.uniform(-60, SIDE, 2), rng.uniform(4, 60)
    image = np.zeros((SIDE, SIDE, 3), np.uint8)
    whole = np.concatenate([corner, corner + side])[None].astype(np.float32)
    scene = scenes._scene(image, whole, np.zeros((1, LANDMARKS, 2), np.float32))
    inside = np.clip(whole[0], 0, SIDE)
    share = np.prod(inside[2:] - inside[:2]) / side**2
    if share < scenes.MIN_VISIBLE or side < scenes.SMALLEST:
        assert not scene.counted.any()
    if share > 0.999 and side > scenes.SMALLEST:
        assert scene.counted.all() and len(scene.counted) == 1


@given(seeds)
def test_what_is_left_of_a_photograph_shows_no_face(seed: int) -> None:
    source = photo(300, 240)
    rest = background_crop(source, np.random.default_rng(seed))
    assert rest is not None
    height, width = rest.image.shape[:2]
    assert height == width >= face_photos.MIN_BACKGROUND
    assert rest.image.max() == GREY
    assert not len(rest.boxes) and not len(rest.landmarks)


def test_a_photograph_full_of_face_leaves_nothing() -> None:
    assert background_crop(photo(200, 240, (20, 10, 160, 220)), np.random.default_rng(0)) is None
