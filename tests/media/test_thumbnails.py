"""The strip of thumbnails is bounded and gives the nearest picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vidsent.media.thumbnails import WIDTH, ThumbnailStrip, jpeg


def decoded(content: bytes) -> np.ndarray:
    """A JPEG as (H, W, 3) uint8."""
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def level(content: bytes) -> float:
    """Mean grey of a JPEG."""
    return float(decoded(content).mean())


def filled(count: int, capacity: int) -> ThumbnailStrip:
    """A strip of pictures ten times a second whose grey level is their time in tenths."""
    strip = ThumbnailStrip(capacity)
    for k in range(count):
        strip.add(k / 10, np.full((90, 160, 3), k, np.uint8))
    return strip


def test_the_nearest_picture_is_given() -> None:
    strip = filled(100, capacity=1000)
    for t_s in (0.0, 3.3, 3.34, 9.9, 99.0):
        assert level(strip.at(t_s)) == pytest.approx(min(round(t_s * 10), 99), abs=1)


@pytest.mark.parametrize("count", [50, 51, 130, 250])
def test_the_strip_stays_within_its_capacity_and_spans_the_clip(count: int) -> None:
    strip = filled(count, capacity=50)
    assert len(strip) <= 50
    for k in range(0, count, 7):
        assert level(strip.at(k / 10)) == pytest.approx(k, abs=count / 25 + 1)


def test_an_empty_strip_gives_no_picture() -> None:
    assert ThumbnailStrip().at(1.0) == b""


def test_a_wide_picture_is_made_narrow_and_keeps_its_shape() -> None:
    picture = decoded(jpeg(np.zeros((720, 1280, 3), np.uint8)))
    assert picture.shape == (WIDTH * 720 // 1280, WIDTH, 3)
