"""Cut faces out upright and of one size, and say how well each can be read.

`align` is the only function that cuts a face for the expression CNN, in training and at run
time. `face_quality` gives the quality that the timeline uses as a weight.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from vidsent.faces.expression import CROP_SIZE

# Where the landmarks of a face lie in a crop, in pixels: within 3 % as in FER2013's training tiles,
# made symmetric, so that an aligned crop is framed like the faces that the CNN learns from.
TEMPLATE = np.array(
    [[32.5, 37.7], [62.5, 37.7], [47.5, 54.9], [34.5, 67.9], [60.5, 67.9]], np.float32
)
FITTED = [0, 1, 3, 4]  # eyes and mouth corners; the nose moves against them when a head turns
# FER2013's faces keep their tilt, and how a head is held says something: on FER+ validation faces
# that are found and cut, the CNN's cross-entropy is 0.528 with half of the tilt, 0.532 without and
# 0.531 with all of it (run `taught`, docs/RESULTS.md).
KEPT_TILT = 0.5  # share of a head's tilt
MOST_TILT = np.radians(8.0)  # that is kept of it: who lies down is turned nearly upright
MOST_AVERAGED = 32  # pixels along each side whose mean is one of the crop's
# What a kept crop was cut by.
FRAMING = f"averaged {MOST_AVERAGED} {TEMPLATE.tolist()} {KEPT_TILT} {MOST_TILT:.4f}"

INNER = (slice(20, 84), slice(20, 76))  # of a crop: the face without hair, collar and background
JUDGED_SIDE = 48  # pixels, side at which sharpness is judged
JUDGED = (slice(10, 42), slice(10, 38))  # `INNER` of a crop of that side

# What the CNN keeps of its accuracy on FER+ validation tiles, beyond the half that remains when
# hardly anything is left to see, when they are shrunk to so many pixels or blurred to such a
# `sharpness`. Below the first entry more than a tenth of all answers change to wrong ones.
SIZES = ((16, 0.6), (20, 0.75), (24, 0.85), (32, 0.95), (48, 1.0))
SHARPNESSES = ((0.035, 0.6), (0.055, 0.8), (0.09, 0.93), (0.136, 1.0))
SMALLEST = SIZES[0][0]  # pixels of the image under a crop's side; below, a face is not read
# A convention, not measured, as tiles say nothing of turned heads: from a half profile on, ever
# more of what the CNN reads is out of sight.
YAWS = ((0.5, 1.0), (1.3, 0.3))


class Quality(NamedTuple):
    """How well a face can be read: `value` in [0, 1], 0 when it should not be, and its causes."""

    value: float
    size: float  # pixels of the image under the crop's side
    sharpness: float  # see `sharpness`
    yaw: float  # see `yaw`


def align(image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The face with `landmarks` (5, 2) of an RGB image as (96, 96) uint8 grey, nearly upright.

    Cut by `crop_transform`; what lies outside the image repeats the edge.
    """
    matrix = crop_transform(landmarks)
    # subtle: warpAffine samples single pixels, so that large faces would alias. They are cut at
    # about the size that they have and averaged, which keeps more of what is sharp than to shrink
    # the image and sample that.
    times = int(np.clip(np.ceil(1 / np.hypot(*matrix[:, 0])), 1, MOST_AVERAGED))
    corners = np.array([[0, 0], [CROP_SIZE, 0], [0, CROP_SIZE], [CROP_SIZE, CROP_SIZE]])
    reached = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    low = np.floor(reached.min(0)).astype(int) - 2
    high = np.ceil(reached.max(0)).astype(int) + 3
    part, origin = _part(image, low, high)
    size = (times * CROP_SIZE, times * CROP_SIZE)
    face = cv2.warpAffine(
        part, crop_transform(landmarks - origin, times), size, borderMode=cv2.BORDER_REPLICATE
    )
    return cv2.resize(face, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA)


def crop_transform(landmarks: np.ndarray, enlarged: int = 1) -> np.ndarray:
    """The turn, scale and shift (2, 3) from an image to the crop of its face with `landmarks`.

    Scaled and shifted so that eyes and mouth corners come to lie as near as can be to `TEMPLATE`,
    and turned upright but for the tilt that is kept. `enlarged` is for a crop so many times as
    large.
    """
    wanted = (TEMPLATE[FITTED] + 0.5) * enlarged - 0.5  # pixels are centred on whole numbers
    upright = similarity_transform(landmarks[FITTED], wanted)
    tilt = -np.arctan2(upright[1, 0], upright[0, 0])
    kept = float(np.clip(KEPT_TILT * tilt, -MOST_TILT, MOST_TILT))
    back = np.array([[np.cos(kept), -np.sin(kept)], [np.sin(kept), np.cos(kept)]])
    middle = wanted.mean(0)
    return np.column_stack([back @ upright[:, :2], back @ (upright[:, 2] - middle) + middle])


def face_quality(face: np.ndarray, landmarks: np.ndarray) -> Quality:
    """Quality of an aligned crop (96, 96) uint8 whose landmarks (5, 2) lay so in the image."""
    matrix = similarity_transform(landmarks[FITTED], TEMPLATE[FITTED])
    size = CROP_SIZE / max(float(np.hypot(*matrix[:, 0])), 1e-6)
    sharp, turned = sharpness(face), yaw(landmarks)
    if size < SMALLEST or sharp < SHARPNESSES[0][0]:
        return Quality(0.0, size, sharp, turned)
    # A small face is a blurred one once it is enlarged, so the worse of the two counts, once.
    clear = min(_interpolated(size, SIZES), _interpolated(sharp, SHARPNESSES))
    return Quality(clear * _interpolated(turned, YAWS), size, sharp, turned)


def sharpness(face: np.ndarray) -> float:
    """Spread of the Laplacian by that of the grey levels, inside the face: 0 where it is flat.

    Judged at `JUDGED_SIDE` pixels, at which most faces of a clip are told apart from blurred ones.

    The variance of the Laplacian (Pech-Pacheco et al. 2000) made independent of light.
    """
    small = cv2.resize(face, (JUDGED_SIDE, JUDGED_SIDE), interpolation=cv2.INTER_AREA)
    grey = small.astype(np.float32)
    edges = cv2.Laplacian(grey, cv2.CV_32F)
    return float(edges[JUDGED].std() / (4 * grey[JUDGED].std() + 1.0))


def yaw(landmarks: np.ndarray) -> float:
    """How far a head is turned aside: the nose's distance from the midline of eyes and mouth by
    half the distance of the eyes; about 0 from the front, 1 when the nose hides an eye."""
    eyes, mouth = landmarks[:2], landmarks[3:]
    across = eyes[1] - eyes[0] + mouth[1] - mouth[0]
    # The eyes draw together as the head turns, the way from eyes to mouth does not.
    down = mouth.mean(0) - eyes.mean(0)
    axis = down / max(float(np.hypot(*down)), 1e-6)
    offset = landmarks[2] - (eyes.mean(0) + mouth.mean(0)) / 2
    aside = abs(float(offset[0] * axis[1] - offset[1] * axis[0]))
    return aside / max(float(np.hypot(*across)) / 4, 0.1 * float(np.hypot(*down)), 1e-6)


def _interpolated(value: float, curve: tuple[tuple[float, float], ...]) -> float:
    """`curve`, points (x, y) with x rising, read at `value`; flat beyond its ends."""
    xs, ys = zip(*curve, strict=True)
    return float(np.interp(value, xs, ys))


def similarity_transform(points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The turn, scale and shift (2, 3) that brings (N, 2) points nearest to those wanted.

    Least squares over complex numbers, which is Umeyama's (1991) solution in the plane.
    """
    middle, goal = points.mean(0), wanted.mean(0)
    p = (points - middle) @ np.array([1, 1j])
    q = (wanted - goal) @ np.array([1, 1j])
    spread = float(np.vdot(p, p).real)
    factor = np.vdot(p, q) / spread if spread > 1e-6 else np.complex128(1)  # points in one place
    linear = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([linear, goal - linear @ middle])


def _part(image: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The grey pixels of `image` from `low` to `high` (x, y) that exist, and where they begin."""
    size = np.array(image.shape[1::-1])
    low = np.clip(low, 0, size - 1)
    high = np.clip(high, low + 1, size)
    part = image[low[1] : high[1], low[0] : high[0]]
    return cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY), low
