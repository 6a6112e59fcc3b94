"""Log-odds with a prior, against the formula and against planted truths."""

from __future__ import annotations

import numpy as np
import pytest

from vidsent.core.emotions import LABELS, NUM_LABELS
from vidsent.training.language.word_selection import count, log_odds, pool

FEAR, JOY = LABELS.index("fear"), LABELS.index("happiness")


def marks(*labels: int) -> np.ndarray:
    return np.isin(np.arange(NUM_LABELS), labels)


def documents(afraid: int, glad: int, common: int) -> list[tuple[set[str], np.ndarray]]:
    """Texts of fear and of joy, `common` of each saying "the"."""
    fear = [({"scary"} | ({"the"} if n < common else set()), marks(FEAR)) for n in range(afraid)]
    joy = [({"lovely"} | ({"the"} if n < common else set()), marks(JOY)) for n in range(glad)]
    return fear + joy


def test_a_text_of_two_labels_counts_for_both() -> None:
    counts = count([({"oh"}, marks(FEAR, JOY)), ({"oh"}, marks(FEAR))])
    assert counts.total["oh"] == 2
    assert (counts.by_label[FEAR]["oh"], counts.by_label[JOY]["oh"]) == (2, 1)


def test_the_formula_of_monroe_and_others() -> None:
    counts = count(documents(afraid=30, glad=50, common=20))
    prior = 100.0
    ratio, variance = log_odds(counts, ["the"], prior)
    size, inside, outside = 120.0, 20.0, 20.0  # words in all; "the" in fear and elsewhere
    alpha = prior * 40 / size
    fear_words, other_words = 50.0, 70.0
    expected = np.log((inside + alpha) / (fear_words + prior - inside - alpha)) - np.log(
        (outside + alpha) / (other_words + prior - outside - alpha)
    )
    assert ratio[0, FEAR] == pytest.approx(expected)
    assert variance[0, FEAR] == pytest.approx(1 / (inside + alpha) + 1 / (outside + alpha))


def test_a_stronger_prior_asks_for_more() -> None:
    counts = count(documents(30, 30, 30))
    weak, _ = log_odds(counts, ["scary"], 10.0)
    strong, _ = log_odds(counts, ["scary"], 1000.0)
    assert weak[0, FEAR] > strong[0, FEAR] > 0


def test_labels_and_words_that_a_set_lacks_say_nothing() -> None:
    ratio, variance = log_odds(count(documents(9, 9, 3)), ["scary", "unheard"], 100.0)
    anger = LABELS.index("anger")
    assert ratio[0, anger] == 0 and np.isinf(variance[0, anger])
    assert not ratio[1].any() and np.isinf(variance[1]).all()


def test_pooling_is_surer_than_either_set_and_indifferent_to_a_silent_one() -> None:
    forms = ["scary", "lovely", "the"]
    first, second = count(documents(40, 40, 20)), count(documents(20, 60, 20))
    silent = count([({"else"}, marks(FEAR)), ({"else"}, marks(JOY))])
    alone, both = pool([first], forms, 100.0), pool([first, second], forms, 100.0)
    assert both.z[0, FEAR] > alone.z[0, FEAR] > 2
    assert abs(both.z[2, FEAR]) < 2
    with_silent = pool([first, silent], forms, 100.0)
    np.testing.assert_allclose(with_silent.ratio, alone.ratio)
    assert with_silent.own_z.shape == (2, 3, NUM_LABELS)
