"""One track per person, through movement, gaps and company."""

from __future__ import annotations

import numpy as np
import pytest

from vidsent.tracks import LONGEST_GAP_S, Tracker, iou


def walk(start_x: float, step_x: float, count: int) -> list[np.ndarray]:
    """Boxes of a face that moves sideways."""
    return [np.array([start_x + step_x * k, 50, 60, 60], np.float32) for k in range(count)]


def test_iou_of_known_boxes() -> None:
    unit = np.array([[0, 0, 2, 2]], np.float32)
    others = np.array([[0, 0, 2, 2], [1, 0, 2, 2], [5, 5, 1, 1]], np.float32)
    assert iou(unit, others)[0] == pytest.approx([1, 1 / 3, 0])


def test_a_moving_face_is_one_track() -> None:
    tracker = Tracker()
    for k, box in enumerate(walk(10, 8, 30)):
        tracker.update(k / 10, box[None])
    assert len(tracker.tracks) == 1
    assert len(tracker.tracks[0].times_s) == 30


def test_two_people_stay_two_whatever_their_order() -> None:
    tracker, random = Tracker(), np.random.default_rng(0)
    for k, pair in enumerate(zip(walk(10, 2, 30), walk(200, -2, 30), strict=True)):
        order = random.permutation(2)
        owners = tracker.update(k / 10, np.stack(pair)[order])
        assert [owner.id for owner in owners] == order.tolist()
    assert len(tracker.tracks) == 2


@pytest.mark.parametrize(("gap_s", "tracks"), [(LONGEST_GAP_S - 0.1, 1), (LONGEST_GAP_S + 0.1, 2)])
def test_a_gap_is_bridged_up_to_its_limit(gap_s: float, tracks: int) -> None:
    tracker, box = Tracker(), np.array([[10, 10, 50, 50]], np.float32)
    tracker.update(0.0, box)
    tracker.update(gap_s, box)
    assert len(tracker.tracks) == tracks


def test_a_picture_without_faces_changes_nothing() -> None:
    tracker = Tracker()
    assert tracker.update(0.0, np.zeros((0, 4), np.float32)) == []
    assert tracker.tracks == []
