"""Pieces that stand in the same places get like vectors, and rows like those they stand with."""

from __future__ import annotations

import numpy as np

from vidsent.training.language.cooccurrence import map_onto_rows, vectors

FRUIT, METAL = (5, 6), (7, 8)  # two words for each
AROUND = {FRUIT: (10, 11, 12), METAL: (20, 21, 22)}
SIZE = 30


def texts(generator: np.random.Generator) -> list[np.ndarray]:
    found = []
    for words, near in AROUND.items():
        for word in words:
            for _ in range(60):
                found.append(np.array([*generator.permutation(near)[:2], word, near[0]]))
    return found


def alike(rows: np.ndarray, first: int, second: int) -> float:
    a, b = rows[first], rows[second]
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_words_of_the_same_places_are_alike() -> None:
    said = texts(np.random.default_rng(0))
    found = vectors(said, [np.empty(0, int)] * len(said), SIZE, 4)
    assert alike(found, *FRUIT) > 0.9 and alike(found, *METAL) > 0.9
    assert alike(found, FRUIT[0], METAL[0]) < 0.5
    assert not found[29].any()  # in no text


def test_a_label_ties_words_that_never_meet() -> None:
    said = [np.array([5, 10]), np.array([6, 20]), np.array([7, 11]), np.array([8, 21])] * 40
    told = [np.array([0]), np.array([0]), np.array([1]), np.array([1])] * 40
    nothing = [np.empty(0, int)] * len(said)
    # All eight pieces: of vectors alike in length, which of them fewer numbers keep is chance.
    assert abs(alike(vectors(said, nothing, SIZE, 8), 5, 6)) < 1e-3
    assert alike(vectors(said, told, SIZE, 8), 5, 6) > 0.05
    shortest = vectors(said, told, SIZE, 2)  # what labels tell comes first
    assert alike(shortest, 5, 6) > 0.9 and abs(alike(shortest, 5, 7)) < 0.1


def test_rows_follow_what_is_known() -> None:
    generator = np.random.default_rng(1)
    given = generator.normal(size=(SIZE, 4)).astype(np.float32)
    truth = given @ generator.normal(size=(4, 8)).astype(np.float32) + 3.0
    known = np.arange(SIZE) < 25
    found = map_onto_rows(given, known, np.where(known[:, None], truth, 0).astype(np.float32))
    centre = truth[known].mean(0)
    for index in np.flatnonzero(~known):
        assert alike(np.stack([found[index] - centre, truth[index] - centre]), 0, 1) > 0.9
