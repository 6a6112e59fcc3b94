"""One track per person, through movement, crossings, gaps and cuts: planted walks."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given
from hypothesis import strategies as st

from vidsent.faces.appearance import LENGTH, describe
from vidsent.faces.tracking import BEGIN, LONGEST_GAP_S, SURE, Track, Tracker

RATE_HZ = 10.0
SIZE = 60.0  # pixels of a planted face
MEET_S = 2.0  # when two who cross are at the same place


def dressed(seed: int) -> np.ndarray:
    """What `looks.look` would say of somebody; two of them have nothing in common."""
    bins = np.zeros((3, LENGTH // 3), np.float32)
    bins[:, 2 * seed : 2 * seed + 2] = np.sqrt(0.5)
    return bins.reshape(-1)


class Person:
    """Walks at `speed` faces a second from `x` faces, growing by a factor a second."""

    def __init__(self, seed: int, x: float, speed: float, y: float = 3.0, growth: float = 1.0):
        self.look, self.x, self.speed, self.y, self.growth = dressed(seed), x, speed, y, growth

    def box(self, t_s: float) -> np.ndarray:
        size = SIZE * self.growth**t_s
        return np.array(
            [SIZE * (self.x + self.speed * t_s) - size / 2, SIZE * self.y - size / 2, size, size]
        )


def follow(
    tracker: Tracker,
    people: Sequence[Person],
    times_s: Sequence[float] | np.ndarray,
    hidden: Sequence[tuple[int, float, float]] = (),
    jitter: float = 0.03,
    drop: float = 0.0,
    alike: bool = False,
    seed: int = 0,
) -> list[list[Track | None]]:
    """Show `people` in random order; their owners per picture, None where one was not shown.

    `hidden` lists (person, from, to seconds); `jitter` is a share of the box's size; `drop` the
    share of boxes that the detector misses; `alike` gives all the looks of the first.
    """
    random, result = np.random.default_rng(seed), []
    for t_s in times_s:
        shown = [
            k
            for k in random.permutation(len(people))
            if not any(k == who and start <= t_s < end for who, start, end in hidden)
            and random.random() >= drop
        ]
        boxes = [people[k].box(t_s) + random.normal(0, jitter * SIZE, 4) for k in shown]
        looks = [people[0 if alike else k].look for k in shown]
        found = tracker.update(t_s, *arrays(boxes, looks))
        owners: list[Track | None] = [None] * len(people)
        for k, owner in zip(shown, found, strict=True):
            owners[k] = owner
        result.append(owners)
    return result


def arrays(
    boxes: Sequence[np.ndarray], looks: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes (N, 4), certain scores (N,) and looks (N, D)."""
    return (
        np.reshape(boxes, (-1, 4)),
        np.ones(len(boxes), np.float32),
        np.reshape(np.asarray(looks, np.float32), (-1, LENGTH)),
    )


def ids(owners: list[list[Track | None]]) -> list[set[int]]:
    """The ids that each person had."""
    return [{owner.id for owner in column if owner} for column in zip(*owners, strict=True)]


def times(end_s: float, rate_hz: float = RATE_HZ) -> np.ndarray:
    return np.arange(round(end_s * rate_hz)) / rate_hz


@pytest.mark.parametrize("speed", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("rate_hz", [2.0, 10.0, 60.0])
def test_a_walking_face_is_one_track(rate_hz: float, speed: float) -> None:
    tracker = Tracker()
    follow(tracker, [Person(0, 0, speed)], times(4, rate_hz), drop=0.2)
    assert len(tracker.tracks) == 1


@pytest.mark.parametrize("growth", [0.5, 2.0])
def test_a_face_that_comes_nearer_or_leaves_is_one_track(growth: float) -> None:
    tracker = Tracker()
    follow(tracker, [Person(0, 0, 0.5, growth=growth)], times(3), drop=0.2)
    assert len(tracker.tracks) == 1


def crossing_ids(
    speed: float, alike: bool, seed: int, hidden: Sequence[tuple[int, float, float]] = ()
) -> list[set[int]]:
    """Ids of two who meet after MEET_S, without the pictures in which one covers the other."""
    tracker, reach = Tracker(), speed * MEET_S
    people = [Person(0, 10 - reach, speed), Person(1, 10 + reach, -speed)]
    times_s = times(2 * MEET_S)
    owners = follow(tracker, people, times_s, hidden, drop=0.1, alike=alike, seed=seed)
    apart = 2 * speed * np.abs(times_s - MEET_S) > 0.5
    return ids([pair for pair, clear in zip(owners, apart, strict=True) if clear])


@pytest.mark.parametrize("alike", [False, True], ids=["by-looks", "by-motion"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("speed", [0.5, 1.5, 3.0])
def test_two_who_cross_stay_two(speed: float, seed: int, alike: bool) -> None:
    assert crossing_ids(speed, alike, seed) in ([{0}, {1}], [{1}, {0}])


@pytest.mark.parametrize("alike", [False, True], ids=["by-looks", "by-motion"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("speed", [0.75, 1.5])
def test_one_is_hidden_while_two_cross(speed: float, seed: int, alike: bool) -> None:
    half_s = 0.4 / speed
    found = crossing_ids(speed, alike, seed, [(1, MEET_S - half_s, MEET_S + half_s)])
    assert found in ([{0}, {1}], [{1}, {0}])


def test_two_who_meet_and_turn_back_are_told_apart_by_their_looks() -> None:
    tracker, left, right = Tracker(), Person(0, 0, 0), Person(1, 0, 0)
    for t_s in times(4):
        apart = SIZE * (0.3 + 1.5 * abs(t_s - 2))
        boxes = [np.array([300 + side * apart, 100, SIZE, SIZE]) for side in (-1, 1)]
        owners = tracker.update(t_s, *arrays(boxes, [left.look, right.look]))
        assert [owner and owner.id for owner in owners] == [0, 1]


def test_looks_are_not_learnt_while_another_face_is_in_them() -> None:
    """Two sit cheek to cheek for three seconds; then one is hidden and comes back alone."""
    tracker, left, right = Tracker(), Person(0, 3, 0), Person(1, 4, 0)
    for t_s in times(3):
        looks = [left.look, right.look if t_s == 0 else left.look]
        tracker.update(t_s, *arrays([left.box(0), right.box(0)], looks))
    owners = tracker.update(3.8, *arrays([right.box(0)], [right.look]))
    assert owners == [tracker.tracks[1]]
    assert len(tracker.tracks) == 2


@pytest.mark.parametrize(("gap_s", "tracks"), [(LONGEST_GAP_S - 0.2, 1), (LONGEST_GAP_S + 0.2, 2)])
def test_a_gap_is_bridged_up_to_its_limit(gap_s: float, tracks: int) -> None:
    tracker = Tracker()
    follow(tracker, [Person(0, 0, 0)], times(5), hidden=[(0, 1.0, 0.9 + gap_s)])
    assert len(tracker.tracks) == tracks


def test_who_comes_out_where_another_vanished_is_another() -> None:
    tracker = Tracker()
    people = [Person(0, 3, 0), Person(1, 3, 0)]
    owners = follow(tracker, people, times(3), hidden=[(0, 1.0, 3.0), (1, 0.0, 1.5)])
    assert ids(owners) == [{0}, {1}]


def test_at_one_picture_in_two_seconds_a_sitting_person_is_one_track() -> None:
    tracker = Tracker()
    follow(tracker, [Person(0, 3, 0), Person(1, 8, 0)], times(20, 0.5), jitter=0.1)
    assert len(tracker.tracks) == 2
    assert not any(track.is_brief for track in tracker.tracks)


def test_a_weak_box_continues_a_track_but_begins_none() -> None:
    tracker, person = Tracker(), Person(0, 3, 0)
    boxes, _, looks = arrays([person.box(0)], [person.look])
    weak, strong = np.array([BEGIN - 0.1]), np.array([BEGIN])
    assert tracker.update(0.0, boxes, weak, looks) == [None]
    (begun,) = tracker.update(0.1, boxes, strong, looks)
    assert tracker.update(0.2, boxes, weak, looks) == [begun]
    assert begun is not None and begun.times_s == [0.1, 0.2]


def test_a_strong_box_is_served_before_a_weak_one() -> None:
    tracker, person = Tracker(), Person(0, 3, 0)
    box = person.box(0)
    (track,) = tracker.update(0.0, *arrays([box], [person.look]))
    beside = box + np.array([6, 0, 0, 0])
    boxes, _, looks = arrays([box, beside], [person.look] * 2)
    assert tracker.update(0.1, boxes, np.array([0.5, 0.9]), looks) == [None, track]


def cut_between(shots: Sequence[Sequence[Person]], seconds: float = 1.0) -> list[list[int]]:
    """Ids of the people of each shot, which must be one each."""
    tracker, result = Tracker(), []
    for number, people in enumerate(shots):
        found: list[set[int]] = [set() for _ in people]
        for k, t_s in enumerate(number * seconds + times(seconds)):
            boxes = [person.box(0) for person in people]
            rows = arrays(boxes, [person.look for person in people])
            for each, owner in zip(found, tracker.update(t_s, *rows, cut=k == 0), strict=True):
                assert owner is not None
                each.add(owner.id)
        assert all(len(each) == 1 for each in found)
        result.append([each.pop() for each in found])
    return result


def test_another_person_at_the_same_place_after_a_cut_is_another() -> None:
    assert cut_between([[Person(0, 3, 0)], [Person(1, 3, 0)]]) == [[0], [1]]


def test_a_shot_that_comes_back_resumes_its_people() -> None:
    one, two, other = Person(0, 3, 0), Person(1, 8, 0), Person(2, 5, 0)
    shots = [[one, two], [other], [two, one], [other]]
    assert cut_between(shots) == [[0, 1], [2], [1, 0], [2]]


def test_the_same_looks_elsewhere_or_in_another_size_are_a_new_track() -> None:
    elsewhere, larger = Person(0, 5, 0), Person(0, 3, 0)
    larger.box = lambda t_s: np.array([120.0, 120.0, 120.0, 120.0])  # type: ignore[method-assign]
    assert cut_between([[Person(0, 3, 0)], [elsewhere]]) == [[0], [1]]
    assert cut_between([[Person(0, 3, 0)], [larger]]) == [[0], [1]]


@pytest.mark.parametrize(("cut", "tracks"), [(False, 1), (True, 2)])
def test_a_jump_within_a_shot_is_bridged_but_not_one_at_a_cut(cut: bool, tracks: int) -> None:
    tracker, here, there = Tracker(), Person(0, 3, 0), Person(0, 3.6, 0)
    follow(tracker, [here], times(1))
    tracker.update(1.0, *arrays([there.box(0)], [there.look]), cut=cut)
    assert len(tracker.tracks) == tracks


def test_who_walks_in_long_after_a_cut_is_new() -> None:
    tracker, person, other = Tracker(), Person(0, 3, 0), Person(1, 8, 0)
    tracker.update(0.0, *arrays([person.box(0)], [person.look]))
    tracker.update(0.1, *arrays([other.box(0)], [other.look]), cut=True)
    follow(tracker, [other, person], 0.2 + times(3), hidden=[(1, 0.0, 2.0)])
    assert len(tracker.tracks) == 3


@pytest.mark.parametrize(
    ("pictures", "seen", "brief"),
    [(1, 1, False), (2, 1, False), (3, 2, False), (3, 1, True), (20, 2, True), (20, 3, False)],
)
def test_brief_is_measured_against_what_could_be_seen(
    pictures: int, seen: int, brief: bool
) -> None:
    tracker, person = Tracker(), Person(0, 3, 0)
    for k in range(pictures):
        shown = [person] if k < seen else []
        tracker.update(k / 10, *arrays([each.box(0) for each in shown], [p.look for p in shown]))
    assert tracker.frames == pictures
    assert tracker.tracks[0].is_brief is brief


@pytest.mark.parametrize(("surest", "doubtful"), [(SURE - 0.01, True), (SURE, False)])
def test_who_was_never_surely_seen_is_doubtful(surest: float, doubtful: bool) -> None:
    tracker, person = Tracker(), Person(0, 3, 0)
    for k, score in enumerate([BEGIN, surest, BEGIN / 2, BEGIN / 2]):
        tracker.update(k / 10, person.box(0)[None], np.array([score]), person.look[None])
    (track,) = tracker.tracks
    assert len(track.times_s) == 4
    assert track.is_doubtful is doubtful


STEADY_SCORE = (BEGIN + SURE) / 2


@pytest.mark.parametrize(
    ("scores", "rate_hz", "doubtful"),
    [
        pytest.param([STEADY_SCORE] * 11, 10, False, id="a second in every frame"),
        pytest.param([STEADY_SCORE] * 10, 10, True, id="not quite a second"),
        pytest.param([*[STEADY_SCORE] * 6, BEGIN / 1.4] * 3, 10, True, id="weak now and then"),
        pytest.param([STEADY_SCORE, 0.0] * 15, 10, True, id="flickering"),
        pytest.param([STEADY_SCORE] * 3, 0.5, True, id="few looks, far apart"),
        pytest.param([STEADY_SCORE] * 6, 0.5, False, id="more of them"),
    ],
)
def test_who_is_found_in_every_frame_for_a_second_is_a_person(
    scores: list[float], rate_hz: float, doubtful: bool
) -> None:
    tracker, person = Tracker(), Person(0, 3, 0)
    for k, score in enumerate(scores):
        box = person.box(0)[None] + 0.01 * k
        shown = slice(0, 1 if score else 0)
        tracker.update(k / rate_hz, box[shown], np.array([score])[shown], person.look[None][shown])
    assert [track.is_doubtful for track in tracker.tracks] == [doubtful]


def test_a_still_frame_looked_at_once_is_no_second_opinion() -> None:
    tracker, person = Tracker(), Person(0, 3, 0)
    for k in range(30):
        tracker.update(k / 10, person.box(0)[None], np.array([STEADY_SCORE]), person.look[None])
    assert tracker.tracks[0].is_doubtful


def test_facts_of_a_track() -> None:
    tracker = Tracker()
    follow(tracker, [Person(0, 3, 0)], 1 + times(2), jitter=0)
    (track,) = tracker.tracks
    assert (track.first_s, track.last_s) == (1.0, 2.9)
    assert track.mean_size == pytest.approx(SIZE)


def test_a_picture_without_faces_changes_nothing() -> None:
    tracker = Tracker()
    none = np.array([], np.float32)
    assert tracker.update(0.0, none.reshape(0, 4), none, none) == []
    assert tracker.tracks == []


BOXES = st.lists(
    st.tuples(
        st.floats(-100, 2000), st.floats(-100, 1100), st.floats(1, 500), st.floats(1, 500),
        st.floats(0, 1), st.integers(0, 4),
    ),
    max_size=6,
)  # fmt: skip


@given(st.lists(st.tuples(st.floats(0, 4), st.booleans(), BOXES), max_size=12))
def test_whatever_comes_every_track_is_owned_once_and_in_order(
    pictures: list[tuple[float, bool, list[tuple[float, ...]]]],
) -> None:
    tracker, t_s, given_boxes = Tracker(), 0.0, 0
    for step_s, cut, rows in pictures:
        t_s += step_s
        boxes, _, looks = arrays(
            [np.array(r[:4]) for r in rows], [dressed(int(r[5])) for r in rows]
        )
        scores = np.array([r[4] for r in rows])
        owners = tracker.update(t_s, boxes, scores, looks, cut=cut)
        owned = [owner.id for owner in owners if owner is not None]
        given_boxes += len(owned)
        assert len(owners) == len(boxes)
        assert len(set(owned)) == len(owned)
        assert all(owner is not None for owner, s in zip(owners, scores, strict=True) if s >= BEGIN)
        for owner, box in zip(owners, boxes, strict=True):
            assert owner is None or (owner.last_s == t_s and np.array_equal(owner.boxes[-1], box))
    assert [track.id for track in tracker.tracks] == list(range(len(tracker.tracks)))
    assert sum(len(track.boxes) for track in tracker.tracks) == given_boxes
    for track in tracker.tracks:
        assert len(track.times_s) == len(track.boxes)
        assert track.times_s == sorted(track.times_s)


@pytest.mark.parametrize("seed", range(4))
def test_two_real_faces_cross_in_front_of_a_picture(seed: int) -> None:
    """NASA's portrait passes before a photographer in grey, over coffee, in changing light."""
    random, tracker = np.random.default_rng(seed), Tracker()
    background = cv2.resize(skimage.data.coffee(), (640, 360), interpolation=cv2.INTER_AREA)
    behind, before = _cut_out(skimage.data.camera(), 150, 40, 240), _portrait()
    found: list[set[int]] = [set(), set()]
    for k in range(40):
        image, shift = background.copy(), 9 * k
        corners = np.array([[420 - shift, 100], [60 + shift, 90]])  # of what is pasted
        for piece, (x, y) in zip((behind, before), corners, strict=True):
            part = image[y : y + 160, max(x, 0) : x + 120]
            part[:] = piece[: len(part), max(-x, 0) : max(-x, 0) + part.shape[1]]
        image = np.clip(image * random.uniform(0.85, 1.15), 0, 255).astype(np.uint8)
        boxes = [np.array([x + 35, y + 30, 50, 60]) + random.normal(0, 2, 4) for x, y in corners]
        # the one behind is not detected while the other covers most of the face
        shown = [1] if abs(boxes[0][0] - boxes[1][0]) < 35 else [0, 1]
        looks = [describe(image, boxes[who]) for who in shown]
        owners = tracker.update(k / RATE_HZ, *arrays([boxes[who] for who in shown], looks))
        for who, owner in zip(shown, owners, strict=True):
            assert owner is not None
            found[who].add(owner.id)
    assert found == [{0}, {1}]


def _cut_out(image: np.ndarray, x: int, y: int, width: int) -> np.ndarray:
    """A piece 3:4 of a picture as (160, 120, 3) uint8 RGB."""
    piece = image[y : y + width * 4 // 3, x : x + width]
    if piece.ndim == 2:
        piece = np.repeat(piece[..., None], 3, axis=2)
    return np.asarray(cv2.resize(piece, (120, 160), interpolation=cv2.INTER_AREA))


def _portrait() -> np.ndarray:
    return _cut_out(skimage.data.astronaut(), 130, 20, 200)
