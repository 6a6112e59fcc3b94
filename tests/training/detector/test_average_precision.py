"""Matching and average precision against hand-computed cases, brute force and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from vidsent.faces.boxes import iou
from vidsent.training.detector.average_precision import (
    Matched,
    Ranked,
    average_precision,
    found_at,
    match,
)

ALL = np.ones(9, bool)


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def random_case(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Answers, scores with ties, truth and judged of a crowded image."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform([0, 0, 20, 20], [60, 60, 80, 80], (rng.integers(0, 6), 4))
    near = truth[rng.integers(0, len(truth), 8)] if len(truth) else np.zeros((0, 4))
    near = near + rng.normal(0, 6, near.shape)
    answers = np.concatenate([near, rng.uniform(10, 70, (4, 4))])
    scores = rng.integers(1, 7, len(answers)) / 7
    return answers, scores, truth, rng.random(len(truth)) < 0.7


def test_the_better_answer_takes_the_face_and_the_second_is_false() -> None:
    truth = boxes((0, 0, 10, 10))
    found = match(boxes((1, 0, 10, 10), (0, 0, 10, 10)), np.array([0.6, 0.9]), truth, ALL[:1], 0.5)
    assert found.scores.tolist() == [0.9, 0.6]
    assert found.hit.tolist() == [True, False]
    assert found.best.tolist() == [0.9]


def test_two_answers_between_two_faces_find_both() -> None:
    truth = boxes((0, 0, 10, 10), (4, 0, 10, 10))
    answers = boxes((1, 0, 10, 10), (2, 0, 10, 10))  # both prefer or may take the first
    found = match(answers, np.array([0.9, 0.8]), truth, ALL[:2], 0.35)
    assert found.hit.tolist() == [True, True]
    assert np.sort(found.best).tolist() == [0.8, 0.9]


def test_answers_on_a_face_that_does_not_count_are_neither_right_nor_wrong() -> None:
    truth, judged = boxes((0, 0, 10, 10), (50, 0, 10, 10)), np.array([False, True])
    answers = boxes((0, 0, 10, 10), (1, 0, 10, 10), (80, 0, 10, 10))
    found = match(answers, np.array([0.9, 0.8, 0.7]), truth, judged, 0.5)
    assert found.scores.tolist() == [0.7]
    assert found.hit.tolist() == [False]
    assert np.isneginf(found.best).tolist() == [True]


def test_a_face_that_counts_is_found_before_one_that_does_not() -> None:
    truth, judged = boxes((0, 0, 10, 10), (2, 0, 10, 10)), np.array([False, True])
    found = match(boxes((0, 0, 10, 10)), np.array([0.9]), truth, judged, 0.5)
    assert found.hit.tolist() == [True]
    assert found.best.tolist() == [0.9]


def test_scores_below_zero_find_faces_too() -> None:
    found = match(boxes((0, 0, 9, 9)), np.array([-2.0]), boxes((0, 0, 9, 9)), ALL[:1], 0.5)
    assert found_at(found, -2.5).tolist() == [True]
    assert found_at(found, -1.5).tolist() == [False]


@given(st.integers(0, 10_000))
def test_matching_keeps_its_promises(seed: int) -> None:
    answers, scores, truth, judged = random_case(seed)
    found = match(answers, scores, truth, judged, 0.35)
    overlap = iou(answers, truth) if len(truth) else np.zeros((len(answers), 0))
    assert (np.diff(found.scores) <= 0).all()
    assert found.hit.sum() == np.isfinite(found.best).sum() <= judged.sum()
    assert (
        np.sort(found.scores[found.hit]).tolist()
        == np.sort(found.best[np.isfinite(found.best)]).tolist()
    )
    reach = (overlap >= 0.35).any(1)
    assert len(found.scores) >= (~reach).sum()  # what meets no face at all always counts
    # no face that counts is left over while an answer that could only have been for it is false
    for face in np.flatnonzero(judged)[np.isneginf(found.best)]:
        assert not ((overlap[:, face] >= 0.35) & ((overlap >= 0.35).sum(1) == 1)).any()


@given(st.integers(0, 10_000), st.sampled_from([0.35, 0.5]))
def test_a_higher_threshold_is_the_same_as_fewer_answers(seed: int, least: float) -> None:
    answers, scores, truth, judged = random_case(seed)
    whole = match(answers, scores, truth, judged, least)
    strong = scores >= 0.5
    part = match(answers[strong], scores[strong], truth, judged, least)
    assert found_at(whole, 0.5).tolist() == found_at(part, -np.inf).tolist()
    assert (~whole.hit[whole.scores >= 0.5]).sum() == (~part.hit).sum()


def brute_force(matched: list[Matched]) -> float:
    """Average precision by walking over every threshold, as its definition says."""
    faces = sum(len(each.best) for each in matched)
    scores = np.concatenate([each.scores for each in matched])
    hits = np.concatenate([each.hit for each in matched])
    area = before = 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        taken = scores >= threshold
        recall = hits[taken].sum() / faces
        area += (recall - before) * hits[taken].mean()
        before = recall
    return area


def test_average_precision_by_hand() -> None:
    # Precision 1, 1/2, 2/3 at recall 1/4, 1/4, 2/4; two of the four faces are never found.
    matched = [
        Matched(np.array([0.9, 0.8]), np.array([True, False]), np.array([0.9, -np.inf])),
        Matched(np.array([0.7]), np.array([True]), np.array([0.7, -np.inf])),
    ]
    assert average_precision(matched) == pytest.approx(1 / 4 + 2 / 3 / 4)


def test_average_precision_of_nothing_and_of_everything() -> None:
    nothing = Matched(np.zeros(0), np.zeros(0, bool), np.full(3, -np.inf))
    assert average_precision([nothing]) == 0.0
    perfect = match(boxes((0, 0, 9, 9)), np.ones(1), boxes((0, 0, 9, 9)), ALL[:1], 0.5)
    assert average_precision([perfect]) == 1.0
    assert average_precision([perfect, nothing]) == pytest.approx(0.25)
    empty = match(boxes((0, 0, 9, 9)), np.array([2.0]), boxes(), ALL[:0], 0.5)
    assert average_precision([perfect, empty]) == pytest.approx(0.5)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=5))
def test_average_precision_is_that_of_its_definition(seeds: list[int]) -> None:
    matched = [match(*random_case(seed), 0.35) for seed in seeds]
    hits = np.concatenate([each.hit for each in matched])
    if not hits.any():
        assert average_precision(matched) == 0.0
        return
    assert average_precision(matched) == pytest.approx(brute_force(matched))
    scores = np.concatenate([each.scores for each in matched])
    recall = hits.sum() / sum(len(each.best) for each in matched)
    assert average_precision(matched) == pytest.approx(
        average_precision_score(hits, scores) * recall
    )


@given(st.lists(st.integers(0, 3), min_size=4, max_size=4).filter(any), st.integers(0, 1000))
def test_counting_an_image_twice_is_having_it_twice(counts: list[int], seed: int) -> None:
    matched = [match(*random_case(seed + row), 0.35) for row in range(len(counts))]
    repeated = [each for each, count in zip(matched, counts, strict=True) for _ in range(count)]
    weighted = Ranked(matched).average_precision(np.array(counts, float))
    assert weighted == pytest.approx(average_precision(repeated))
